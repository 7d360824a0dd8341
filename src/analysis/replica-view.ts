import type { Measured } from '../model/measured.ts';
import type { ParallelInfo } from '../model/parallel.ts';
import type { Ratio, Seconds } from '../model/units.ts';

/** How the replicas of a training do, over the last steps while it runs and over all of it afterwards. */
export interface ReplicasView {
  readonly parallel: ParallelInfo;
  /** Of all replicas together. */
  readonly samplesPerSecond: Measured;
  readonly rows: readonly ReplicaFigures[];
  /** Updates by how many others came between, ascending; empty where the mode knows no staleness. */
  readonly staleness: readonly { readonly staleness: number; readonly updates: number }[];
  readonly meanStaleness: Measured;
  /** Who waits for whom, in a sentence; '' where nobody waits for long. */
  readonly verdict: string;
}

export interface ReplicaFigures {
  readonly replica: number;
  readonly devices: readonly string[];
  readonly state: 'running' | 'ended' | 'failed' | 'lost';
  /** Why it failed or was lost; ''. */
  readonly message: string;
  /** Steps it has made. */
  readonly steps: number;
  readonly samplesPerSecond: Measured;
  readonly stepSeconds: Measured<Seconds>;
  /** Of the time of steps; the three add up to 1. */
  readonly compute: Measured<Ratio>;
  readonly wait: Measured<Ratio>;
  readonly communicate: Measured<Ratio>;
  /** Of the time of steps put in on purpose; a part of `compute`. */
  readonly slowed: Measured<Ratio>;
  readonly meanStaleness: Measured;
  readonly loss: Measured;
  /** Whether the others wait for it. */
  readonly straggler: boolean;
}
