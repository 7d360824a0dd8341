import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { percentile } from '../../../src/analysis/steps.ts';
import { orderByTime } from '../../../src/analysis/utilization/order.ts';
import { RunningSet } from '../../../src/analysis/utilization/running.ts';
import { quantiles } from '../../../src/analysis/utilization/select.ts';

const test = suite('order of executions');

function stable(times: readonly number[]): number[] {
  return times
    .map((_time, index) => index)
    .sort((a, b) => (times[a] as number) - (times[b] as number) || a - b);
}

function sorts(times: readonly number[]): void {
  assert.equal([...orderByTime(Float64Array.from(times))], stable(times));
}

test('any whole times are sorted, equal ones as they stood', () => {
  const time = fc.oneof(
    fc.integer({ min: -50, max: 50 }),
    fc.maxSafeInteger().map((value) => Math.trunc(value / 2)),
  );
  fc.assert(fc.property(fc.array(time, { maxLength: 200, size: 'max' }), sorts));
});

test('few runs are merged, many are sorted by digits', () => {
  const runs = (count: number) =>
    Array.from(
      { length: count * 7 },
      (_, i) => (i % 7) * 1000 + ((i * 37) % 11) + (i % 7 === 6 ? 2 ** 40 : 0),
    );
  for (const count of [0, 1, 2, 3, 5, 16, 17, 40]) sorts(runs(count));
});

test('times that lie more than 2^32 nanoseconds apart are sorted too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 52 }), { minLength: 100, maxLength: 200 }), sorts),
  );
});

test('quantiles are those of the sorted values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 100, size: 'max' }),
      (values) => {
        const sorted = Float64Array.from(values).sort();
        const shares = [0, 0.3, 0.5, 0.95, 1];
        const expected = shares.map((share) => percentile(sorted, share));
        for (const [at, value] of quantiles(Float64Array.from(values), shares).entries()) {
          assert.ok(Math.abs(value - (expected[at] as number)) < 1e-9);
        }
      },
    ),
  );
});

test('of what runs, the next to end comes first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60, size: 'max' }), (ends) => {
      const running = new RunningSet();
      for (const [launch, end] of ends.entries()) running.push(end, launch);
      const sorted = [...ends].sort((a, b) => a - b);
      for (const end of sorted) {
        assert.is(running.nextEndNs, end);
        assert.is(ends[running.pop()], end);
      }
      assert.is(running.size, 0);
    }),
  );
});

test.run();
