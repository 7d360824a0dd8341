import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureDevice } from '../../../src/analysis/utilization/index.ts';
import { absent } from '../../../src/model/measured.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { addSamples } from '../../support/timelines.ts';
import { addHostRanges, addRuns, gpuTimeline, kinds, testGpu } from './gpu-timelines.ts';

const test = suite('use of a device');
const { compute, wide, collective, toDevice, toHost, set } = kinds;
const us = 1000;

function measured(timeline: TimelineBuilder) {
  const [device] = timeline.devices;
  assert.ok(device);
  return measureDevice(timeline, device);
}

function near(actual: number | null, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${actual} is not ${expected}`);
}

test('busy, filled and communicating time are those of what runs together', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 100 },
    { launch: wide, startNs: 50, durationNs: 100 },
    { launch: collective, startNs: 140, durationNs: 60 },
    { launch: toDevice, startNs: 180, durationNs: 60 },
    { launch: set, startNs: 300, durationNs: 100 },
  ]);
  const device = measured(timeline);
  assert.equal(device.window, { startNs: 0, endNs: 400 });
  near(device.kernelBusy.value, 200 / 400);
  near(device.gpuBusy.value, 340 / 400);
  // 4 blocks for 50, then 16 and more for 100 (all ten SMs), then 2 for 50.
  near(device.smActive.value, (50 * 4 + 100 * 10 + 50 * 2) / (400 * 10));
  near(device.communication.seconds.value, 60e-9);
  near(device.communication.overlap.value, 10 / 60);
  near(device.communication.exposedSeconds.value, 50e-9);
  near(device.computeSeconds.value, 150e-9);
  assert.equal([device.kernels, device.memcpys, device.memsets], [3, 1, 1]);
  assert.is(device.idle.gaps, 1);
  near(device.idle.longestGapSeconds, 60e-9);
});

test('where the producer sees no copies, the time with them is not known', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [{ launch: compute, startNs: 0, durationNs: 100 }]);
  const [device] = timeline.devices;
  timeline.absences.push({ device: device?.id ?? null, metric: 'gpuBusy', why: 'No timestamps at copies.' });
  assert.equal(measured(timeline).gpuBusy, absent('No timestamps at copies.'));
  assert.is(measured(timeline).kernelBusy.value, 1);
});

test('copies are told by direction, with bytes, bandwidth and what kernels hide; sets are none', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [
    { launch: toDevice, startNs: 0, durationNs: 100 },
    { launch: toDevice, startNs: 20, durationNs: 100 },
    { launch: compute, startNs: 50, durationNs: 100 },
    { launch: toHost, startNs: 200, durationNs: 50 },
    { launch: set, startNs: 260, durationNs: 10 },
  ]);
  const [first, second, ...more] = measured(timeline).copies;
  assert.is(more.length, 0);
  assert.equal([first?.direction, first?.count, first?.bytes.value], ['hostToDevice', 2, 2000]);
  near(first?.bytesPerSecond.value ?? null, 2000 / 200e-9);
  // 50 to 100 of the first, 50 to 120 of the second.
  near(first?.overlap.value ?? null, 120 / 200);
  assert.equal([second?.direction, second?.overlap.value], ['deviceToHost', 0]);
});

test('idle time is divided by the call for what ends each gap, and sums exactly', () => {
  const timeline = gpuTimeline();
  const run = (startNs: number, callNs?: number) => ({
    launch: compute,
    startNs,
    durationNs: 10 * us,
    callNs,
  });
  addRuns(timeline, [
    run(0, -5 * us),
    // 40 µs of gap, called after 25 of them.
    run(50 * us, 35 * us),
    // 20 µs, called long before: the device turns to the next in its queue.
    run(80 * us, 40 * us),
    // 60 µs, called long before: it waits for something else.
    run(150 * us, 41 * us),
    // 30 µs, nobody knows the call.
    run(190 * us),
    // 10 µs, called at its end by a clock that runs ahead.
    run(210 * us, 211 * us),
  ]);
  const { idle, launches } = measured(timeline);
  near(idle.hostBound.value, 35e-6);
  near(idle.launchBound.value, 35e-6);
  near(idle.other.value, 90e-6);
  near(idle.seconds.value, 160e-6);
  assert.is(idle.gaps, 5);
  assert.match('from' in idle.hostBound ? idle.hostBound.from : '', /calls known for 83 % of them/);
  // Delays of 5, 15, 40, 109 µs and 0; of the first 5 µs none lie within the window.
  near(launches.delayP50Seconds.value, 15e-6);
  near(launches.queueDepth.value, (15 + 40 + 109) / 220);
});

test('a gap of thirty microseconds is the device turning to the next kernel, a longer one is not', () => {
  for (const [gapNs, launchBound] of [
    [30 * us, 30e-6],
    [30 * us + 1, 0],
  ] as const) {
    const timeline = gpuTimeline();
    addRuns(timeline, [
      { launch: compute, startNs: 0, durationNs: us, callNs: -us },
      { launch: compute, startNs: us + gapNs, durationNs: us, callNs: 0 },
    ]);
    near(measured(timeline).idle.launchBound.value, launchBound);
  }
});

test('of executions that start together the one called first ends the gap; one of no length ends it too', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 10 },
    { launch: compute, startNs: 100, durationNs: 10 },
    { launch: compute, startNs: 100, durationNs: 5, callNs: 60 },
    { launch: compute, startNs: 100, durationNs: 5, callNs: 40 },
    { launch: compute, startNs: 150, durationNs: 0, callNs: 120 },
    { launch: compute, startNs: 200, durationNs: 10, callNs: 130 },
  ]);
  const { idle } = measured(timeline);
  near(idle.hostBound.value, (30 + 10) * 1e-9);
  near(idle.launchBound.value, (60 + 30 + 50) * 1e-9);
  assert.is(idle.gaps, 3);
});

test('what the host did while the device waited is told by outermost range of the calling thread', () => {
  const timeline = gpuTimeline();
  addHostRanges(timeline, 1, [
    ['inner', 20, 30],
    ['loader', 10, 40],
    ['ProfilerStep#4', 0, 1000],
    ['optimizer', 40, 60],
  ]);
  addHostRanges(timeline, 0, [['elsewhere', 0, 1000]]);
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 5, callNs: 0, thread: 1 },
    { launch: compute, startNs: 100, durationNs: 5, callNs: 80, thread: 1 },
  ]);
  const { idle } = measured(timeline);
  near(idle.hostBound.value, 75e-9);
  assert.equal(
    idle.hostWork.map(({ name, share }) => [name, Math.round(share * 75)]),
    [
      ['loader', 30],
      ['optimizer', 20],
    ],
  );
});

test('without calls, shapes or SMs the figures that need them are absent, with reasons', () => {
  const timeline = gpuTimeline([{ ...testGpu(), smCount: absent('The trace has no deviceProperties.') }]);
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 10 },
    { launch: compute, startNs: 20, durationNs: 10 },
  ]);
  const { idle, launches, smActive, communication } = measured(timeline);
  assert.equal(smActive, { value: null, why: 'The trace has no deviceProperties.' });
  assert.is(idle.seconds.value, 10e-9);
  for (const figure of [idle.hostBound, idle.launchBound, idle.other, ...Object.values(launches)]) {
    assert.ok(figure.value === null && figure.why.length > 20);
  }
  assert.is(communication.overlap.value, null);
});

test('a sampled counter comes before what launches tell', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [{ launch: compute, startNs: 0, durationNs: 100 }]);
  addSamples(timeline, 'gpu0', 'smActive', [
    [10, 0.2],
    [20, 0.4],
  ]);
  addSamples(timeline, 'gpu0', 'tensorActive', [[10, 0.1]]);
  const device = measured(timeline);
  near(device.smActive.value, 0.3);
  assert.equal(device.tensorActive, { value: 0.1, from: 'test' });
  assert.is(device.dramActive.value, null);
});

test('it is measured once, and again when the timeline has grown', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [{ launch: compute, startNs: 0, durationNs: 100 }]);
  const first = measured(timeline);
  assert.is(measured(timeline), first);
  addRuns(timeline, [{ launch: compute, startNs: 200, durationNs: 100 }]);
  assert.is(measured(timeline).kernels, 2);
});

test('a device that did nothing has no window and no figures', () => {
  const device = measured(gpuTimeline());
  assert.is(device.window, null);
  assert.is(device.gpuBusy.value, null);
  assert.is(device.idle.seconds.value, null);
  assert.equal(device.copies, []);
});

test.run();
