import type { LaunchShape } from '../model/activity.ts';
import type { Measured } from '../model/measured.ts';
import type { Ratio, Seconds } from '../model/units.ts';

/** One row of the kernel table: every execution of a kernel by that name on one device. */
export interface KernelRow {
  /** Id of the device. */
  readonly device: string;
  readonly name: string;
  readonly calls: number;
  readonly totalSeconds: Seconds;
  readonly meanSeconds: Seconds;
  /** Of the kernel time of its device. */
  readonly share: Ratio;
  readonly flopsPerSecond: Measured;
  /** Achieved arithmetic over the device's peak. */
  readonly peakShare: Measured<Ratio>;
  readonly bytesPerSecond: Measured;
  /** The launch that took the most time, where the platform tells; null otherwise. */
  readonly shape: LaunchShape | null;
}
