import type { Launch } from './activity.ts';
import type { Device } from './device.ts';
import type { DeviceState, GpuProcessList } from './gpu-process.ts';
import type { AbsentSeries, Series } from './series.ts';
import type { Mark, Step, WorkloadInfo } from './training.ts';
import type { Nanoseconds } from './units.ts';

/** Executions of kernels and copies, one per index, in columns. Times count from the timeline's origin. */
export interface ActivityBlock {
  readonly count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** Index into `Timeline.launches`. */
  readonly launch: Uint32Array;
  /** CUDA stream, or 0 where there is one queue only. */
  readonly queue: Uint32Array;
  /** The calls that asked for these executions, where the source tells. */
  readonly calls?: LaunchCalls;
}

/** Executions summed by launch over a stretch, mostly a second, where they are not told one by one. In columns. */
export interface SummaryBlock {
  readonly count: number;
  /** The stretch that is summed. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** Index into `Timeline.launches`. */
  readonly launch: Uint32Array;
  readonly executions: Uint32Array;
  /** Sum of their durations, and the longest of them. */
  readonly totalNs: Float64Array;
  readonly longestNs: Float64Array;
}

/** A stretch in which a producer told its executions; outside of its windows it told none. */
export interface RecordedWindow {
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
  /** Ids of the devices that the producer uses; it grows with the stream. */
  readonly devices: ReadonlySet<string>;
}

/** When the host called for each execution of a block, such as `cudaLaunchKernel`. */
export interface LaunchCalls {
  /** Begin of the call, on the timeline; NaN where it is not known for this execution. */
  readonly startNs: Float64Array;
  /** Index into `Timeline.host.threads`; means nothing where `startNs` is NaN. */
  readonly thread: Uint32Array;
}

/** What kind of work a host range is: a range that the program named, an operator of its framework, a call of the driver. */
export type HostRangeKind = 'annotation' | 'operator' | 'runtime';

/** What the host did, in named ranges that nest within a thread. */
export interface HostWork {
  readonly names: readonly { readonly name: string; readonly kind: HostRangeKind }[];
  readonly threads: readonly HostThread[];
  readonly blocks: readonly HostBlock[];
}

export interface HostThread {
  /** Such as `25738` or `pt_autograd_0`. */
  readonly name: string;
  /** Of its process; null where the run is not distributed. */
  readonly rank: number | null;
}

/** Host ranges in columns, in any order. Calls that launch a kernel or a copy are not among them. */
export interface HostBlock {
  readonly count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** Index into `HostWork.names`. */
  readonly name: Uint32Array;
  /** Index into `HostWork.threads`. */
  readonly thread: Uint32Array;
}

/** One process of a distributed training. */
export interface Rank {
  readonly rank: number;
  /** Number of ranks in the training, or null where unknown; more than are in the timeline as a rule. */
  readonly worldSize: number | null;
  /** Ids of the devices that it uses. */
  readonly devices: readonly string[];
}

/** Sums over every execution of one launch since the start, kept even where blocks are not. */
export interface LaunchTotals {
  calls: number;
  durationNs: number;
  longestNs: number;
}

export interface SampledSeries {
  readonly series: Series;
  readonly timesNs: number[];
  readonly values: number[];
}

/** How a producer's stream ended; `running` also means that it broke off without a word. */
export type Outcome = 'running' | 'ended' | 'failed' | 'stopped';

/** One writer of the run: the training, the host collector. */
export interface Producer {
  readonly name: string;
  readonly processId: number | null;
  /** Name of its executable, where it is a program that warpwatch was put into. */
  readonly program?: string;
  /** Its place in a distributed training. */
  readonly rank?: number;
  /** Ids of the devices that its launches name. */
  readonly devices?: readonly string[];
  outcome: Outcome;
  /** What it said at its end; '' for nothing. */
  message: string;
}

/** Records that are missing, by kind, never hidden. */
export interface Losses {
  /** Never written: a buffer or the disk was full. */
  dropped: number;
  /** Begun and never ended. */
  unfinished: number;
  /** Left out, since a field of theirs cannot be. */
  outOfRange: number;
}

/** What ran, where, and with which versions. */
export interface RunInfo {
  readonly title: string;
  readonly command: readonly string[];
  /** ISO 8601, UTC; '' where the source does not tell. */
  readonly createdAt: string;
  /** Null where the source does not tell. */
  readonly host: HostInfo | null;
  readonly versions: Readonly<Record<string, string>>;
}

export interface HostInfo {
  readonly name: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export type SourceFormat = 'recording' | 'kineto' | 'nsys-sqlite';

/** Where a timeline came from. */
export interface TimelineSource {
  readonly path: string;
  readonly format: SourceFormat;
}

/**
 * Everything known of a run, whatever it was read from. Analysis sees this and nothing else.
 * Activity is in order of writing: starts of one queue ascend, those of several may interleave.
 */
export interface Timeline {
  readonly source: TimelineSource;
  readonly run: RunInfo;
  /** Unix time of the origin in nanoseconds. */
  readonly originUnixNs: bigint;
  readonly devices: readonly Device[];
  readonly launches: readonly Launch[];
  readonly launchTotals: readonly LaunchTotals[];
  readonly activity: readonly ActivityBlock[];
  /** Executions that are in `launchTotals` and not in `activity`. */
  readonly summaries: readonly SummaryBlock[];
  /** When executions were recorded; a device that is in none was recorded throughout. In the order of writing. */
  readonly windows: readonly RecordedWindow[];
  /** A live timeline forgets old executions: of those that ended before this moment some are gone. */
  readonly keptFromNs: Nanoseconds;
  /** Empty where the source tells nothing of the host. */
  readonly host: HostWork;
  /** Empty where the run is not distributed. */
  readonly ranks: readonly Rank[];
  readonly steps: readonly Step[];
  readonly series: readonly SampledSeries[];
  readonly absences: readonly AbsentSeries[];
  /** In the order of time; a live timeline keeps the last of each device. */
  readonly processes: readonly GpuProcessList[];
  /** In the order of time; a device without any is present. */
  readonly deviceStates: readonly DeviceState[];
  readonly marks: readonly Mark[];
  readonly workload: WorkloadInfo | null;
  readonly producers: readonly Producer[];
  readonly losses: Losses;
  /** A sentence for each part that could not be read, such as a stream that was cut. */
  readonly damage: readonly string[];
  /** First start and last end of anything that is dated, or null while there is nothing. */
  readonly extent: { readonly startNs: Nanoseconds; readonly endNs: Nanoseconds } | null;
}

/** The samples of a figure, or null where it never was sampled. */
export function seriesOf(timeline: Timeline, device: string | null, metric: string): SampledSeries | null {
  return (
    timeline.series.find((entry) => entry.series.device === device && entry.series.metric === metric) ?? null
  );
}
