import { type Labels, labelOf } from '../../model/labelled.ts';
import { known } from '../../model/measured.ts';
import { type DeviceFigure, figureRows, isFigure } from '../device-figures.ts';
import { pipes } from '../device-view.ts';
import { addMemory, type DeviceDraft, type ExporterId, type MemoryPart, type TargetDraft } from './drafts.ts';
import { tidy } from './labels.ts';
import { ownMetrics } from './own-metrics.ts';
import { trainingReaders } from './training-readers.ts';

/** What a metric tells, and of what. A new metric is a row of a table that makes these. */
export interface MetricReader {
  readonly name: string;
  readonly exporter: ExporterId;
  /** Whether it is read of every host, and not only of the one that is looked at closely. */
  readonly overview: boolean;
  /** Of a metric that is a figure of a GPU. */
  readonly figure?: FigureReader;
  readonly ofDevice?: (device: DeviceDraft, labels: Labels, value: number) => void;
  readonly ofTarget?: (target: TargetDraft, labels: Labels, value: number) => void;
}

/** How a figure is had from its metric. */
export interface FigureReader {
  readonly figure: DeviceFigure;
  from(labels: Labels): string;
  /** The value in the figure's unit; null where it cannot be. */
  accept(value: number): number | null;
  /** Told of the whole GPU, also where it stands at a MIG device. */
  readonly ofWholeGpu: boolean;
}

/** A figure of another exporter, as its table of names says. */
export interface ForeignMetric {
  readonly name: string;
  readonly exporter: ExporterId;
  /** Name of the figure; '' for what is only a part of the memory of a GPU. */
  readonly metric: string;
  readonly memoryPart: MemoryPart | null;
  /** Told of the whole GPU, also where it stands at a MIG device. */
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
    ...ownMetrics.map(
      (own): MetricReader => ({
        name: own.name,
        exporter: 'warpwatch',
        overview: overviewFigures.has(own.figure),
        figure: {
          figure: own.figure,
          from: ownSource,
          accept: (value) => (value >= 0 && value <= own.most ? value / own.scale : null),
          ofWholeGpu: false,
        },
      }),
    ),
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

function ownSource(labels: Labels): string {
  return through.get(labelOf(labels, 'source')) ?? 'warpwatch';
}

function foreignReader(foreign: ForeignMetric): MetricReader {
  const { name, exporter, metric, memoryPart, ofWholeGpu, from, accept } = foreign;
  const figure = isFigure(metric) ? metric : null;
  return {
    name,
    exporter,
    overview: memoryPart !== null || (figure !== null && overviewOfOthers.has(figure)),
    ...(figure === null ? {} : { figure: { figure, from: () => from, accept, ofWholeGpu } }),
    ...(memoryPart === null
      ? {}
      : {
          ofDevice: (device, _, told) => {
            const bytes = accept(told);
            if (bytes !== null) addMemory(device, memoryPart, bytes, from);
          },
        }),
  };
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
  {
    name: 'warpwatch_lost_records_total',
    exporter: 'warpwatch',
    overview: true,
    ofTarget: ({ lostRecords }, labels, value) => {
      const run = labelOf(labels, 'run');
      if (Number.isFinite(value) && lostRecords.size < mostRuns) lostRecords.set(run, value);
    },
  },
  {
    name: 'warpwatch_source_up',
    exporter: 'warpwatch',
    overview: true,
    ofTarget: ({ deadSources }, labels, value) => {
      const source = tidy(labelOf(labels, 'source'));
      if (value === 0 && deadSources.size < mostSources) deadSources.add(source);
    },
  },
];

const mostSources = 16;
const mostRuns = 64;

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
