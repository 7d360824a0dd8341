import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { trendOf } from '../../src/analysis/trend.ts';

const test = suite('trend of a curve');

/** Normal noise that resembles its neighbour by `r`, the same for the same seed (mulberry32, Box-Muller). */
function noise(count: number, r: number, seed: number): number[] {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 1) / (2 ** 32 + 1);
  };
  let value = 0;
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    value = r * value + Math.sqrt(1 - r * r) * normal;
    return value;
  });
}

const x = (count: number) => Array.from({ length: count }, (_, at) => at);

test('a straight line is found exactly, with its steps and level', () => {
  const trend = trendOf(
    x(1000).map((at) => 10 * at),
    x(1000).map((at) => 5 - 0.001 * at),
  );
  assert.ok(Math.abs((trend?.perStep ?? 0) + 1e-4) < 1e-12);
  assert.ok(Math.abs((trend?.low ?? 0) - (trend?.high ?? 1)) < 1e-12);
  assert.is(trend?.steps, 9990);
  assert.ok(Math.abs((trend?.level ?? 0) - 4.5005) < 1e-9);
});

test('the interval holds the truth about nineteen times of twenty, also where neighbours resemble each other', () => {
  for (const [values, runs] of [
    [2400, 400],
    [100, 1000],
    [50, 1000],
    [40, 1000],
  ] as const) {
    for (const r of [0, 0.5, 0.9]) {
      let held = 0;
      for (let seed = 1; seed <= runs; seed++) {
        const trend = trendOf(
          x(values),
          noise(values, r, seed * 7919).map((rest, at) => 3 - 1e-4 * at + 0.2 * rest),
        );
        if (trend !== null && trend.low <= -1e-4 && -1e-4 <= trend.high) held++;
      }
      // Of the fewest values whose neighbours resemble each other the most it holds a little less often.
      const least = values === 40 && r === 0.9 ? 0.88 : 0.91;
      assert.ok(held / runs > least && held / runs < 0.99, `${held} of ${runs} of ${values} values at ${r}`);
    }
  }
});

test('values that are not finite are left out; too few make no trend', () => {
  const y = x(1000).map((at) => (at % 10 === 0 ? Number.NaN : 1 - 1e-4 * at));
  assert.ok(Math.abs((trendOf(x(1000), y)?.perStep ?? 0) + 1e-4) < 1e-10);
  assert.is(trendOf(x(1000), y)?.values, 900);
  assert.is(trendOf(x(100), y.slice(0, 100))?.values, 90);
  assert.is(trendOf(x(44), y.slice(0, 44)), null, '39 are too few');
  assert.is.not(trendOf(x(45), y.slice(0, 45)), null);
  assert.is(trendOf([], []), null);
  assert.is(trendOf(x(1000).fill(1), y), null, 'all at one step');
});

test.run();
