import type { Seconds } from '../../model/units.ts';
import type { Snapshot } from '../snapshot.ts';

/** One host of many that are watched at once, as its source tells it. */
export interface FleetMember {
  readonly host: string;
  /** What tells of it, such as `warpwatch`, `dcgm-exporter`, `nvidia_gpu_exporter`; the most trusted first. */
  readonly exporters: readonly string[];
  /**
   * `connecting`: no word yet; `down`: its exporter or connection fails; `vanished`: it was here and nobody speaks of it any
   * more.
   */
  readonly condition: 'connecting' | 'up' | 'down' | 'vanished';
  /** What is wrong and what to do; '' for `up`. */
  readonly why: string;
  /** How old its figures are; null where there are none. */
  readonly ageSeconds: Seconds | null;
  /** Its present, or its last word; null before the first. */
  readonly snapshot: Snapshot | null;
}

/** All hosts at one moment. */
export interface FleetMoment {
  /** Where it is read, such as `prometheus http://…` or `ssh`; without a password. */
  readonly from: string;
  /** What is wrong with the source as a whole and what to do, a sentence each; empty where all is well. */
  readonly troubles: readonly string[];
  readonly members: readonly FleetMember[];
  /** Hosts beyond what is shown at once. */
  readonly omittedHosts: number;
}

/** Where a fleet is read. */
export interface FleetSource {
  /**
   * The present; never waits.
   * @param host the one that is looked at closely: a source may bring more of it, such as its history; null for none
   */
  moment(host: string | null): FleetMoment;
  /** Every host has spoken once, or why it does not is known. Never rejects. */
  readonly firstLook: Promise<void>;
  close(): Promise<void>;
}
