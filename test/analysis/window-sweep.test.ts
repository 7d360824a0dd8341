import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coverage } from '../../src/analysis/coverage.ts';
import { overTime } from '../../src/analysis/over-time.ts';
import { sweepWindow, type WindowSums } from '../../src/analysis/window-sweep.ts';
import { addRuns, gpuTimeline, kinds } from './utilization/gpu-timelines.ts';

const test = suite('sweep of a window');
const smCount = 10;
const weights = {
  wanted: Uint8Array.of(1, 1, 1, 0, 0, 0),
  blocks: Float64Array.of(4, 16, 2, 0, 0, 0),
  flops: Float64Array.of(100, Number.NaN, 50, 0, 0, 0),
  occupancy: Float64Array.of(0.5, 0.25, Number.NaN, 0, 0, 0),
};

const run = fc.record(
  { launch: fc.integer({ min: 0, max: 5 }), startNs: fc.nat(1000), durationNs: fc.nat(200) },
  { noNullPrototype: true },
);

test('gives what the slower measures give, whatever overlaps, in order or not', () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 40 }), fc.boolean(), fc.nat(500), (runs, sorted, from) => {
      const timeline = gpuTimeline();
      if (sorted) runs.sort((a, b) => a.startNs - b.startNs);
      addRuns(timeline, runs.slice(0, 20));
      addRuns(timeline, runs.slice(20));
      const window = { startNs: from, endNs: from + 400 };
      const sums = sweepWindow(timeline.activity, weights, window, smCount);
      assert.is(sums.busyNs, coverage(timeline, weights.wanted, window).busyNs);
      const options = { buckets: 1, smCount, occupancy: weights.occupancy };
      const slow = overTime(timeline, 'gpu0', window, options);
      close(sums.filledNs / smCount / 400, slow.smActive[0] ?? 0);
      if (sums.occupancyKnownNs > 0)
        close(sums.occupiedNs / sums.occupancyKnownNs, slow.kernelOccupancy[0] ?? 0);
      else assert.ok(Number.isNaN(slow.kernelOccupancy[0]));
    }),
    { numRuns: 300 },
  );
});

test('an execution that reaches out of the window counts in proportion', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [
    { launch: kinds.compute, startNs: 0, durationNs: 100 },
    { launch: kinds.wide, startNs: 80, durationNs: 100 },
  ]);
  const sums: Partial<WindowSums> = sweepWindow(
    timeline.activity,
    weights,
    { startNs: 75, endNs: 155 },
    smCount,
  );
  assert.equal(
    [sums.busyNs, sums.kernelNs, sums.flops, sums.countedNs, sums.occupancyKnownNs, sums.filledNs],
    // 5 ns of 4 blocks, then more than there are SMs.
    [80, 25 + 75, 25, 25, 100, 5 * 4 + 75 * 10],
  );
});

test('nothing in the window is nothing', () => {
  const sums = sweepWindow(gpuTimeline().activity, weights, { startNs: 0, endNs: 10 }, smCount);
  assert.equal([sums.busyNs, sums.filledNs, sums.kernelNs], [0, 0, 0]);
});

test.run();

function close(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);
}
