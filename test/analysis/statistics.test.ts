import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { geometricInterval, meanInterval, medianOf, studentT } from '../../src/analysis/statistics.ts';

const test = suite('statistics');

const several = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 2, maxLength: 12 });

function near(actual: number | null, expected: number, tolerance = 1e-9): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${actual}`);
}

test('Student’s t as tables have it', () => {
  for (const [freedom, expected] of [
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [10, 2.228],
    [22, 2.074],
    [30, 2.042],
    [100, 1.984],
    [1000, 1.962],
  ] as const) {
    near(studentT(freedom), expected, 0.004);
  }
  assert.is(studentT(0), Number.POSITIVE_INFINITY);
});

test('the middle of values', () => {
  assert.is(medianOf([3, 1, 2]), 2);
  assert.is(medianOf([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(medianOf([])));
});

test('the interval of three values, by hand', () => {
  // Standard deviation 1, its error 1 / √3, t of two degrees 4.303.
  const { mean, low, high } = meanInterval([1, 2, 3]);
  assert.is(mean, 2);
  near(low, 2 - 4.303 / Math.sqrt(3));
  near(high, 2 + 4.303 / Math.sqrt(3));
});

test('one value alone has no interval', () => {
  assert.equal(meanInterval([5]), { mean: 5, low: null, high: null });
  const { low, high } = geometricInterval([5]);
  assert.equal([low, high], [null, null]);
});

test('an interval contains its mean, that of ratios stays above 0', () => {
  fc.assert(
    fc.property(several, (values) => {
      const plain = meanInterval(values);
      const ratios = geometricInterval(values);
      assert.ok((plain.low ?? Number.NaN) <= plain.mean && plain.mean <= (plain.high ?? Number.NaN));
      assert.ok((ratios.low ?? Number.NaN) <= ratios.mean * (1 + 1e-12));
      assert.ok((ratios.high ?? Number.NaN) >= ratios.mean * (1 - 1e-12));
      assert.ok((ratios.low ?? -1) >= 0);
    }),
  );
});

test('intervals scale with their values', () => {
  fc.assert(
    fc.property(several, fc.double({ min: 0.1, max: 100, noNaN: true }), (values, factor) => {
      const scaled = values.map((value) => value * factor);
      const reach = Math.max(...values) * factor;
      for (const interval of [meanInterval, geometricInterval]) {
        const [before, after] = [interval(values), interval(scaled)];
        assert.ok(Math.abs(after.mean - before.mean * factor) <= 1e-9 * reach);
        const [low, high] = [before.low ?? Number.NaN, after.low ?? Number.NaN];
        assert.ok(Math.abs(high - low * factor) <= 1e-9 * Math.max(reach, Math.abs(high)));
      }
    }),
  );
});

test.run();
