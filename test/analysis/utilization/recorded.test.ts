import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LiveView } from '../../../src/analysis/live.ts';
import { overTime } from '../../../src/analysis/over-time.ts';
import { measureDevice } from '../../../src/analysis/utilization/index.ts';
import { measureSteps } from '../../../src/analysis/utilization/step-figures.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { buildReport } from '../../../src/report/build.ts';
import { reportText } from '../../../src/report/text.ts';
import { addSamples, addSteps } from '../../support/timelines.ts';
import { addRuns, gpuTimeline, kinds, testGpu } from './gpu-timelines.ts';

const test = suite('how executions were recorded');
const { compute } = kinds;
const second = 1e9;

/** Recorded for the first two of every ten seconds, twice; a kernel runs for half of each recorded second. */
function windowed(): TimelineBuilder {
  const timeline = gpuTimeline();
  const devices = new Set(['gpu0']);
  for (const from of [0, 10]) {
    for (let part = 0; part < 2; part++) {
      const startNs = (from + part) * second;
      addRuns(timeline, [{ launch: compute, startNs, durationNs: second / 2 }]);
      timeline.addWindow({ startNs, endNs: startNs + second, devices });
    }
  }
  return timeline;
}

/** Two seconds in which a kernel ran three times each, as sums alone. */
function summed(): TimelineBuilder {
  const timeline = gpuTimeline();
  timeline.addSummary({
    count: 2,
    startNs: Float64Array.of(0, second),
    durationNs: Float64Array.of(second, second),
    launch: Uint32Array.of(compute, compute),
    executions: Uint32Array.of(3, 3),
    totalNs: Float64Array.of(6e8, 3e8),
    longestNs: Float64Array.of(4e8, 1e8),
  });
  return timeline;
}

test('figures over duty windows leave out the time in between', () => {
  const timeline = windowed();
  addSteps(timeline, [5 * second, 5 * second, 5 * second]);
  assert.equal(
    timeline.windows.map(({ startNs, endNs }) => [startNs / second, endNs / second]),
    [
      [0, 2],
      [10, 12],
    ],
    'parts that follow each other are one window',
  );
  const used = measureDevice(timeline, testGpu());
  assert.equal(used.window, { startNs: 0, endNs: 11.5 * second });
  assert.equal(used.recorded, { how: 'windows', windows: 2, seconds: 3.5 });
  assert.equal(used.kernelBusy, { value: 2 / 3.5, from: 'launches' });
  assert.equal(used.gpuBusy, { value: 2 / 3.5, from: 'launches' });
  assert.equal(used.smActive, { value: 8 / 35, from: 'launches' });
  assert.equal(used.idle.seconds, { value: 1.5, from: 'launches' });
  assert.is(used.idle.gaps, 3, 'a gap ends where the window does');
  assert.is(used.idle.longestGapSeconds, 0.5);
  assert.is(measureSteps(timeline).util.value, 0.5, 'of the four seconds of steps that are in windows');
});

test('a chart has no value where nothing was recorded', () => {
  const window = { startNs: 0, endNs: 12 * second };
  const options = { buckets: 12, smCount: 10, occupancy: new Float64Array(6).fill(Number.NaN) };
  const { kernelBusy, smActive } = overTime(windowed(), 'gpu0', window, options);
  const unknown = Array.from({ length: 8 }, () => Number.NaN);
  assert.equal([...kernelBusy], [0.5, 0.5, ...unknown, 0.5, 0.5]);
  assert.equal([...smActive], [0.2, 0.2, ...unknown, 0.2, 0.2]);
});

test('a live view between two windows knows nothing, and within one what it holds', () => {
  const timeline = windowed();
  const busyAt = (seconds: number) =>
    new LiveView(timeline).snapshot(seconds * second).devices[0]?.kernelBusy;
  const between = busyAt(6);
  assert.match(between?.value === null ? between.why : '', 'recorded in windows');
  // Two seconds that have come in whole: records may be late by 0.6 s.
  assert.equal(busyAt(12.6), { value: 0.5, from: 'launches' });
});

test('sums give counts, times and occupancy; what needs each execution is absent with the reason', () => {
  const timeline = summed();
  const used = measureDevice(timeline, testGpu());
  assert.equal(used.window, { startNs: 0, endNs: 2 * second });
  assert.equal(used.recorded, { how: 'summary', windows: null, seconds: 2 });
  assert.is(used.kernels, 6);
  assert.is(used.kernelSeconds, 0.9);
  assert.type(used.kernelOccupancy.value, 'number');
  for (const figure of [
    used.kernelBusy,
    used.gpuBusy,
    used.smActive,
    used.computeSeconds,
    used.idle.seconds,
    used.communication.seconds,
  ]) {
    assert.is(figure.value, null);
    assert.match(figure.value === null ? figure.why : '', 'summed by the second');
  }
});

test('what the recorder itself worked out by the second stands in for what sums cannot tell', () => {
  const timeline = summed();
  for (const [metric, value] of [
    ['kernelBusy', 0.45],
    ['gpuBusy', 0.5],
    ['smActive', 0.25],
  ] as const) {
    addSamples(timeline, 'gpu0', metric, [
      [second, value],
      [2 * second, value],
    ]);
  }
  const used = measureDevice(timeline, testGpu());
  assert.equal(used.kernelBusy, { value: 0.45, from: 'test' });
  assert.equal(used.gpuBusy, { value: 0.5, from: 'test' });
  assert.equal(used.smActive, { value: 0.25, from: 'test' });
  const live = new LiveView(timeline).snapshot(2 * second).devices[0];
  assert.equal(live?.kernelBusy, { value: 0.45, from: 'test' });
  assert.is(live?.history.kernelBusy.at(-1), 0.45);
});

test('the report says how the kernels were recorded', () => {
  assert.match(
    reportText(buildReport(windowed())),
    'kernels were recorded for 3.50 s of 11.5 s, in 2 windows (--kernels window)',
  );
  assert.match(reportText(buildReport(summed())), 'kernels are summed by the second');
  assert.equal(
    buildReport(summed()).topKernels.map(({ calls, totalSeconds }) => [calls, totalSeconds]),
    [[6, 0.9]],
  );
});

test.run();
