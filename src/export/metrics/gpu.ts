import { type DeviceFigure, figureNames, figureRows } from '../../analysis/device-figures.ts';
import { figureMetrics } from '../../analysis/figure-metrics.ts';
import type { DeviceView, Snapshot } from '../../analysis/snapshot.ts';
import { slows } from '../../analysis/throttle-reasons.ts';
import { isKnown, type Measured } from '../../model/measured.ts';
import type { LabelName, Labels, MetricFamily, MetricSample } from './family.ts';
import { gpuHelp } from './gpu-help.ts';
import { deviceLabels, ofRun } from './labels.ts';
import { goesOn, type MetricsMoment, type RunMoment } from './moment.ts';

const ofDevice: readonly LabelName[] = ['gpu', 'uuid', 'model', 'host', 'mig'];

/** A family for each figure of the device row, and what is told of a device beside its figures. */
export const gpuFamilies: readonly MetricFamily[] = [
  ...figureNames.map(familyOf),
  {
    name: 'gpu.last_xid_timestamp',
    type: 'gauge',
    unit: 'seconds',
    help: 'Unix time of the last XID error that was seen',
    labels: ofDevice,
    samples: (moment) => eachGpu(moment, ({ xidUnixSeconds }) => xidUnixSeconds ?? null),
  },
  {
    name: 'gpu.up',
    type: 'gauge',
    unit: 'count',
    help: '1 while the GPU answers; 0 where it is lost, hangs, is refused by its driver, or was removed',
    labels: ofDevice,
    samples: (moment) => eachGpu(moment, ({ state }) => (state.condition === 'present' ? 1 : 0)),
  },
  {
    name: 'gpu.processes',
    type: 'gauge',
    unit: 'count',
    help: 'Processes that hold memory or a context on the GPU',
    labels: ofDevice,
    samples: (moment) => eachGpu(moment, ({ processes }) => processes?.length ?? null),
  },
];

function familyOf(figure: DeviceFigure): MetricFamily {
  const { name, type, unit } = figureMetrics[figure];
  const ofRuns = figureRows[figure].sources.some((source) => source === 'launches');
  return {
    name,
    type,
    unit,
    help: gpuHelp[figure],
    labels: [...ofDevice, ...(ofRuns ? (['run'] as const) : []), 'source'],
    samples: (moment) => [
      ...gpusOf(moment.machine).flatMap((view) =>
        sampleOf(figure, view[figure], deviceLabels(moment, view.device)),
      ),
      ...(ofRuns ? moment.runs.flatMap((run) => samplesOfRun(figure, moment, run)) : []),
    ],
  };
}

/** What the kernel records of a run tell of a GPU, where no source of the machine tells the figure. */
function samplesOfRun(figure: DeviceFigure, moment: MetricsMoment, run: RunMoment): MetricSample[] {
  if (run.snapshot === moment.machine) return [];
  const known = gpusOf(moment.machine).filter((view) => isKnown(view[figure]));
  const told = new Set(known.map(({ device }) => device.uuid ?? device.id));
  return gpusOf(run.snapshot)
    .filter(({ device }) => !told.has(device.uuid ?? device.id))
    .flatMap((view) =>
      sampleOf(figure, view[figure], { ...deviceLabels(moment, view.device), ...ofRun(moment, run) }),
    );
}

function sampleOf(figure: DeviceFigure, measured: Measured, labels: Labels): MetricSample[] {
  if (!isKnown(measured)) return [];
  const source = sourceOf(figure, measured.from);
  const value = converted(figure, measured.value);
  return [{ labels: source === undefined ? labels : { ...labels, source }, value }];
}

/** Bits that say why clocks are held are too many for a metric: it tells whether one of them does harm. */
function converted(figure: DeviceFigure, value: number): number {
  return figureRows[figure].unit === 'throttleReasons'
    ? Number(slows(value))
    : value * figureMetrics[figure].scale;
}

/** The source in the table's words: they are few, where `from` may hold anything. */
function sourceOf(figure: DeviceFigure, from: string): string | undefined {
  return figureRows[figure].sources.find((source) => from.startsWith(source));
}

/** A sample of each GPU of which a value is known. */
function eachGpu(moment: MetricsMoment, figureOf: (view: DeviceView) => number | null): MetricSample[] {
  return gpusOf(moment.machine).flatMap((view) => {
    const value = figureOf(view);
    return value === null ? [] : [{ labels: deviceLabels(moment, view.device), value }];
  });
}

/** A recording that has ended says nothing of what its GPUs do now, not that they do nothing. */
function gpusOf(snapshot: Snapshot): readonly DeviceView[] {
  return goesOn(snapshot) ? snapshot.devices.filter(({ device }) => device.kind === 'gpu') : [];
}
