import type { Finding } from '../analysis/advice/finding.ts';
import type { KernelCategory } from '../analysis/categories.ts';
import type { Extent, LaunchShape } from '../model/activity.ts';
import type { Absent, Measured } from '../model/measured.ts';
import type { Losses, Producer, RunInfo, TimelineSource } from '../model/timeline.ts';
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
  readonly topKernels: readonly KernelReport[];
  readonly steps: StepsReport;
  readonly training: TrainingReport;
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
  readonly smCount: Measured;
  readonly computeCapability: Measured<string>;
  readonly peakFlops: Measured;
  /** First to last activity of this device: what its figures are over. */
  readonly window: ReportWindow | null;
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
  readonly communication: { readonly seconds: Measured; readonly overlap: Measured };
  readonly idle: IdleReport;
  /** The difference between the coarse figure and the real ones, in words. */
  readonly gap: string;
}

/** Time of the window in which none of its kernels ran. */
export interface IdleReport {
  readonly seconds: Measured;
  readonly hostBound: Measured;
  readonly launchBound: Measured;
  readonly other: Measured;
  /** Gaps between kernels, and the longest. */
  readonly gaps: number;
  readonly longestGapSeconds: number;
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
  readonly wavesPerSm: number | null;
}

export interface StepsReport {
  readonly count: number;
  readonly meanSeconds: number | null;
  readonly p50Seconds: number | null;
  readonly p95Seconds: number | null;
  readonly samplesPerSecond: number | null;
  /** Why the figures above are null, where they are. */
  readonly why?: string;
  readonly util: Measured;
  readonly smActive: Measured;
  readonly kernelOccupancy: Measured;
}

/** What the training says of itself. Null values are unknown: it did not report them. */
export interface TrainingReport {
  readonly workload: WorkloadInfo | null;
  readonly firstLoss: number | string | null;
  readonly lastLoss: number | string | null;
  readonly accuracy: number | null;
  readonly validationAccuracy: number | null;
}

/** The parts of a launch shape that the kernel table shows, all null where the platform tells none. */
export function shapeFields(
  shape: LaunchShape | null,
): Pick<KernelReport, 'grid' | 'block' | 'registers' | 'sharedBytes'> {
  if (shape === null) return { grid: null, block: null, registers: null, sharedBytes: null };
  return {
    grid: shape.grid,
    block: shape.block,
    registers: shape.registersPerThread,
    sharedBytes: shape.staticSharedBytes + shape.dynamicSharedBytes,
  };
}

/** The sentence of an absent figure, as an object to spread; nothing for a known one. */
export function whyOf(measured: Measured): { why?: Absent['why'] } {
  return measured.value === null ? { why: measured.why } : {};
}
