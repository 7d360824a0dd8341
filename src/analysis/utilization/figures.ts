import type { Measured } from '../../model/measured.ts';
import type { HostRangeKind } from '../../model/timeline.ts';
import type { Nanoseconds, Ratio, Seconds } from '../../model/units.ts';
import type { KernelCategory } from '../categories.ts';
import type { Interval } from '../intervals.ts';
import type { CopyDirection } from './copies.ts';

/** How well a device was used, over the window from its first to its last activity. */
export interface DeviceUtilization {
  /** Id of the device. */
  readonly device: string;
  /** Null where it did nothing for a measurable time. */
  readonly window: Interval | null;
  readonly recorded: RecordedFigures;
  readonly kernels: number;
  readonly memcpys: number;
  readonly memsets: number;
  /** Sum of the durations of its kernels. */
  readonly kernelSeconds: Seconds;
  readonly kernelBusy: Measured<Ratio>;
  readonly gpuBusy: Measured<Ratio>;
  readonly smActive: Measured<Ratio>;
  readonly occupancy: Measured<Ratio>;
  readonly kernelOccupancy: Measured<Ratio>;
  readonly tensorActive: Measured<Ratio>;
  readonly dramActive: Measured<Ratio>;
  readonly tensorKernels: Measured<Ratio>;
  /** Time in which a kernel ran that computes. */
  readonly computeSeconds: Measured<Seconds>;
  readonly communication: CommunicationFigures;
  readonly idle: IdleFigures;
  readonly launches: LaunchFigures;
  /** The longest in all first; sets are no copies. */
  readonly copies: readonly CopyFigures[];
  /** The largest first. */
  readonly categories: readonly CategoryFigures[];
  /** Within the steps of its rank. */
  readonly steps: StepShares;
}

/** How a device's executions were recorded. Its figures are over what was. */
export interface RecordedFigures {
  /** `windows`: one by one within duty windows only. `summary`: as sums of each kernel by the second. */
  readonly how: 'throughout' | 'windows' | 'summary';
  /** Duty windows that overlap the device's window; null where there are none. */
  readonly windows: number | null;
  /** Of the device's window, the time that was recorded. */
  readonly seconds: Seconds;
}

export interface CommunicationFigures {
  /** Union of the times of communication kernels. */
  readonly seconds: Measured<Seconds>;
  /** Share of it in which a computing kernel ran too. */
  readonly overlap: Measured<Ratio>;
  readonly exposedSeconds: Measured<Seconds>;
}

/** Time in which nothing ran: no kernel, no copy, no set. The three parts sum to it exactly in nanoseconds. */
export interface IdleFigures {
  readonly seconds: Measured<Seconds>;
  /** From the begin of a gap to the host's call for the execution that ends it. */
  readonly hostBound: Measured<Seconds>;
  /** From that call to the start; and gaps no longer than `turnaroundNs` whose call had come before. */
  readonly launchBound: Measured<Seconds>;
  /** Longer gaps whose call had come before, and those whose call is not recorded. */
  readonly other: Measured<Seconds>;
  readonly gaps: number;
  readonly longestGapSeconds: Seconds;
  /** What the calling thread did in the host-bound part, the longest first. */
  readonly hostWork: readonly HostWorkFigures[];
}

export interface HostWorkFigures {
  readonly name: string;
  readonly kind: HostRangeKind;
  readonly seconds: Seconds;
  /** Of the host-bound idle time, or of the step time. */
  readonly share: Ratio;
}

/** From the host's call to the start on the device. */
export interface LaunchFigures {
  readonly delayP50Seconds: Measured<Seconds>;
  readonly delayP95Seconds: Measured<Seconds>;
  /** Executions called for and not started, on average over the window. */
  readonly queueDepth: Measured;
}

export interface CopyFigures {
  readonly direction: CopyDirection;
  readonly count: number;
  /** Sum of the durations. */
  readonly seconds: Seconds;
  readonly bytes: Measured;
  readonly bytesPerSecond: Measured;
  /** Share of `seconds` in which a kernel ran too. */
  readonly overlap: Measured<Ratio>;
}

export interface CategoryFigures {
  readonly category: KernelCategory;
  readonly calls: number;
  /** Sum of the durations. */
  readonly seconds: Seconds;
  /** Of the kernel time of the device. */
  readonly share: Ratio;
}

/** What of a device's figures falls into steps. */
export interface StepShares {
  readonly stepsNs: Nanoseconds;
  readonly kernelBusyNs: Nanoseconds;
  /** ∫ min(SMs, Σ blocks of running kernels) dt; NaN where the number of SMs is unknown. */
  readonly filledNs: number;
}
