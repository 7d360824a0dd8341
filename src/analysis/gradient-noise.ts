/** How noisy gradients are, from the cosine of those of two steps in a row. */
export interface GradientNoise {
  /** Mean cosine, and its standard error. */
  readonly cosine: number;
  readonly error: number;
  readonly checks: number;
  /** Noise over signal, in squares: (1 - c) / c. Null where the cosine cannot be told from 0 or is below it. */
  readonly noiseToSignal: number | null;
  /**
   * The batch of which noise and signal are equal (McCandlish et al. 2018, "An Empirical Model of Large-Batch Training",
   * the simple noise scale); from c = |G|² / (|G|² + tr(Σ)/B) it is B (1 - c) / c. Null where the batch is not known.
   */
  readonly equalBatch: number | null;
}

/** A cosine must be so many standard errors above 0 to divide by it. */
const clearly = 2;
/** Of late: the noise grows as the training goes on. */
const mostChecks = 100;
const leastChecks = 5;

/** Null where there are fewer than three cosines. Weights hardly move from one step to the next; where they do, noise is overestimated. */
export function gradientNoise(cosines: readonly number[], batchSize: number | null): GradientNoise | null {
  const half = Math.max(Math.floor(cosines.length / 2), cosines.length - mostChecks);
  const recent = cosines.slice(Math.max(0, Math.min(half, cosines.length - leastChecks)));
  const own = recent.filter((cosine) => Number.isFinite(cosine) && Math.abs(cosine) <= 1.001);
  if (own.length < 3) return null;
  const cosine = own.reduce((sum, value) => sum + value, 0) / own.length;
  const squares = own.reduce((sum, value) => sum + (value - cosine) ** 2, 0);
  const error = Math.sqrt(squares / (own.length - 1) / own.length);
  const known = cosine > clearly * error && cosine > 0;
  const noiseToSignal = known ? Math.max(0, (1 - cosine) / cosine) : null;
  const equalBatch = noiseToSignal === null || batchSize === null ? null : batchSize * noiseToSignal;
  return { cosine, error, checks: own.length, noiseToSignal, equalBatch };
}
