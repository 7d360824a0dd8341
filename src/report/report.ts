import type { Finding } from '../analysis/advice/finding.ts';
import type { KernelCategory } from '../analysis/categories.ts';
import type { HealthFigures } from '../analysis/health-figures.ts';
import type { ReplicasView } from '../analysis/replica-view.ts';
import { type Extent, type LaunchShape, registersOf, sharedBytesOf } from '../model/activity.ts';
import type { Absent, Measured } from '../model/measured.ts';
import type { HostRangeKind, Losses, Producer, RunInfo, TimelineSource } from '../model/timeline.ts';
import type { WorkloadInfo } from '../model/training.ts';

/** The name and version of the contract; keys may be added, none is taken away. */
export const reportSchema = 'warpwatch.report/1';

/** What `report --json` prints, and what the other forms of the report are drawn from. */
export interface Report {
  readonly schema: typeof reportSchema;
  readonly source: TimelineSource;
  readonly run: RunInfo;
  /** Null where the run has nothing that is dated. */
  readonly window: ReportWindow | null;
  readonly devices: readonly DeviceReport[];
  /** The processes of a distributed training, by rank; empty where the run is not one. */
  readonly ranks: readonly RankReport[];
  /** How several replicas train one model; null where the run does not say that they do. */
  readonly replicas: ReplicasView | null;
  readonly topKernels: readonly KernelReport[];
  /** Ranges that the program named (NVTX, `record_function`), apart from steps; the longest in all first. */
  readonly ranges: readonly RangeReport[];
  readonly steps: StepsReport;
  /** Kernels by the phase that they ran in, in the order of the phases; empty where the source names none. */
  readonly phases: readonly PhaseReport[];
  readonly training: TrainingReport;
  /** Share of the program's time that recording its kernels took, as CUPTI tells it. */
  readonly profilerOverhead: Measured;
  readonly loss: Losses;
  /** Sentences on what could not be read. */
  readonly damage: readonly string[];
  readonly producers: readonly Producer[];
  readonly advice: readonly Finding[];
}

/** Times are nanoseconds of Unix time, as text, since they are beyond 2^53. */
export interface ReportWindow {
  readonly startNs: string;
  readonly endNs: string;
  readonly seconds: number;
}

export interface DeviceReport {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  /** Of the process that uses it; null where the run is not distributed. */
  readonly rank: number | null;
  readonly smCount: Measured;
  readonly computeCapability: Measured<string>;
  readonly peakFlops: Measured;
  /** First to last activity of this device: what its figures are over. */
  readonly window: ReportWindow | null;
  readonly recorded: RecordedReport;
  readonly kernels: number;
  readonly memcpys: number;
  readonly memsets: number;
  /** Sum of the durations of its kernels. */
  readonly kernelSeconds: number;
  readonly util: Measured;
  readonly kernelBusy: Measured;
  readonly gpuBusy: Measured;
  readonly smActive: Measured;
  readonly occupancy: Measured;
  readonly kernelOccupancy: Measured;
  readonly tensorActive: Measured;
  readonly dramActive: Measured;
  readonly mfu: Measured;
  readonly flopsPerSecond: Measured;
  /** Arithmetic of its kernels over its peak. */
  readonly peakShare: Measured;
  /** Share of the time of matrix kernels (gemm, convolution, attention) in those whose names say tensor cores. */
  readonly tensorKernels: Measured;
  readonly communication: CommunicationReport;
  readonly idle: IdleReport;
  readonly launches: LaunchReport;
  /** Copies by direction, the longest in all first. */
  readonly copies: readonly CopyReport[];
  /** Kernel time by category, the largest first. */
  readonly categories: readonly CategoryReport[];
  /** The difference between the coarse figure and the real ones, in words. */
  readonly gap: string;
}

/** How a device's executions were recorded: its figures are over `seconds` of its window. */
export interface RecordedReport {
  /** `windows`: one by one within duty windows only. `summary`: as sums of each kernel by the second. */
  readonly how: 'throughout' | 'windows' | 'summary';
  /** Duty windows that overlap the device's window; null where there are none. */
  readonly windows: number | null;
  readonly seconds: number;
}

/** Collectives and other transfers between ranks: kernels of NCCL, RCCL and their like. */
export interface CommunicationReport {
  /** Union of their times. */
  readonly seconds: Measured;
  /** Share of that time in which a computing kernel ran too. */
  readonly overlap: Measured;
  /** The rest of that time. */
  readonly exposedSeconds: Measured;
}

/** Time of the window in which the device did nothing: no kernel, no copy, no set. The three parts sum to it. */
export interface IdleReport {
  readonly seconds: Measured;
  /** The host had not yet called for what ran next. */
  readonly hostBound: Measured;
  /** It had called, and the launch was on its way; or the device turned from one queued kernel to the next. */
  readonly launchBound: Measured;
  /** The rest: waiting for an event or another stream, or the call is not recorded. */
  readonly other: Measured;
  /** Gaps between two executions, and the longest. */
  readonly gaps: number;
  readonly longestGapSeconds: number;
  /** What the host did in the host-bound part, the longest first; empty where the source tells nothing of it. */
  readonly hostWork: readonly HostWorkReport[];
}

export interface HostWorkReport {
  readonly name: string;
  readonly kind: HostRangeKind;
  readonly seconds: number;
  /** Of the host-bound idle time, or for steps of the step time. */
  readonly share: number;
}

/** From the host's call to the start on the device. */
export interface LaunchReport {
  readonly delayP50Seconds: Measured;
  readonly delayP95Seconds: Measured;
  /** Executions that were called for and had not started, on average over the window. */
  readonly queueDepth: Measured;
}

export type CopyDirection =
  | 'hostToDevice'
  | 'deviceToHost'
  | 'deviceToDevice'
  | 'peerToPeer'
  | 'hostToHost'
  | 'other';

export interface CopyReport {
  readonly direction: CopyDirection;
  readonly count: number;
  /** Sum of the durations. */
  readonly seconds: number;
  readonly bytes: Measured;
  readonly bytesPerSecond: Measured;
  /** Share of their time in which a kernel ran too. */
  readonly overlap: Measured;
}

export interface CategoryReport {
  readonly category: KernelCategory;
  readonly calls: number;
  /** Sum of the durations. */
  readonly seconds: number;
  /** Of the kernel time of the device. */
  readonly share: number;
}

/** One process of a distributed training, over its devices. */
export interface RankReport {
  readonly rank: number;
  readonly devices: readonly string[];
  readonly meanStepSeconds: Measured;
  /** Union of its computing kernels over the devices' windows, summed. */
  readonly computeSeconds: Measured;
  readonly communicationSeconds: Measured;
  /** Whether the others wait for it; the finding `stragglers` has the evidence. */
  readonly straggler: boolean;
}

export interface KernelReport {
  readonly device: string;
  readonly name: string;
  readonly shortName: string;
  readonly category: KernelCategory;
  readonly calls: number;
  readonly totalSeconds: number;
  readonly meanSeconds: number;
  /** Of the kernel time of its device. */
  readonly share: number;
  readonly flopsPerSecond: Measured;
  readonly peakShare: Measured;
  readonly bytesPerSecond: Measured;
  readonly occupancy: Measured;
  /** What limits its occupancy; null with the reason in `occupancy`. */
  readonly limitedBy: string | null;
  readonly grid: Extent | null;
  readonly block: Extent | null;
  readonly registers: number | null;
  readonly sharedBytes: number | null;
  /** Blocks over what all SMs hold at once: 1 is a full wave. */
  readonly wavesPerSm: number | null;
  /** How full the last wave is, in (0, 1]; null where the waves are. */
  readonly tail: number | null;
  /** Whether its name says that it uses tensor (matrix) cores; null for kernels that could not. */
  readonly tensorCores: boolean | null;
}

export interface RangeReport {
  readonly name: string;
  readonly calls: number;
  /** Sum of the durations over all threads; ranges of one name may nest or overlap. */
  readonly totalSeconds: number;
  readonly meanSeconds: number;
  readonly longestSeconds: number;
}

export interface StepsReport {
  readonly count: number;
  /** Times are of the steps extended to their device work, where the source tells which step called for it. */
  readonly meanSeconds: number | null;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
  readonly samplesPerSecond: number | null;
  /** Why the figures above are null, where they are. */
  readonly why?: string;
  readonly util: Measured;
  readonly smActive: Measured;
  readonly kernelOccupancy: Measured;
  /** What the host did within steps while the device ran nothing, by its outermost ranges, the longest first; empty where unknown. */
  readonly hostWork: readonly HostWorkReport[];
}

/** The kernels of a phase (`forward`, `optimizer`, …) on a device. */
export interface PhaseReport {
  readonly device: string;
  /** '' for kernels that ran outside of every phase. */
  readonly phase: string;
  readonly kernels: number;
  readonly kernelSeconds: number;
  /** Of the kernel time of its device. */
  readonly share: number;
  /** Steps in which one of its kernels began. */
  readonly steps: Measured;
  /** Means over those steps. */
  readonly kernelsPerStep: Measured;
  readonly emptyKernelsPerStep: Measured;
  readonly kernelSecondsPerStep: Measured;
  readonly flopsPerStep: Measured;
  readonly bytesPerStep: Measured;
  /** Over its kernel time. */
  readonly flopsPerSecond: Measured;
  readonly bytesPerSecond: Measured;
  /** Samples over the time of its steps, where these run nothing else. */
  readonly samplesPerSecond: Measured;
}

/** What the training says of itself. Null values are unknown: it did not report them. */
export interface TrainingReport {
  readonly workload: WorkloadInfo | null;
  readonly firstLoss: number | string | null;
  readonly lastLoss: number | string | null;
  readonly accuracy: number | null;
  readonly validationAccuracy: number | null;
  /** Mean average precision of the last evaluation of a detector: COCO's, and at an overlap of 0.5. */
  readonly validationMeanAveragePrecision: number | null;
  readonly validationMeanAveragePrecision50: number | null;
  /** Parts that the loss is the sum of; empty where none are reported. */
  readonly lossParts: readonly LossPartReport[];
  /** Whether it learns; null where it reports nothing of that. */
  readonly health: HealthFigures | null;
  /** What would cross between the devices of a model in two parts in each step, there and back. */
  readonly intermediateBytes: number | null;
  readonly intermediateGradientBytes: number | null;
}

export interface LossPartReport {
  /** Such as `boxLoss`. */
  readonly name: string;
  readonly first: number | string | null;
  readonly last: number | string | null;
}

/** The parts of a launch shape that the kernel table shows, null what the platform does not tell. */
export function shapeFields(
  shape: LaunchShape | null,
): Pick<KernelReport, 'grid' | 'block' | 'registers' | 'sharedBytes'> {
  return {
    grid: shape?.grid ?? null,
    block: shape?.block ?? null,
    registers: registersOf(shape),
    sharedBytes: sharedBytesOf(shape),
  };
}

/** The sentence of an absent figure, as an object to spread; nothing for a known one. */
export function whyOf(measured: Measured): { why?: Absent['why'] } {
  return measured.value === null ? { why: measured.why } : {};
}
