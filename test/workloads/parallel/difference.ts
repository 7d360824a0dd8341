import * as assert from 'uvu/assert';

/** Largest difference of two arrays over the largest number of the second. */
export function difference(actual: Float32Array, expected: Float32Array): number {
  assert.is(actual.length, expected.length);
  let [largest, furthest] = [0, 0];
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    furthest = Math.max(furthest, Math.abs(value - (actual[index] ?? Number.NaN)));
  }
  assert.ok(largest > 0);
  return furthest / largest;
}
