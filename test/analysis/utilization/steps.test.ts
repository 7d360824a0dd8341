import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureSteps } from '../../../src/analysis/utilization/index.ts';
import { buildReport } from '../../../src/report/build.ts';
import { addHostRanges, addRuns, gpuTimeline, kinds, testGpu } from './gpu-timelines.ts';

const test = suite('steps with their device work');
const { compute, wide } = kinds;

function addSteps(
  timeline: ReturnType<typeof gpuTimeline>,
  bounds: readonly (readonly [number, number])[],
  rank?: number,
) {
  for (const [at, [startNs, endNs]] of bounds.entries()) {
    timeline.addStep({ number: at + 1, startNs, endNs, samples: 8, ...(rank !== undefined && { rank }) });
  }
}

function stretches(timeline: ReturnType<typeof gpuTimeline>): number[][] {
  return measureSteps(timeline).steps.map(({ startNs, endNs }) => [startNs, endNs]);
}

test('a step ends with the device work called for within it, and the next begins no earlier', () => {
  const timeline = gpuTimeline();
  addSteps(timeline, [
    [0, 100],
    [100, 200],
    [210, 300],
  ]);
  addRuns(timeline, [
    { launch: compute, startNs: 20, durationNs: 30, callNs: 10 },
    { launch: compute, startNs: 110, durationNs: 30, callNs: 90 },
    { launch: wide, startNs: 150, durationNs: 20, callNs: 120 },
  ]);
  assert.equal(stretches(timeline), [
    [0, 140],
    [140, 200],
    [210, 300],
  ]);
  const { util, smActive, extended, kernelOccupancy } = measureSteps(timeline);
  assert.is(extended, true);
  // 80 of 140 + 60 + 90 nanoseconds; blocks fill 4, 4 and 10 of ten SMs.
  assert.ok(Math.abs((util.value ?? 0) - 80 / 290) < 1e-12);
  assert.ok(Math.abs((smActive.value ?? 0) - (30 * 4 + 30 * 4 + 20 * 10) / (290 * 10)) < 1e-12);
  assert.ok((kernelOccupancy.value ?? 0) > 0);
  const { steps } = buildReport(timeline);
  assert.is(steps.count, 3);
  assert.ok(Math.abs((steps.meanSeconds ?? 0) - 290e-9 / 3) < 1e-15);
  assert.ok(Math.abs((steps.samplesPerSecond ?? 0) - 24 / 290e-9) < 1);
});

test('work called for before the first step delays its start, at most to its own first execution', () => {
  const timeline = gpuTimeline();
  addSteps(timeline, [[100, 200]]);
  addRuns(timeline, [
    { launch: compute, startNs: 90, durationNs: 40, callNs: 50 },
    { launch: compute, startNs: 140, durationNs: 10, callNs: 110 },
  ]);
  assert.equal(stretches(timeline), [[130, 200]]);
});

test('without calls steps are as the host took them', () => {
  const timeline = gpuTimeline();
  addSteps(timeline, [
    [0, 100],
    [100, 200],
  ]);
  addRuns(timeline, [{ launch: compute, startNs: 50, durationNs: 100 }]);
  assert.equal(stretches(timeline), [
    [0, 100],
    [100, 200],
  ]);
  assert.is(measureSteps(timeline).util.value, 0.5);
});

test('of several ranks the steps are those of the lowest, on its own devices', () => {
  const timeline = gpuTimeline([testGpu('rank1/gpu0'), testGpu('rank0/gpu0')]);
  timeline.ranks.push({ rank: 1, worldSize: 2, devices: ['rank1/gpu0'] });
  timeline.ranks.push({ rank: 0, worldSize: 2, devices: ['rank0/gpu0'] });
  addSteps(timeline, [[0, 100]], 1);
  addSteps(timeline, [[0, 200]], 0);
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 100 },
    { launch: compute + 6, startNs: 0, durationNs: 50 },
  ]);
  const steps = measureSteps(timeline);
  assert.is(steps.rank, 0);
  assert.is(steps.util.value, 0.25);
});

test('of several devices of one process the figures are means', () => {
  const timeline = gpuTimeline([testGpu('gpu0'), testGpu('gpu1')]);
  addSteps(timeline, [[0, 100]]);
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 100 },
    { launch: compute + 6, startNs: 0, durationNs: 50 },
  ]);
  assert.equal(measureSteps(timeline).util, { value: 0.75, from: 'launches, mean of 2 of 2 devices' });
});

test('host work within steps is what it did while the device ran nothing, each moment once a name', () => {
  const timeline = gpuTimeline();
  addSteps(timeline, [[0, 1000]]);
  addHostRanges(timeline, 0, [
    ['ProfilerStep#1', 0, 1000],
    ['loader', 0, 400],
    ['aten::to', 100, 200],
    ['forward', 400, 700],
  ]);
  addHostRanges(timeline, 1, [['loader', 300, 500]]);
  addRuns(timeline, [
    { launch: compute, startNs: 350, durationNs: 100, callNs: 340 },
    { launch: compute, startNs: 600, durationNs: 50, callNs: 590 },
  ]);
  const shares = measureSteps(timeline).hostWork.map(({ name, share }) => [name, Math.round(share * 1000)]);
  assert.equal(shares, [
    ['loader', 350 + 50],
    ['forward', 150 + 50],
  ]);
});

test('steps never overlap, however calls and steps are drawn', () => {
  const bound = fc.tuple(fc.nat(100), fc.nat(40));
  const run = fc.record({
    launch: fc.constant(0),
    startNs: fc.nat(150),
    durationNs: fc.nat(30),
    callNs: fc.option(fc.nat(150), { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(bound, { maxLength: 8 }),
      fc.array(run, { minLength: 1, maxLength: 20 }),
      (bounds, runs) => {
        const timeline = gpuTimeline();
        addSteps(
          timeline,
          bounds.map(([start, length]) => [start, start + length] as const),
        );
        addRuns(timeline, runs);
        const { steps, util, extended } = measureSteps(timeline);
        assert.is(steps.length, bounds.length);
        if (util.value !== null) assert.ok(util.value >= 0 && util.value <= 1);
        if (!extended) return;
        for (const [at, { startNs, endNs }] of steps.entries()) {
          assert.ok(endNs >= startNs);
          const next = steps[at + 1];
          if (next !== undefined) assert.ok(next.startNs >= endNs);
        }
      },
    ),
  );
});

test.run();
