import { medianOf, studentT } from '../../analysis/statistics.ts';
import { absent, known, type Measured } from '../../model/measured.ts';

/** Fewer values than this have no spread to speak of. */
export const fewestValues = 3;
/**
 * Up to so many values an outlier cannot be told from the spread, so their standard deviation counts; beyond, the
 * median absolute deviation, which one odd step does not move.
 */
const robustFrom = 8;
/** Median absolute deviation to standard deviation, for normal values: 1 / Φ⁻¹(3/4). */
const madToDeviation = 1.4826;
/** Standard error of a median over that of a mean, for normal values: √(π / 2). */
const medianError = Math.sqrt(Math.PI / 2);
/**
 * Two runs of one program differ by clocks, temperature and placement, which no spread within a run shows. So a
 * change under this share is noise however even the steps are. A judgement, not a measurement.
 */
export const smallestFloor = 0.01;
/** The same where each side was measured once and nothing repeats. A judgement, too. */
export const singleFloor = 0.05;

/** A standard deviation that one odd value among many does not move. At least two values. */
export function robustDeviation(values: readonly number[]): number {
  if (values.length >= robustFrom) {
    const middle = medianOf(values);
    const absolute = medianOf(values.map((value) => Math.abs(value - middle)));
    // More than half of the values are the same: that the rest are not is spread all the same.
    if (absolute > 0) return madToDeviation * absolute;
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/**
 * How far two medians may differ by chance: half of a 95 % interval of their difference, out of the spread on each
 * side, and no less than `smallestFloor` of the larger. Absent where a side has too few values.
 * @param what such as `steps`, for the source and the reason
 */
export function noiseOfMedians(before: readonly number[], after: readonly number[], what: string): Measured {
  const fewest = Math.min(before.length, after.length);
  if (fewest < fewestValues) {
    return absent(
      `${before.length} and ${after.length} ${what} have no spread; it takes ${fewestValues} on each side to tell a change from noise.`,
    );
  }
  const error = (values: readonly number[]) =>
    (medianError * robustDeviation(values)) / Math.sqrt(values.length);
  const spread = studentT(fewest - 1) * Math.hypot(error(before), error(after));
  const least = smallestFloor * Math.max(Math.abs(medianOf(before)), Math.abs(medianOf(after)));
  return known(Math.max(spread, least), `spread of ${before.length} and ${after.length} ${what}`);
}
