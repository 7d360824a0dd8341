import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';

/** `recheck`: not enough data yet to say either way. */
export type Severity = 'ok' | 'warn' | 'recheck';

/** What a piece of advice says of a run. */
export interface Finding {
  readonly id: string;
  readonly severity: Severity;
  /** Such as "Small kernels: the device waits for launches". */
  readonly title: string;
  /** The numbers it rests on, in one sentence. */
  readonly evidence: string;
  /** What to try, in one sentence; '' when all is well. */
  readonly remedy: string;
}

/** A piece of advice: one file that exports one of these, listed in `advice/index.ts`. */
export interface Advice {
  readonly id: string;
  /** What it looks for, for the documentation. */
  readonly looksFor: string;
  /**
   * Null where the run has nothing that this piece looks at, such as a GPU's counters.
   * @param sinceNs samples before this moment are the past; launches are looked at all the same
   */
  check(timeline: Timeline, sinceNs: Nanoseconds): Finding | null;
}

/** Percent as findings print it. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.095 ? 1 : 0)} %`;
}
