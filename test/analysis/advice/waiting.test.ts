import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addCalled,
  addHost,
  type Called,
  finding,
  gpus,
  kernel,
  ms,
  said,
  times,
  us,
} from './gpu-timelines.ts';

const test = suite('advice on what a device waits for');

/** Steps of 10 ms: `loadNs` of input, then one kernel for the rest. */
function inputRun(loadNs: number, steps: number, marked = true) {
  const timeline = gpus();
  timeline.addLaunch(kernel());
  addCalled(
    timeline,
    times(steps, (i): Called => [0, i * 10 * ms + loadNs, 10 * ms - loadNs, 5 * us]),
  );
  addHost(
    timeline,
    'enumerate(DataLoader)#_SingleProcessDataLoaderIter.__next__',
    times(steps, (i) => [i * 10 * ms, loadNs - 10 * us] as const),
  );
  if (!marked) return timeline;
  for (let i = 0; i < steps; i++) {
    timeline.addStep({ number: i + 1, startNs: i * 10 * ms, endNs: (i + 1) * 10 * ms, samples: null });
  }
  return timeline;
}

test('input that takes a third of the step is named with its share', () => {
  const found = finding(inputRun(3.3 * ms, 20), 'input-bound');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /waits for input 33 %/);
  assert.match(found.evidence, /20 steps.*DataLoader/);
});

test('input that is ready in time, or of too few steps, is no warning', () => {
  assert.is(said(inputRun(0.3 * ms, 20), 'input-bound'), 'ok');
  assert.is(said(inputRun(3.3 * ms, 2), 'input-bound'), 'recheck');
  assert.is(said(gpus(), 'input-bound'), 'recheck');
});

test('without steps the window of the device takes their place, if it is long enough', () => {
  assert.is(said(inputRun(3.3 * ms, 100, false), 'input-bound'), 'warn');
  assert.is(said(inputRun(3.3 * ms, 20, false), 'input-bound'), 'recheck');
});

test('a run that waits for input is told so once', () => {
  const timeline = inputRun(3.3 * ms, 200);
  assert.is(said(timeline, 'gaps-between-kernels'), 'ok');
  assert.is(said(timeline, 'launch-bound'), 'ok');
});

/** Kernels of one length with gaps of another, each called for `delayNs` before it starts. */
function launches(durationNs: number, gapNs: number, delayNs: number, count = 2000) {
  const timeline = gpus();
  timeline.addLaunch(kernel());
  addCalled(
    timeline,
    times(count, (i): Called => [0, i * (durationNs + gapNs), durationNs, delayNs]),
  );
  return timeline;
}

test('kernels with gaps of an operator’s length between them are bound by launches', () => {
  const found = finding(launches(8 * us, 30 * us, 6 * us), 'launch-bound');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /79 %/);
  assert.match(found.evidence, /1999 gaps, 30\.0 µs on average.*100 % of them under 10 µs/);
  assert.match(found.remedy, /CUDA graphs/);
});

test('a full queue of small kernels is not bound by launches, nor are a few kernels', () => {
  assert.is(said(launches(8 * us, 1 * us, 500 * us), 'launch-bound'), 'ok');
  assert.is(said(launches(8 * us, 30 * us, 6 * us, 50), 'launch-bound'), 'recheck');
});

test('long gaps are no matter of launches: they have a finding of their own, with what the host did', () => {
  const timeline = launches(1 * ms, 2 * ms, 5 * us, 400);
  addHost(
    timeline,
    'augment\u001b[31m',
    times(400, (i) => [i * 3 * ms + 1.1 * ms, 1.8 * ms] as const),
  );
  assert.is(said(timeline, 'launch-bound'), 'ok');
  const found = finding(timeline, 'gaps-between-kernels');
  assert.is(found.severity, 'warn');
  assert.match(found.title, /67 % of the time in long gaps/);
  assert.match(found.evidence, /Meanwhile the host was in augment \(/);
});

/** Steps with a copy, before which the device stands still while the host stages it. */
function copies(name: string, copyNs: number, count = 40) {
  const timeline = gpus();
  timeline.addLaunch(kernel());
  timeline.addLaunch(kernel({ kind: 'memcpy', name, shape: null, bytes: 1e6 }));
  addCalled(
    timeline,
    times(count, (i): Called[] => [
      [1, i * 10 * ms, copyNs, 5 * us],
      [0, i * 10 * ms + copyNs, 10 * ms - copyNs, 5 * us],
    ]).flat(),
  );
  return timeline;
}

test('copies from pageable memory that no kernel hides', () => {
  const found = finding(copies('Memcpy HtoD (Pageable -> Device)', 1 * ms), 'synchronous-copies');
  assert.is(found.severity, 'warn');
  assert.match(found.evidence, /40 copies.*40\.0 ms.*10 %/);
  assert.is(said(copies('Memcpy HtoD (Pinned -> Device)', 1 * ms), 'synchronous-copies'), 'ok');
  assert.is(said(copies('Memcpy HtoD (Pageable -> Device)', 0.1 * ms), 'synchronous-copies'), 'ok');
  assert.is(said(copies('Memcpy HtoD (Pageable -> Device)', 1 * ms, 3), 'synchronous-copies'), 'recheck');
});

test.run();
