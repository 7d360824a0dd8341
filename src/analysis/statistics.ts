/** What several values say together. */

/** 0 of none. */
export function totalOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** NaN of none. */
export function meanOf(values: readonly number[]): number {
  return totalOf(values) / values.length;
}

/** The middle of values in any order; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** A mean with the ends of its 95 % confidence interval; null where one value alone tells no spread. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The mean of values that scatter about it as normal ones do, by Student's t.
 * @param values at least one
 */
export function meanInterval(values: readonly number[]): MeanInterval {
  const mean = meanOf(values);
  const count = values.length;
  if (count < 2) return { mean, low: null, high: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const reach = studentT(count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: mean - reach, high: mean + reach };
}

/**
 * The same of ratios and rates: the geometric mean, and an interval that never falls to 0.
 * @param values at least one, all above 0
 */
export function geometricInterval(values: readonly number[]): MeanInterval {
  const { mean, low, high } = meanInterval(values.map(Math.log));
  return {
    mean: Math.exp(mean),
    low: low === null ? null : Math.exp(low),
    high: high === null ? null : Math.exp(high),
  };
}

/** By the printed tables, for 1 to 4 degrees of freedom. */
const tOfFew = [12.706, 4.303, 3.182, 2.776] as const;

/**
 * The 97.5 % quantile of Student's t: of few degrees of freedom by the tables, else Cornish-Fisher around the normal one,
 * within 0.3 % from 4 degrees on.
 */
export function studentT(freedom: number): number {
  if (freedom < 1) return Number.POSITIVE_INFINITY;
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ];
  return tOfFew[freedom - 1] ?? terms.reduce((sum, term, at) => sum + term / freedom ** (at + 1), z);
}
