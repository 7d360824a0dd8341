import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isLowerBound } from '../../src/analysis/lower-bound.ts';
import { phaseFigures } from '../../src/analysis/phase-figures.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { addExecutions, addSteps, emptyTimeline, testLaunch } from '../support/timelines.ts';

const test = suite('figures of phases');
const ms = 1e6;

/** Steps of 10 ms and 32 samples: odd ones fused (one kernel), even ones unfused (three kernels). */
function alternating(): TimelineBuilder {
  const timeline = emptyTimeline();
  addSteps(timeline, [10 * ms, 20 * ms, 10 * ms, 20 * ms]);
  timeline.addLaunch(testLaunch({ name: 'FusedConv2D', phase: 'fused', flops: 3000, bytes: 100 }));
  for (const name of ['Conv2D', 'Add', 'Relu']) {
    timeline.addLaunch(testLaunch({ name, phase: 'unfused', flops: 1000, bytes: 80 }));
  }
  addExecutions(timeline, [
    [0, 0, 6 * ms],
    [1, 10 * ms, 4 * ms],
    [2, 15 * ms, 2 * ms],
    [3, 20 * ms, 2 * ms],
    [0, 30 * ms, 6 * ms],
    [1, 40 * ms, 4 * ms],
    [2, 45 * ms, 2 * ms],
    [3, 50 * ms, 2 * ms],
  ]);
  return timeline;
}

test('phases that take turns have their kernels, times, amounts and samples side by side', () => {
  const [fused, unfused, ...others] = phaseFigures(alternating());
  assert.is(others.length, 0);
  assert.ok(fused && unfused);
  assert.equal([fused.phase, unfused.phase], ['fused', 'unfused']);
  assert.equal([fused.kernels, unfused.kernels], [2, 6]);
  assert.equal([fused.steps.value, unfused.steps.value], [2, 2]);
  assert.equal([fused.kernelsPerStep.value, unfused.kernelsPerStep.value], [1, 3]);
  assert.equal([fused.kernelSecondsPerStep.value, unfused.kernelSecondsPerStep.value], [0.006, 0.008]);
  assert.equal([fused.flopsPerStep.value, unfused.flopsPerStep.value], [3000, 3000]);
  assert.equal([fused.bytesPerStep.value, unfused.bytesPerStep.value], [100, 240]);
  assert.is(fused.flopsPerSecond.value, 6000 / 0.012);
  assert.is(unfused.bytesPerSecond.value, 480 / 0.016);
  assert.equal([fused.samplesPerSecond.value, unfused.samplesPerSecond.value], [3200, 1600]);
  assert.ok(Math.abs(fused.share + unfused.share - 1) < 1e-12 && Math.abs(fused.share - 12 / 28) < 1e-12);
});

test('phases of one step have no samples of their own, and kernels outside of phases count', () => {
  const timeline = alternating();
  timeline.addLaunch(testLaunch({ name: 'Sum', phase: '' }));
  addExecutions(timeline, [[4, 58 * ms, ms]]);
  const [fused, unfused, unnamed] = phaseFigures(timeline);
  assert.is(unnamed?.phase, '');
  assert.is(unnamed?.steps.value, 1);
  assert.is(fused?.samplesPerSecond.value, 3200);
  assert.match(unfused?.samplesPerSecond.value === null ? unfused.samplesPerSecond.why : '', /other phases/);
});

test('what runs outside of steps has no figures a step, and says so', () => {
  const timeline = alternating();
  timeline.addLaunch(testLaunch({ phase: 'evaluation' }));
  addExecutions(timeline, [
    [4, -5 * ms, ms],
    [4, 61 * ms, ms],
  ]);
  const evaluation = phaseFigures(timeline).at(-1);
  assert.is(evaluation?.kernels, 2);
  assert.is(evaluation?.steps.value, 0);
  assert.match(
    evaluation?.kernelsPerStep.value === null ? evaluation.kernelsPerStep.why : '',
    /outside of steps/,
  );
  assert.is(evaluation?.flopsPerSecond.value, 2000 / 0.002);
});

test('an amount of which a part is not counted is a lower bound, and says of how much', () => {
  const timeline = emptyTimeline();
  addSteps(timeline, [10 * ms]);
  timeline.addLaunch(testLaunch({ flops: 3000, bytes: 100 }));
  timeline.addLaunch(testLaunch({ name: 'TopK', flops: null, bytes: 40 }));
  timeline.addLaunch(testLaunch({ name: 'Identity', flops: 0, bytes: 0 }));
  addExecutions(timeline, [
    [0, 0, 3 * ms],
    [1, 4 * ms, ms],
    [2, 6 * ms, 0],
  ]);
  const [forward] = phaseFigures(timeline);
  assert.ok(forward);
  assert.equal(forward.flopsPerStep, {
    value: 3000,
    from: 'launches, at least: counted for 75 % of kernel time',
  });
  assert.ok(isLowerBound(forward.flopsPerStep));
  assert.equal(forward.bytesPerStep, { value: 140, from: 'launches' });
  assert.equal([forward.kernelsPerStep.value, forward.emptyKernelsPerStep.value], [3, 1]);
});

test('an amount that is not counted is absent, never 0', () => {
  const timeline = emptyTimeline();
  addSteps(timeline, [10 * ms]);
  timeline.addLaunch(testLaunch({ flops: null, bytes: null }));
  timeline.addLaunch(testLaunch({ name: 'Identity', flops: 0, bytes: 0 }));
  addExecutions(timeline, [
    [0, 0, ms],
    [1, 2 * ms, ms],
  ]);
  const [forward] = phaseFigures(timeline);
  assert.ok(forward);
  for (const figure of ['flopsPerStep', 'bytesPerStep', 'flopsPerSecond', 'bytesPerSecond'] as const) {
    const measured = forward[figure];
    assert.match(measured.value === null ? measured.why : '', /not counted/, figure);
  }
  assert.is(forward.kernelsPerStep.value, 2);
});

test('without phases there is nothing to tell, and without steps nothing a step', () => {
  const none = emptyTimeline();
  none.addLaunch(testLaunch({ phase: '' }));
  addExecutions(none, [[0, 0, ms]]);
  assert.equal(phaseFigures(none), []);
  const stepless = emptyTimeline();
  stepless.addLaunch(testLaunch());
  addExecutions(stepless, [[0, 0, ms]]);
  const [forward] = phaseFigures(stepless);
  assert.is(forward?.kernels, 1);
  assert.match(forward?.kernelsPerStep.value === null ? forward.kernelsPerStep.why : '', /No steps/);
});

test('executions that are summed are in the totals and not in the steps', () => {
  const timeline = alternating();
  timeline.addSummary({
    count: 1,
    startNs: Float64Array.of(0),
    durationNs: Float64Array.of(60 * ms),
    launch: Uint32Array.of(0),
    executions: Uint32Array.of(5),
    totalNs: Float64Array.of(30 * ms),
    longestNs: Float64Array.of(6 * ms),
  });
  const [fused, unfused] = phaseFigures(timeline);
  assert.is(fused?.kernels, 7);
  assert.match(fused?.kernelsPerStep.value === null ? fused.kernelsPerStep.why : '', /sums/);
  assert.is(unfused?.kernelsPerStep.value, 3);
});

test('executions in any order are counted in the steps in which they begin', () => {
  const length = fc.integer({ min: 1, max: 20 });
  const executions = fc.array(fc.tuple(fc.nat(1), fc.integer({ min: -5, max: 120 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(fc.array(length, { minLength: 1, maxLength: 8 }), executions, (lengths, list) => {
      const timeline = emptyTimeline();
      const steps = addSteps(timeline, lengths);
      for (const phase of ['a', 'b']) timeline.addLaunch(testLaunch({ phase }));
      addExecutions(
        timeline,
        list.map(([launch, startNs]) => [launch, startNs, 1] as const),
      );
      for (const { phase, kernels, steps: ran, kernelsPerStep } of phaseFigures(timeline)) {
        const own = list.filter(([launch]) => ['a', 'b'][launch] === phase);
        const inside = steps.map(
          ({ startNs, endNs }) => own.filter(([, at]) => at >= startNs && at < endNs).length,
        );
        const count = inside.filter((calls) => calls > 0).length;
        assert.is(kernels, own.length);
        assert.is(ran.value, count);
        const mean = count === 0 ? null : inside.reduce((sum, calls) => sum + calls, 0) / count;
        assert.is(kernelsPerStep.value, mean);
      }
    }),
  );
});

test.run();
