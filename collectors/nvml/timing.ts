import { defaultLimits, type LaneLimits } from './lanes.ts';

/** How often and how long, in milliseconds; tests hurry. */
export interface Timing {
  readonly lanes: LaneLimits;
  /** What changes slowly, or costs more, is asked for at most so often. */
  readonly secondMs: number;
  /** What hardly changes: how many GPUs there are, their highest clocks, their MIG devices; and lost GPUs. */
  readonly rarelyMs: number;
  /** The first call loads firmware where no persistence daemon runs, which takes seconds. */
  readonly initMs: number;
  /** A driver may be loaded later. */
  readonly initAgainMs: number;
  /** A whole examination. */
  readonly examineMs: number;
}

export const defaultTiming: Timing = {
  lanes: defaultLimits,
  secondMs: 1000,
  rarelyMs: 5000,
  initMs: 5000,
  initAgainMs: 10_000,
  examineMs: 5000,
};
