import type { Device } from '../model/device.ts';
import type { DeviceState, GpuProcess } from '../model/gpu-process.ts';
import type { Measured } from '../model/measured.ts';
import type { WorkloadInfo } from '../model/training.ts';
import type { Ratio, Seconds } from '../model/units.ts';
import type { Finding } from './advice/finding.ts';
import type { Details } from './details.ts';
import type { DeviceFigures } from './device-figures.ts';
import type { KernelRow } from './kernels.ts';
import type { PhaseShare } from './phases.ts';

export type { PhaseShare };

/** What any live view (terminal, web) draws: one moment of a run, ready to be formatted. */
export interface Snapshot {
  readonly title: string;
  readonly state: 'starting' | 'running' | 'ended' | 'failed';
  /** Why it failed, or ''. */
  readonly message: string;
  readonly elapsedSeconds: Seconds;
  readonly devices: readonly DeviceView[];
  /** The whole run so far, the largest share first. */
  readonly kernels: readonly KernelRow[];
  /** Null where nothing reports steps. */
  readonly training: TrainingView | null;
  readonly host: HostView;
  /** Why there is no GPU, a sentence a source; empty where there is one, or where nobody looked. */
  readonly whyNoGpu: readonly string[];
  /** What sources said that could not be read although there are GPUs, such as the page of `--dcgm`. */
  readonly sourceTroubles: readonly string[];
  readonly findings: readonly Finding[];
  /** What was asked for beside the rest. */
  readonly details: Details;
  /** Records that are missing; shown when not 0. */
  readonly lostRecords: number;
  /** Sentences on parts that could not be read. */
  readonly damage: readonly string[];
}

/**
 * One device row: the coarse figure first, the real ones after it, the gap in words. Its figures are those of
 * `deviceFigures` (`device-figures.ts`), by name.
 */
export interface DeviceView extends DeviceFigures {
  readonly device: Device;
  readonly state: Pick<DeviceState, 'condition' | 'why'>;
  /** Unix time of the event that `xid` tells of; left out where none was seen. */
  readonly xidUnixSeconds?: Seconds;
  /** Those that hold memory or a context on it, the largest first; null where nothing lists them. */
  readonly processes: readonly GpuProcess[] | null;
  /** What lies between util and the real figures, in words, such as "busy, but with a fifth of its arithmetic". */
  readonly gap: string;
  readonly history: History;
}

/** Figures over time, oldest first, one entry an interval; NaN where a figure was not known. */
export interface History extends Readonly<Record<HistoryCurve, readonly number[]>> {
  /** How many entries stood before the first one and are kept no longer. */
  readonly dropped: number;
  readonly intervalSeconds: Seconds;
}

/** Figures that a history is kept of; ratios, but the power in watts. */
export const historyCurves = [
  'util',
  'kernelBusy',
  'smActive',
  'occupancy',
  'tensorActive',
  'dramActive',
  'peakShare',
  'powerWatts',
] as const;
export type HistoryCurve = (typeof historyCurves)[number];

/** Whether a history is kept of a figure. */
export function isCurve(figure: string): figure is HistoryCurve {
  return historyCurves.some((curve) => curve === figure);
}

export interface HostView {
  readonly cpuUtil: Measured<Ratio>;
  readonly processUtil: Measured;
  readonly memoryUsedBytes: Measured;
  /** Null where the source does not tell. */
  readonly memoryTotalBytes: number | null;
  readonly processMemoryBytes: Measured;
}

/** How a training is fed, over its last steps. */
export interface InputView {
  /** Of the time of steps. */
  readonly waitShare: Ratio;
  /** Batches that were ready at the last fetch, and the most that can be; null where there is no queue or nobody says. */
  readonly queueDepth: number | null;
  readonly queueCapacity: number | null;
}

/** A curve of a training: `x` is the step number. NaN values are kept: they are the news. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface TrainingView {
  readonly workload: WorkloadInfo | null;
  /** Number of the last whole step; of replicas what each has made on average. */
  readonly step: number;
  /** 0..1, or null where the end is not known. */
  readonly progress: Ratio | null;
  readonly secondsLeft: Seconds | null;
  /** Over the last steps. */
  readonly stepSeconds: Measured<Seconds>;
  readonly samplesPerSecond: Measured;
  readonly loss: Curve;
  readonly accuracy: Curve;
  readonly validationAccuracy: Measured<Ratio>;
  /** Mean average precision of the last evaluation, and at an overlap of 0.5 alone; null where nothing is detected. */
  readonly precision: { readonly mean: Ratio; readonly half: Ratio | null } | null;
  /** The newest values of what the loss is the sum of. */
  readonly lossParts: readonly { readonly name: string; readonly value: number }[];
  readonly learningRate: Measured;
  /** Null where the training does not say how long it waits for its batches. */
  readonly input: InputView | null;
  /** Where the time of the last steps went: kernel time by phase, and what no kernel filled. */
  readonly phases: readonly PhaseShare[];
}
