import type { Launch } from '../model/activity.ts';
import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcessList } from '../model/gpu-process.ts';
import type { AbsentSeries, Series } from '../model/series.ts';
import type { Mark, Step, WorkloadInfo } from '../model/training.ts';
import type { Nanoseconds } from '../model/units.ts';

/** Handle of an interned launch. */
export type LaunchId = number;
/** Handle of a sampled series. */
export type SeriesId = number;

/** Which of the processes of a distributed training a producer is. */
export interface RankPlace {
  /** From 0. */
  readonly rank: number;
  readonly worldSize: number;
}

export type EndOutcome = 'ended' | 'failed' | 'stopped';

/**
 * A producer's end of a recording. Every call only appends to memory: none waits, none throws for lack of room.
 * What finds no room is dropped and counted. All times are nanoseconds of `now()`.
 */
export interface StreamWriter {
  now(): Nanoseconds;
  /** Announces a device, or what is newly known of one with the same id. */
  device(device: Device): void;
  /** Says what is trained. */
  workload(info: WorkloadInfo): void;
  /** Interns a launch. Each call makes a new id: callers keep their own map. */
  defineLaunch(launch: Launch): LaunchId;
  defineSeries(series: Series): SeriesId;
  absent(series: AbsentSeries): void;
  activity(launch: LaunchId, startNs: Nanoseconds, durationNs: Nanoseconds, queue?: number): void;
  sample(series: SeriesId, timeNs: Nanoseconds, value: number): void;
  step(step: Step): void;
  mark(mark: Mark): void;
  /** All processes of a device; replaces its list before. */
  processes(list: GpuProcessList): void;
  /** How a device stands from now on. */
  deviceState(state: DeviceState): void;
  /** Counts records that the caller had to leave out. */
  lost(kind: 'dropped' | 'unfinished' | 'outOfRange', count: number, why: string): void;
  /** Hands what is buffered to the disk's side. Also happens by itself, every quarter of a second. */
  flush(): void;
  /** Records dropped so far, and why the stream failed if it did; to be told to a person at the end. */
  readonly health: StreamHealth;
  /** Writes the end and waits until all is on disk. */
  close(outcome: EndOutcome, message?: string): Promise<StreamHealth>;
}

export interface StreamHealth {
  readonly dropped: number;
  /** One sentence, or null while all is well. */
  readonly failure: string | null;
}
