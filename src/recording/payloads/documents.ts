/** The frames whose payload is a JSON text: what comes rarely and is read by eye. */
import type { Device } from '../../model/device.ts';
import type { DeviceState, GpuProcess, GpuProcessList } from '../../model/gpu-process.ts';
import { modeNames, type ParallelInfo, type Straggler, transportNames } from '../../model/parallel.ts';
import type { AbsentSeries, Series } from '../../model/series.ts';
import type { HostInfo, Losses, Outcome, RunInfo } from '../../model/timeline.ts';
import type { Mark, Regularisation, WorkloadInfo } from '../../model/training.ts';
import {
  count,
  decimal,
  listOf,
  mapOf,
  measured,
  nullOr,
  object,
  oneOf,
  optional,
  quantity,
  text,
  truth,
} from '../shapes.ts';

/** A clock by name, and one moment read on it and as Unix time. */
export interface NamedClock {
  readonly name: string;
  readonly clockNs: bigint;
  readonly unixNs: bigint;
}

export interface ProducerDocument {
  readonly name: string;
  readonly processId: number | null;
  readonly clock: NamedClock;
  /** Of the process in a distributed training, and how many there are. */
  readonly rank?: number;
  readonly worldSize?: number;
  readonly program?: string;
}

export interface EndDocument {
  readonly outcome: Exclude<Outcome, 'running'>;
  readonly message: string;
}

/** A series with the id that samples refer to. */
export interface SeriesDocument extends Series {
  readonly id: number;
}

/** A mark whose times are of the stream's clock. */
export interface MarkDocument extends Pick<Mark, 'name' | 'text'> {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** A stretch of the stream's clock in which executions were recorded. */
export interface WindowDocument {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

export interface LossDocument {
  readonly kind: string;
  readonly count: number;
  readonly why: string;
}

export const deviceShape = object<Device>({
  id: text,
  kind: oneOf('cpu', 'gpu'),
  name: text,
  vendor: text,
  smCount: measured(quantity),
  computeCapability: measured(text),
  memoryBytes: measured(quantity),
  peakFlops: measured(quantity),
  uuid: optional(text),
  pciBusId: optional(text),
  parent: optional(text),
});

export const clockShape = object<NamedClock>({ name: text, clockNs: decimal, unixNs: decimal });

export const producerShape = object<ProducerDocument>({
  name: text,
  processId: nullOr(count),
  clock: clockShape,
  rank: optional(count),
  worldSize: optional(count),
  program: optional(text),
});

export const endShape = object<EndDocument>({ outcome: oneOf('ended', 'failed', 'stopped'), message: text });

export const workloadShape = object<WorkloadInfo>({
  name: text,
  backend: text,
  data: text,
  synthetic: truth,
  batchSize: quantity,
  parameters: quantity,
  modelFlopsPerSample: nullOr(quantity),
  plannedSteps: nullOr(quantity),
  plannedSeconds: nullOr(quantity),
  chanceLoss: optional(quantity),
  classes: optional(quantity),
  trainSize: optional(quantity),
  regularisation: optional(object<Regularisation>({ weightDecay: quantity, augmentation: truth })),
  fault: optional(text),
  parallel: optional(
    object<ParallelInfo>({
      mode: oneOf(...modeNames),
      replicas: count,
      transport: oneOf(...transportNames),
      settings: text,
      stragglers: listOf(object<Straggler>({ replica: count, factor: quantity })),
    }),
  ),
});

const seriesMembers = { device: nullOr(text), metric: text };
export const seriesShape = object<SeriesDocument>({ ...seriesMembers, from: text, id: count });
export const absentShape = object<AbsentSeries>({ ...seriesMembers, why: text });
export const markShape = object<MarkDocument>({ name: text, text, startNs: decimal, endNs: decimal });
export const windowShape = object<WindowDocument>({ startNs: decimal, endNs: decimal });
export const lossShape = object<LossDocument>({ kind: text, count, why: text });

export const processShape = object<GpuProcess>({
  pid: count,
  name: text,
  command: text,
  user: text,
  parent: nullOr(count),
  container: text,
  kind: oneOf('compute', 'graphics', 'both'),
  memoryBytes: measured(quantity),
  util: measured(quantity),
});

/** A list of processes whose time is of the stream's clock. */
export interface ProcessesDocument extends Omit<GpuProcessList, 'timeNs'> {
  readonly timeNs: bigint;
}

/** A device's state whose time is of the stream's clock. */
export interface DeviceStateDocument extends Omit<DeviceState, 'timeNs'> {
  readonly timeNs: bigint;
}

export const processesShape = object<ProcessesDocument>({
  device: text,
  timeNs: decimal,
  processes: listOf(processShape),
});

const stateMembers = { condition: oneOf('present', 'lost', 'hung', 'refused', 'removed'), why: text };
export const conditionShape = object<Pick<DeviceState, 'condition' | 'why'>>(stateMembers);
export const deviceStateShape = object<DeviceStateDocument>({
  device: text,
  timeNs: decimal,
  ...stateMembers,
});

export const hostShape = object<HostInfo>({
  name: text,
  platform: text,
  cpu: text,
  cores: quantity,
  memoryBytes: quantity,
});

export const runShape = object<RunInfo>({
  title: text,
  command: listOf(text),
  createdAt: text,
  host: hostShape,
  versions: mapOf(text),
});

/** The kinds of loss that a timeline counts apart. */
export function isLossKind(kind: string): kind is keyof Losses {
  return kind === 'dropped' || kind === 'unfinished' || kind === 'outOfRange';
}
