import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Finding } from '../../../src/analysis/advice/finding.ts';
import { checkAdvice } from '../../../src/analysis/advice/index.ts';
import { throttleWords } from '../../../src/analysis/throttle-reasons.ts';
import { xidWords } from '../../../src/analysis/xid-words.ts';
import type { Device } from '../../../src/model/device.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { testGpu } from '../../support/gpu-run.ts';
import { addExecutions, type Execution, emptyTimeline, testLaunch } from '../../support/timelines.ts';

const test = suite('advice from counters');
const second = 1e9;

/** A GPU whose figures were sampled once a second for 20 s: one value, or one a sample. */
function sampled(
  figures: Readonly<Record<string, number | readonly number[]>>,
  device: Device = testGpu('gpu0'),
): TimelineBuilder {
  const timeline = emptyTimeline([device]);
  for (const [metric, values] of Object.entries(figures)) {
    const series = timeline.addSeries({ device: 'gpu0', metric, from: 'nvml.gpm' });
    for (let at = 0; at < 20; at++) {
      const value = typeof values === 'number' ? values : values[at % values.length];
      if (value !== undefined) timeline.addSample(series, at * second, value);
    }
  }
  return timeline;
}

function said(timeline: TimelineBuilder, id: string, sinceNs?: number): Finding | undefined {
  return checkAdvice(timeline, sinceNs).find((finding) => finding.id === id);
}

const busy = { util: 0.97, smActive: 0.9, tensorActive: 0.5, dramActive: 0.3, fp32Active: 0.1 };

test('a GPU that works well is told nothing', () => {
  const clocks = { throttleReasons: 0, smClockMegahertz: 1980, occupancy: 0.5 };
  for (const { severity, id } of checkAdvice(sampled({ ...busy, ...clocks })))
    assert.is.not(severity, 'warn', id);
});

test('busy by util, with its SMs empty', () => {
  assert.is(said(sampled({ ...busy, smActive: 0.06 }), 'busy-but-empty')?.severity, 'warn');
  assert.is(said(sampled(busy), 'busy-but-empty')?.severity, 'ok');
  assert.is(said(sampled({ ...busy, util: 0.1, smActive: 0.06 }), 'busy-but-empty')?.severity, 'recheck');
});

test('a MIG device has no util: its graphics engine says how long it has work', () => {
  const part = { ...testGpu('gpu0'), parent: 'gpu' };
  const { util: _none, ...counters } = busy;
  const empty = said(sampled({ ...counters, graphicsActive: 0.97, smActive: 0.06 }, part), 'busy-but-empty');
  assert.is(empty?.severity, 'warn');
  assert.is(empty?.title, 'gpu0 is busy, with 94 % of its SMs empty');
  assert.match(empty?.evidence ?? '', 'graphics engine 97 %');
  // Of SMs alone it is not known whether the part is busy or has nothing to do.
  assert.is(said(sampled({ ...counters, smActive: 0.06 }, part), 'busy-but-empty')?.severity, 'recheck');
  const plain = { ...counters, tensorActive: 0, fp32Active: 0.6 };
  assert.is(said(sampled(plain, part), 'filled-without-tensor-cores')?.severity, 'warn');
});

test('memory-bound: DRAM is busy while no pipe is', () => {
  const slow = { ...busy, tensorActive: 0.1, dramActive: 0.7 };
  assert.is(said(sampled(slow), 'memory-bound')?.severity, 'warn');
  assert.is(said(sampled({ ...slow, fp32Active: 0.6 }), 'memory-bound')?.severity, 'ok');
  assert.is(said(sampled({ ...slow, dramActive: 0.4 }), 'memory-bound')?.severity, 'ok');
});

test('filled without tensor cores', () => {
  const plain = { ...busy, tensorActive: 0, fp32Active: 0.6 };
  assert.is(said(sampled(plain), 'filled-without-tensor-cores')?.severity, 'warn');
  assert.match(said(sampled(plain), 'filled-without-tensor-cores')?.remedy ?? '', 'TF32');
  assert.is(said(sampled(busy), 'filled-without-tensor-cores')?.severity, 'ok');
});

test('what launches say already, counters do not say again', () => {
  const timeline = sampled({ ...busy, smActive: 0.05 });
  const shape = { grid: [6, 1, 1], block: [256, 1, 1], registersPerThread: 32 } as const;
  timeline.addLaunch(
    testLaunch({ device: 'gpu0', shape: { ...shape, staticSharedBytes: 0, dynamicSharedBytes: 0 } }),
  );
  assert.is(said(timeline, 'busy-but-empty')?.severity, 'warn');
  // The counter and the launches are of the same time.
  addExecutions(
    timeline,
    Array.from({ length: 20_000 }, (_, at): Execution => [0, at * 1e6, 0.9e6]),
  );
  assert.is(said(timeline, 'sms-not-filled')?.severity, 'warn');
  assert.is(said(timeline, 'busy-but-empty'), undefined);
});

test('only the time that is looked at counts', () => {
  const values = Array.from({ length: 20 }, (_, at) => (at < 10 ? 0.06 : 0.9));
  const timeline = sampled({ ...busy, smActive: values });
  assert.is(said(timeline, 'busy-but-empty', 0)?.severity, 'warn');
  assert.is(said(timeline, 'busy-but-empty', 10 * second)?.severity, 'ok');
});

test('counters that stay at 0 are not believed, with an XID before them still less', () => {
  const zero = { util: 0.9, smActive: 0, dramActive: 0, occupancy: 0 };
  assert.is(said(sampled(zero), 'counters-stuck')?.severity, 'recheck');
  assert.match(said(sampled(zero), 'counters-stuck')?.title ?? '', 'stay at 0');
  assert.is(said(sampled({ ...zero, dramActive: [0, 0.1] }), 'counters-stuck')?.severity, 'ok');
  const timeline = sampled(zero);
  timeline.addSample(timeline.addSeries({ device: 'gpu0', metric: 'xid', from: 'nvml' }), 3 * second, 31);
  const stuck = said(timeline, 'counters-stuck');
  assert.is(stuck?.severity, 'warn');
  assert.match(stuck?.evidence ?? '', /XID 31 .* at 3 s/);
});

test('clocks that change distort what counts cycles; those of an idle GPU may', () => {
  const moving = [1980, 1980, 1200, 1300];
  assert.is(said(sampled({ ...busy, smClockMegahertz: moving }), 'clock-changes')?.severity, 'warn');
  assert.is(said(sampled({ ...busy, smClockMegahertz: [1980, 1800] }), 'clock-changes')?.severity, 'ok');
  assert.is(said(sampled({ util: 0.1, smClockMegahertz: moving }), 'clock-changes')?.severity, 'recheck');
});

test('throttling is told with its reason; idle clocks and a rare touch are none', () => {
  const held = said(sampled({ throttleReasons: [0x4, 0x24, 0, 0x4] }), 'throttled');
  assert.is(held?.severity, 'warn');
  assert.match(held?.title ?? '', 'power limit, heat (driver)');
  assert.is(said(sampled({ throttleReasons: 0x1 }), 'throttled')?.severity, 'ok');
  assert.is(said(sampled({ throttleReasons: [0x40, ...Array(9).fill(0)] }), 'throttled')?.severity, 'ok');
});

test('a lost GPU and what its driver reported', () => {
  assert.is(said(sampled(busy), 'device-lost')?.severity, 'ok');
  const timeline = sampled(busy);
  timeline.addSample(timeline.addSeries({ device: 'gpu0', metric: 'xid', from: 'nvml' }), 3 * second, 79);
  assert.match(said(timeline, 'device-lost')?.title ?? '', 'fell off the bus');
  timeline.addDeviceState({ device: 'gpu0', timeNs: 4 * second, condition: 'lost', why: 'It is gone.' });
  const lost = said(timeline, 'device-lost');
  assert.is(lost?.title, 'gpu0 is lost');
  assert.match(lost?.evidence ?? '', /It is gone\. .*XID 79/);
  timeline.addDeviceState({ device: 'gpu0', timeNs: 9 * second, condition: 'present', why: '' });
  assert.is.not(said(timeline, 'device-lost')?.title, 'gpu0 is lost');
  timeline.addDeviceState({
    device: 'gpu0',
    timeNs: 10 * second,
    condition: 'refused',
    why: 'No permission.',
  });
  assert.is(said(timeline, 'device-lost')?.title, 'gpu0 is refused');
  assert.match(said(timeline, 'device-lost')?.remedy ?? '', /access to its file/);
});

test('util that recorded kernels do not explain', () => {
  const run = (durationNs: number) => {
    const timeline = sampled({ util: 0.97 });
    timeline.addLaunch(testLaunch({ device: 'gpu0' }));
    addExecutions(
      timeline,
      Array.from({ length: 200 }, (_, at): Execution => [0, at * 0.1 * second, durationNs]),
    );
    return said(timeline, 'sources-disagree')?.severity;
  };
  assert.is(run(0.02 * second), 'warn');
  assert.is(run(0.09 * second), 'ok');
  assert.is(said(sampled({ util: 0.97 }), 'sources-disagree')?.severity, 'recheck');
});

test('bits and numbers have words, unknown ones stay numbers', () => {
  assert.is(throttleWords(0), '');
  assert.is(throttleWords(0x8 | 0x40), 'hardware slowdown, heat (hardware)');
  assert.is(throttleWords(0x204), 'power limit, unknown reason 0x200');
  assert.is(xidWords(4711), 'XID 4711');
});

test.run();
