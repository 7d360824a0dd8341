import { type Labels, labelOf } from '../../model/labelled.ts';
import { known } from '../../model/measured.ts';
import { type DeviceFigure, figureRows, isFigure } from '../device-figures.ts';
import { pipes } from '../device-view.ts';
import {
  addMemory,
  type DeviceDraft,
  type ExporterId,
  type MemoryPart,
  offer,
  type TargetDraft,
} from './drafts.ts';
import { tidy } from './labels.ts';
import { ownMetrics } from './own-metrics.ts';
import { trainingReaders } from './training-readers.ts';

/** What a metric tells, and of what. A new metric is a row of a table that makes these. */
export interface MetricReader {
  readonly name: string;
  readonly exporter: ExporterId;
  /** Whether it is read of every host, and not only of the one that is looked at closely. */
  readonly overview: boolean;
  /** The figure that it is, where it is one. */
  readonly figure?: DeviceFigure;
  readonly ofDevice?: (device: DeviceDraft, labels: Labels, value: number) => void;
  readonly ofTarget?: (target: TargetDraft, labels: Labels, value: number) => void;
}

/** A figure of another exporter, as its table of names says. */
export interface ForeignMetric {
  readonly name: string;
  readonly exporter: ExporterId;
  /** Name of the figure; '' for what is only a part of the memory of a GPU. */
  readonly metric: string;
  readonly memoryPart: MemoryPart | null;
  /** Not told of a MIG device, even where a page says so. */
  readonly ofWholeGpu: boolean;
  readonly from: string;
  /** The value in the figure's unit; null where it cannot be. */
  accept(value: number): number | null;
}

/** What a row of the fleet shows, and what the gap is judged by. */
const overviewFigures: ReadonlySet<DeviceFigure> = new Set([
  'util',
  'kernelBusy',
  'smActive',
  'occupancy',
  'tensorActive',
  'dramActive',
  'graphicsActive',
  'computeThroughput',
  'peakShare',
  'memoryUsedBytes',
  'memoryTotalBytes',
  'powerWatts',
  'temperatureCelsius',
]);
/** Without them the busiest pipe of an exporter that does not tell it itself would be another. */
const overviewOfOthers: ReadonlySet<DeviceFigure> = new Set([...overviewFigures, ...pipes]);

/** Every metric that is read, by name. */
export function readersOf(foreign: readonly ForeignMetric[]): ReadonlyMap<string, MetricReader> {
  const readers = [
    ...ownMetrics.map(({ figure, name, scale }): MetricReader => {
      const overview = overviewFigures.has(figure);
      const take = ownFigure(figure, scale);
      return { name, exporter: 'warpwatch', overview, figure, ofDevice: take };
    }),
    ...ownRest,
    ...trainingReaders,
    ...foreign.map(foreignReader),
    ...smiInfo,
  ];
  return new Map(readers.map((reader) => [reader.name, reader]));
}

/** Sources as `from` names them once they have come through our own exporter. */
const through = new Map<string, string>(
  [...new Set(Object.values(figureRows).flatMap(({ sources }) => sources))].map((source) => [
    source,
    `${source} via warpwatch`,
  ]),
);

function ownFigure(figure: DeviceFigure, scale: number): NonNullable<MetricReader['ofDevice']> {
  return (device, labels, value) => {
    if (!Number.isFinite(value) || value < 0) return;
    offer(device, figure, value * scale, through.get(labelOf(labels, 'source')) ?? 'warpwatch');
  };
}

function foreignReader(foreign: ForeignMetric): MetricReader {
  const { name, exporter, metric, memoryPart, ofWholeGpu, from, accept } = foreign;
  const figure = isFigure(metric) ? metric : null;
  const ofDevice = (device: DeviceDraft, _: Labels, told: number): void => {
    const value = ofWholeGpu && device.mig !== '' ? null : accept(told);
    if (value === null) return;
    if (figure !== null) offer(device, figure, value, from);
    if (memoryPart !== null) addMemory(device, memoryPart, value, from);
  };
  const overview = memoryPart !== null || (figure !== null && overviewOfOthers.has(figure));
  return { name, exporter, overview, ...(figure === null ? {} : { figure }), ofDevice };
}

const smiInfo: readonly MetricReader[] = [
  {
    name: 'nvidia_smi_gpu_info',
    exporter: 'nvidia_gpu_exporter',
    overview: true,
    ofDevice: (device, labels) => {
      device.gpu ||= tidy(labelOf(labels, 'index'));
      device.model ||= tidy(labelOf(labels, 'name'));
      device.computeCapability ||= tidy(labelOf(labels, 'compute_cap'));
    },
  },
  {
    name: 'nvidia_smi_mig_info',
    exporter: 'nvidia_gpu_exporter',
    overview: true,
    ofDevice: (device, labels) => {
      device.profile ||= tidy(labelOf(labels, 'profile'));
    },
  },
];

const ownRest: readonly MetricReader[] = [
  ofDevice('warpwatch_gpu_up', (device, value) => {
    device.gone ||= value === 0;
  }),
  ofDevice('warpwatch_gpu_throttled', (device, value) => {
    device.throttled = value === 1;
  }),
  ofTarget('warpwatch_build_info', () => {}),
  ofTarget('warpwatch_host_cpu_util_ratio', ({ host }, value) => {
    if (Number.isFinite(value)) host.cpuUtil = known(value, 'warpwatch');
  }),
  ofTarget('warpwatch_host_memory_used_bytes', ({ host }, value) => {
    if (Number.isFinite(value)) host.memoryUsedBytes = known(value, 'warpwatch');
  }),
  ofTarget('warpwatch_host_memory_total_bytes', ({ host }, value) => {
    if (Number.isFinite(value)) host.memoryTotalBytes = value;
  }),
  ofTarget('warpwatch_lost_records_total', (target, value) => {
    if (Number.isFinite(value)) target.lostRecords += value;
  }),
  {
    name: 'warpwatch_source_up',
    exporter: 'warpwatch',
    overview: true,
    ofTarget: ({ deadSources }, labels, value) => {
      const source = tidy(labelOf(labels, 'source'));
      if (value === 0 && deadSources.length < mostSources) deadSources.push(source);
    },
  },
];

const mostSources = 16;

function ofDevice(name: string, take: (device: DeviceDraft, value: number) => void): MetricReader {
  return {
    name,
    exporter: 'warpwatch',
    overview: true,
    ofDevice: (device, _labels, value) => take(device, value),
  };
}

function ofTarget(name: string, take: (target: TargetDraft, value: number) => void): MetricReader {
  return {
    name,
    exporter: 'warpwatch',
    overview: true,
    ofTarget: (target, _labels, value) => take(target, value),
  };
}
