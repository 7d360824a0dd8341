import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { phaseShares } from '../../src/analysis/phases.ts';
import { percentile, stepFigures } from '../../src/analysis/steps.ts';
import { mfu } from '../../src/analysis/throughput.ts';
import { addExecutions, addSteps, emptyTimeline, testLaunch, testWorkload } from '../support/timelines.ts';

const test = suite('steps');

test('percentiles agree with NumPy’s', () => {
  const values = Float64Array.of(1, 2, 4, 8);
  assert.is(percentile(values, 0.5), 3);
  assert.ok(Math.abs(percentile(values, 0.95) - 7.4) < 1e-12);
  assert.is(percentile(Float64Array.of(5), 0.95), 5);
});

test('throughput is samples over the time in steps, whatever lies between them', () => {
  const timeline = emptyTimeline();
  timeline.addStep({ number: 1, startNs: 0, endNs: 1e9, samples: 10 });
  timeline.addStep({ number: 2, startNs: 9e9, endNs: 10e9, samples: 30 });
  const figures = stepFigures(timeline.steps);
  assert.is(figures.samplesPerSecond.value, 20);
  assert.is(figures.meanSeconds.value, 1);
});

test('one step of unknown size makes the throughput unknown', () => {
  const figures = stepFigures([
    { number: 1, startNs: 0, endNs: 1e9, samples: 10 },
    { number: 2, startNs: 1e9, endNs: 2e9, samples: null },
  ]);
  assert.is(figures.samplesPerSecond.value, null);
  assert.is(figures.count, 2);
});

test('no steps: every figure is absent with a reason', () => {
  const { count, ...figures } = stepFigures([]);
  assert.is(count, 0);
  for (const figure of Object.values(figures)) assert.ok(figure.value === null && figure.why.length > 20);
});

test('model FLOP/s utilization is the model’s own arithmetic over the peak', () => {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload({ modelFlopsPerSample: 250e6 });
  // 32 samples a second of 250 MFLOP are 8 GFLOP/s: 8 % of the peak of 100.
  addSteps(timeline, [1e9, 1e9]);
  assert.ok(Math.abs((mfu(timeline, 'cpu').value ?? 0) - 0.08) < 1e-12);
  // An evaluation between two steps takes nothing from it: only steps count.
  timeline.addStep({ number: 3, startNs: 60e9, endNs: 61e9, samples: 32 });
  assert.ok(Math.abs((mfu(timeline, 'cpu').value ?? 0) - 0.08) < 1e-12);
  timeline.workload = testWorkload({ modelFlopsPerSample: null });
  assert.is(mfu(timeline, 'cpu').value, null);
});

test('where kernels have no phase, those of a step are the ranges that the host was in', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ phase: '' }));
  addExecutions(timeline, [[0, 10, 50]]);
  addSteps(timeline, [100, 100]);
  timeline.host.threads.push({ name: '1', rank: null });
  timeline.host.names.push(
    { name: 'forward', kind: 'annotation' },
    { name: 'backward', kind: 'annotation' },
    { name: 'inner', kind: 'annotation' },
  );
  timeline.addHostBlock({
    count: 4,
    startNs: Float64Array.of(5, 0, 40, 120),
    durationNs: Float64Array.of(10, 40, 60, 30),
    name: Uint32Array.of(2, 0, 1, 0),
    thread: new Uint32Array(4),
  });
  assert.equal(phaseShares(timeline, 'cpu', timeline.steps), [
    { phase: 'forward', share: 0.35 },
    { phase: 'backward', share: 0.3 },
    { phase: 'outside ranges', share: 0.35 },
  ]);
});

test('phases divide the time of steps, and what no kernel fills is outside of them', () => {
  const timeline = emptyTimeline();
  for (const phase of ['forward', 'backward', '']) timeline.addLaunch(testLaunch({ phase }));
  const steps = addSteps(timeline, [100, 100]);
  addExecutions(timeline, [
    [0, 10, 20],
    [1, 30, 60],
    [0, 110, 20],
    [1, 130, 60],
    [2, 195, 100],
  ]);
  const shares = Object.fromEntries(
    phaseShares(timeline, 'cpu', steps).map(({ phase, share }) => [phase, share]),
  );
  assert.equal(shares, { forward: 0.2, backward: 0.6, 'in no phase': 0.025, 'outside kernels': 0.175 });
});

test.run();
