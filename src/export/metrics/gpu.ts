import {
  type DeviceFigure,
  type FigureUnit,
  figureNames,
  figureRows,
} from '../../analysis/device-figures.ts';
import type { DeviceView } from '../../analysis/snapshot.ts';
import { slows } from '../../analysis/throttle-reasons.ts';
import { isKnown } from '../../model/measured.ts';
import type { LabelName, MetricFamily, MetricSample, MetricUnit } from './family.ts';
import { gpuHelp } from './gpu-help.ts';
import { deviceLabels } from './labels.ts';
import type { MetricsMoment } from './moment.ts';

interface UnitRule {
  /** What a figure's name ends with, since its unit stands there; the metric's name gets its own. */
  readonly ending: string;
  readonly unit: MetricUnit;
  convert(value: number): number;
}

const same = (value: number): number => value;
const unitRules: Readonly<Record<FigureUnit, UnitRule>> = {
  ratio: { ending: '', unit: 'ratio', convert: same },
  bytes: { ending: 'Bytes', unit: 'bytes', convert: same },
  bytesPerSecond: { ending: 'BytesPerSecond', unit: 'bytesPerSecond', convert: same },
  flopsPerSecond: { ending: 'PerSecond', unit: 'flopsPerSecond', convert: same },
  watts: { ending: 'Watts', unit: 'watts', convert: same },
  joules: { ending: 'Joules', unit: 'joules', convert: same },
  megahertz: { ending: 'Megahertz', unit: 'hertz', convert: (megahertz) => megahertz * 1e6 },
  celsius: { ending: 'Celsius', unit: 'celsius', convert: same },
  count: { ending: '', unit: 'count', convert: same },
  throttleReasons: { ending: '', unit: 'count', convert: (bits) => (slows(bits) ? 1 : 0) },
};

/** Figures whose metric says more than their own name. */
const renamed: Partial<Record<DeviceFigure, string>> = { xid: 'last_xid', throttleReasons: 'throttled' };
const counters: ReadonlySet<DeviceFigure> = new Set([
  'energyJoules',
  'eccCorrectedErrors',
  'eccUncorrectedErrors',
]);

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
  const { ending, unit, convert } = unitRules[figureRows[figure].unit];
  const name = renamed[figure] ?? snakeCase(figure.slice(0, figure.length - ending.length));
  return {
    name: `gpu.${name}`,
    type: counters.has(figure) ? 'counter' : 'gauge',
    unit,
    help: gpuHelp[figure],
    labels: [...ofDevice, 'source'],
    samples: (moment) =>
      gpusOf(moment).flatMap((view): MetricSample[] => {
        const measured = view[figure];
        if (!isKnown(measured)) return [];
        const source = sourceOf(figure, measured.from);
        const labels = { ...deviceLabels(moment, view.device), ...(source === undefined ? {} : { source }) };
        return [{ labels, value: convert(measured.value) }];
      }),
  };
}

/** The source in the table's words: they are few, where `from` may hold anything. */
function sourceOf(figure: DeviceFigure, from: string): string | undefined {
  return figureRows[figure].sources.find((source) => from.startsWith(source));
}

/** A sample of each GPU of which a value is known. */
function eachGpu(moment: MetricsMoment, figureOf: (view: DeviceView) => number | null): MetricSample[] {
  return gpusOf(moment).flatMap((view) => {
    const value = figureOf(view);
    return value === null ? [] : [{ labels: deviceLabels(moment, view.device), value }];
  });
}

function gpusOf({ machine }: MetricsMoment): readonly DeviceView[] {
  return machine.devices.filter(({ device }) => device.kind === 'gpu');
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
