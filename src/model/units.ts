/**
 * Number types that say their unit. The unit is an optional phantom property: plain arithmetic needs no cast,
 * but a value of one unit cannot be handed over where another is wanted.
 */
declare const unit: unique symbol;
type Unit<U extends string> = number & { readonly [unit]?: U };

/**
 * Whole nanoseconds. In a timeline: since the timeline's origin, so that every value stays below 2^53
 * (104 days) and a double holds it exactly.
 */
export type Nanoseconds = Unit<'ns'>;
/** Seconds, used in summaries only. */
export type Seconds = Unit<'s'>;
/** Bytes. */
export type Bytes = Unit<'bytes'>;
/** Floating-point operations; a multiply-add counts as two. */
export type Flops = Unit<'flops'>;
/** A share, 0..1. Screens print it as percent. */
export type Ratio = Unit<'ratio'>;

export const nanosecondsPerSecond = 1e9;

/** Converts nanoseconds to seconds. */
export function toSeconds(durationNs: Nanoseconds): Seconds {
  return durationNs / nanosecondsPerSecond;
}
