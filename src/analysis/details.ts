/**
 * Parts of a snapshot that take a look at every execution that is kept. They are worked out only while somebody looks at
 * them, so that a dashboard costs what it shows.
 */

import type { LaunchShape } from '../model/activity.ts';
import type { Measured } from '../model/measured.ts';
import type { Ratio, Seconds } from '../model/units.ts';
import type { FleetView } from './fleet/fleet-view.ts';
import type { KernelRow } from './kernels.ts';
import type { Occupancy } from './occupancy/occupancy-of.ts';
import type { ReplicasView } from './replica-view.ts';

/** What is asked for; null and false for what nobody looks at. */
export interface DetailsAsked {
  /** Id of the device whose last seconds are shown. */
  readonly timeline: string | null;
  readonly ranks: boolean;
  readonly kernel: Pick<KernelRow, 'device' | 'name'> | null;
  /** The host of a fleet that is looked at; null for the fleet as a whole, and where there is none. */
  readonly host: string | null;
}

export const nothingAsked: DetailsAsked = { timeline: null, ranks: false, kernel: null, host: null };

/** What was asked for; null where it was not. */
export interface Details {
  readonly timeline: DeviceTimeline | null;
  readonly ranks: readonly RankRow[] | null;
  /** Asked for with `ranks`; null also where no model is trained by several replicas. */
  readonly replicas: ReplicasView | null;
  readonly kernel: KernelDetail | null;
  /** Null where one machine or one recording is watched. */
  readonly fleet: FleetView | null;
}

export const noDetails: Details = Object.freeze({
  timeline: null,
  ranks: null,
  replicas: null,
  kernel: null,
  fleet: null,
});

/** The last seconds of a device, stream by stream, in equal buckets. */
export interface DeviceTimeline {
  readonly device: string;
  readonly seconds: Seconds;
  /** The busiest first. */
  readonly lanes: readonly Lane[];
  /** Share of each bucket in which anything ran on the device. NaN where nobody recorded. */
  readonly busy: readonly Ratio[];
  /** Why there is nothing to show, or ''. */
  readonly why: string;
  /** What the time was spent with; the shares sum to 1 over what was recorded. */
  readonly parts: readonly TimePart[];
  /** The longest stretch in which nothing ran, and how long ago it ended; null where there was none. */
  readonly longestGap: { readonly seconds: Seconds; readonly agoSeconds: Seconds } | null;
}

export type LaneWork = 'compute' | 'communication' | 'copy';

export interface Lane {
  /** Of the CUDA stream. */
  readonly queue: number;
  /** Share of the recorded time in which it ran something. */
  readonly share: Ratio;
  /** The same of each bucket. */
  readonly busy: readonly Ratio[];
  /** What most of each bucket was spent with; null where nothing ran. */
  readonly work: readonly (LaneWork | null)[];
  /** What took most of its time: a kernel's short name. */
  readonly heaviest: string;
}

/** A share of the last seconds and what it was: `idle` parts say what the host did meanwhile. */
export interface TimePart {
  readonly what: 'compute' | 'communication' | 'copies' | 'idle';
  readonly share: Ratio;
  /** Of `idle`: the named range that the host was in; '' where nothing tells. */
  readonly within: string;
}

/** A process of the program that records kernels, or a rank of a distributed training. */
export interface RankRow {
  /** Null where the run is not distributed. */
  readonly rank: number | null;
  /** Null where a rank has several processes. */
  readonly pid: number | null;
  readonly program: string;
  readonly devices: readonly string[];
  /** Number of its last whole step; null where it reports none. */
  readonly step: number | null;
  readonly stepSeconds: Measured<Seconds>;
  /** Over the last seconds: share of its devices' time in which a kernel computed, and in which one communicated. */
  readonly computeShare: Measured<Ratio>;
  readonly communicationShare: Measured<Ratio>;
  /** Whether the others wait for it. */
  readonly straggler: boolean;
  readonly ended: boolean;
}

/** A kernel with the ways it was launched and how it went over time. */
export interface KernelDetail {
  readonly row: KernelRow;
  /** The one that took the most time first. */
  readonly launches: readonly KernelLaunchRow[];
  /** Null where no history is kept of it: only the heaviest kernels have one. */
  readonly history: KernelHistory | null;
}

export interface KernelLaunchRow {
  readonly shape: LaunchShape | null;
  /** Layer of the model and phase of the step, where the source tells; ''. */
  readonly layer: string;
  readonly calls: number;
  readonly totalSeconds: Seconds;
  readonly meanSeconds: Seconds;
  readonly longestSeconds: Seconds;
  /** Of the kernel's time. */
  readonly share: Ratio;
  readonly occupancy: Measured<Occupancy>;
}

/** Curves of a kernel, oldest first, one value an interval. */
export interface KernelHistory {
  readonly intervalSeconds: Seconds;
  /** Its kernel time over the time that was recorded, at most 1; NaN where nothing was. */
  readonly timeShare: readonly number[];
  /** Mean duration of the executions that came in; NaN where none did. */
  readonly meanSeconds: readonly number[];
}
