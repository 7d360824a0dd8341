import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { activeWindow, busyWithin, coverage, launchesOf } from '../../src/analysis/coverage.ts';
import { forEachBusyInterval } from '../../src/analysis/intervals.ts';
import {
  addExecutions,
  type Execution,
  emptyTimeline,
  testDevice,
  testLaunch,
} from '../support/timelines.ts';

const test = suite('intervals');

/** Small numbers, so that executions overlap, touch and coincide often. */
const executions = fc.array(
  fc.tuple(fc.nat(1), fc.integer({ min: 0, max: 60 }), fc.nat(9)).map((entry): Execution => entry),
  { maxLength: 40 },
);

function timelineOf(list: readonly Execution[]) {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  timeline.addLaunch(testLaunch({ kind: 'memcpy', name: 'copy' }));
  // Two blocks, so that order across blocks is covered too.
  addExecutions(timeline, list.slice(0, 10));
  addExecutions(timeline, list.slice(10));
  return timeline;
}

/** Busy nanoseconds, counted one by one. */
function busyByCounting(list: readonly Execution[], from: number, to: number): number {
  let busy = 0;
  for (let moment = from; moment < to; moment++) {
    if (list.some(([, start, duration]) => start <= moment && moment < start + duration)) busy++;
  }
  return busy;
}

test('the union is exact, in any order of executions', () => {
  fc.assert(
    fc.property(executions, fc.nat(70), fc.nat(70), (list, a, b) => {
      const window = { startNs: Math.min(a, b), endNs: Math.max(a, b) };
      const timeline = timelineOf(list);
      const all = launchesOf(timeline, 'cpu', ['kernel', 'memcpy']);
      assert.is(coverage(timeline, all, window).busyNs, busyByCounting(list, window.startNs, window.endNs));
    }),
  );
});

test('stretches come in order and never touch', () => {
  fc.assert(
    fc.property(executions, (list) => {
      let last = -1;
      forEachBusyInterval(timelineOf(list).activity, Uint8Array.of(1, 1), (startNs, endNs) => {
        assert.ok(startNs > last && endNs > startNs);
        last = endNs;
      });
    }),
  );
});

test('only the wanted kinds and devices count', () => {
  const timeline = emptyTimeline([testDevice('a'), testDevice('b')]);
  timeline.addLaunch(testLaunch({ device: 'a' }));
  timeline.addLaunch(testLaunch({ device: 'a', kind: 'memcpy' }));
  timeline.addLaunch(testLaunch({ device: 'b' }));
  addExecutions(timeline, [
    [0, 0, 10],
    [1, 20, 5],
    [2, 0, 100],
  ]);
  const window = { startNs: 0, endNs: 100 };
  assert.is(coverage(timeline, launchesOf(timeline, 'a', ['kernel']), window).busyNs, 10);
  assert.is(coverage(timeline, launchesOf(timeline, 'a', ['kernel', 'memcpy']), window).busyNs, 15);
});

test('time within windows is the sum over them, also for an execution that spans two', () => {
  fc.assert(
    fc.property(executions, (list) => {
      const windows = [
        { startNs: 0, endNs: 7 },
        { startNs: 7, endNs: 20 },
        { startNs: 31, endNs: 44 },
      ];
      const expected = windows.reduce(
        (sum, { startNs, endNs }) => sum + busyByCounting(list, startNs, endNs),
        0,
      );
      assert.is(busyWithin(timelineOf(list), Uint8Array.of(1, 1), windows), expected);
    }),
  );
});

test('gaps lie between kernels, not before the first or after the last', () => {
  const timeline = timelineOf([
    [0, 10, 5],
    [0, 20, 5],
    [0, 25, 5],
    [0, 50, 1],
  ]);
  const { gaps, gapNs, longestGapNs } = coverage(timeline, Uint8Array.of(1, 0), { startNs: 0, endNs: 100 });
  assert.equal({ gaps, gapNs, longestGapNs }, { gaps: 2, gapNs: 25, longestGapNs: 20 });
});

test('nothing recorded has no window', () => {
  assert.is(activeWindow(timelineOf([]), Uint8Array.of(1, 1)), null);
  assert.equal(
    activeWindow(
      timelineOf([
        [0, 5, 2],
        [0, 3, 9],
      ]),
      Uint8Array.of(1, 1),
    ),
    { startNs: 3, endNs: 12 },
  );
});

test.run();
