import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LiveView, liveKeepNs } from '../../src/analysis/live.ts';
import {
  addExecutions,
  addSamples,
  addSteps,
  type Execution,
  emptyTimeline,
  testLaunch,
  testWorkload,
} from '../support/timelines.ts';

const test = suite('live view');
const second = 1e9;
const ms = 1e6;

/** Kernels of 8 ms every 10 ms: busy for 80 % of the time, at 40 GFLOP/s of a peak of 100. */
function growing() {
  const timeline = emptyTimeline(undefined, liveKeepNs);
  timeline.addLaunch(testLaunch({ flops: 400e6 }));
  return {
    timeline,
    addUntil(fromNs: number, toNs: number) {
      const list: Execution[] = [];
      for (let startNs = fromNs; startNs < toNs; startNs += 10 * ms) list.push([0, startNs, 8 * ms]);
      addExecutions(timeline, list);
    },
  };
}

test('the coarse figure and the real ones stand on one row', () => {
  const { timeline, addUntil } = growing();
  addUntil(0, 4 * second);
  addSamples(timeline, 'cpu', 'util', [
    [3 * second, 0.97],
    [4 * second, 0.99],
  ]);
  const [row] = new LiveView(timeline).snapshot(4 * second).devices;
  assert.is(row?.util.value, 0.99);
  assert.ok(Math.abs((row?.kernelBusy.value ?? 0) - 0.8) < 0.01);
  assert.ok(Math.abs((row?.peakShare.value ?? 0) - 0.4) < 0.01);
  assert.is(row?.gap, 'busy by util, but kernels run for three quarters of the time');
  assert.ok(row?.smActive.value === null);
});

test('a device that stands still goes to 0, and its coarse figure to unknown', () => {
  const { timeline, addUntil } = growing();
  addUntil(0, 4 * second);
  addSamples(timeline, 'cpu', 'util', [[4 * second, 0.99]]);
  const [row] = new LiveView(timeline).snapshot(20 * second).devices;
  assert.is(row?.kernelBusy.value, 0);
  assert.is(row?.util.value, null);
});

test('histories go on from look to look and have one scale of time', () => {
  const { timeline, addUntil } = growing();
  const view = new LiveView(timeline);
  addUntil(0, 2 * second);
  view.snapshot(2 * second);
  addUntil(2 * second, 6 * second);
  const history = view.snapshot(6 * second).devices[0]?.history;
  assert.is(history?.intervalSeconds, 0.5);
  assert.ok((history?.kernelBusy.length ?? 0) >= 10);
  for (const value of history?.kernelBusy.slice(0, -1) ?? [])
    assert.ok(Math.abs(value - 0.8) < 0.03, String(value));
  // util was never sampled: a gap, not 0.
  assert.ok(history?.util.every(Number.isNaN));
});

test('what a history has dropped is counted, so that its points keep their time', () => {
  const { timeline } = growing();
  const view = new LiveView(timeline);
  const at = (seconds: number) => {
    const { dropped = 0, util = [] } = view.snapshot(seconds * second).devices[0]?.history ?? {};
    return { dropped, points: util.length };
  };
  assert.equal(at(2).dropped, 0);
  // Nobody looked for two hours: what was before is not an hour old.
  const { dropped, points } = at(7200);
  assert.is(points, 7200);
  assert.ok(dropped >= 7190 && dropped <= 7200, `${dropped}`);
  assert.equal(at(7300), { dropped, points: 7400 });
  assert.equal(at(7330), { dropped: dropped + 260, points: 7200 });
});

test('old executions are forgotten, their totals are not', () => {
  const { timeline, addUntil } = growing();
  for (let from = 0; from < 60; from++) addUntil(from * second, (from + 1) * second);
  assert.ok(timeline.activity.length < 20);
  const [row] = new LiveView(timeline).snapshot(60 * second).kernels;
  assert.is(row?.calls, 6000);
});

test('what was forgotten before it was looked at is unknown in the history, not 0', () => {
  const { timeline, addUntil } = growing();
  for (let from = 0; from < 60; from++) addUntil(from * second, (from + 1) * second);
  const busy = new LiveView(timeline).snapshot(60 * second).devices[0]?.history.kernelBusy ?? [];
  assert.ok(Number.isNaN(busy[0]));
  for (const value of busy.slice(0, -1))
    assert.ok(Number.isNaN(value) || Math.abs(value - 0.8) < 0.03, String(value));
});

test('a clock that is far off costs no more than a full history', () => {
  const { timeline, addUntil } = growing();
  addUntil(0, second);
  const history = new LiveView(timeline).snapshot(1e18).devices[0]?.history.kernelBusy ?? [];
  assert.is(history.length, 7200);
});

test('progress and the time that is left, by steps and by seconds', () => {
  const { timeline } = growing();
  timeline.workload = testWorkload({ plannedSteps: 40 });
  addSteps(
    timeline,
    Array.from({ length: 10 }, () => 0.5 * second),
  );
  const bySteps = new LiveView(timeline).snapshot(5 * second).training;
  assert.is(bySteps?.progress, 0.25);
  assert.is(bySteps?.secondsLeft, 15);
  assert.is(bySteps?.samplesPerSecond.value, 64);
  timeline.workload = testWorkload({ plannedSteps: null, plannedSeconds: 20 });
  const bySeconds = new LiveView(timeline).snapshot(5 * second).training;
  assert.is(bySeconds?.progress, 0.25);
  assert.is(bySeconds?.secondsLeft, 15);
});

test('a loss belongs to the step it was reported in, and NaN is kept', () => {
  const { timeline } = growing();
  addSteps(timeline, [second, second, second]);
  addSamples(timeline, null, 'loss', [
    [0.9 * second, 4],
    [1.9 * second, Number.NaN],
    [2.9 * second, 3],
  ]);
  const loss = new LiveView(timeline).snapshot(3 * second).training?.loss;
  assert.equal(loss?.x, [1, 2, 3]);
  assert.ok(Number.isNaN(loss?.y[1]));
});

test('the training, not the host collector, decides how a run stands', () => {
  const timeline = emptyTimeline();
  const view = new LiveView(timeline);
  timeline.producers.push({ name: 'host', processId: 1, outcome: 'running', message: '' });
  assert.is(view.snapshot(0).state, 'starting');
  const training = { name: 'training', processId: 2, outcome: 'running' as const, message: '' };
  timeline.producers.push(training);
  addSteps(timeline, [second]);
  assert.is(view.snapshot(second).state, 'running');
  timeline.producers[1] = { ...training, outcome: 'ended' };
  assert.is(view.snapshot(second).state, 'ended');
  timeline.producers[1] = { ...training, outcome: 'failed', message: 'out of memory' };
  assert.is(view.snapshot(second).message, 'out of memory');
});

test.run();
