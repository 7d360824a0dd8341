import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Replay } from '../../src/commands/replay.ts';
import {
  addExecutions,
  addSamples,
  addSteps,
  type Execution,
  emptyTimeline,
  testLaunch,
  testWorkload,
} from '../support/timelines.ts';

const test = suite('replay');
const second = 1e9;

/** Ten seconds of steps of one second, each with ten kernels of 50 ms, over a clock that the test moves. */
function replayed(speed = 1) {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload({ plannedSteps: 10 });
  timeline.addLaunch(testLaunch());
  addSteps(
    timeline,
    Array.from({ length: 10 }, () => second),
  );
  for (let at = 0; at < 10; at++) {
    const kernels = Array.from(
      { length: 10 },
      (_, i): Execution => [0, at * second + i * 0.1 * second, 0.05 * second],
    );
    addExecutions(timeline, kernels);
  }
  addSamples(
    timeline,
    null,
    'loss',
    Array.from({ length: 10 }, (_, i) => [(i + 0.5) * second, 10 - i] as const),
  );
  timeline.producers.push({ name: 'training', processId: 1, outcome: 'ended', message: '' });
  const clock = { ms: 0 };
  return { timeline, clock, replay: new Replay(timeline, speed, () => clock.ms) };
}

test('it shows the run as it stood at that moment', () => {
  const { clock, replay } = replayed();
  clock.ms = 4500;
  const snapshot = replay.poll();
  assert.is(snapshot.training?.step, 4);
  assert.is(snapshot.state, 'running');
  assert.equal(snapshot.training?.loss.y, [10, 9, 8, 7, 6]);
  assert.is(snapshot.kernels[0]?.calls, 40);
});

test('speed, pause and seek move the clock, and it stays within the run', () => {
  const { clock, replay } = replayed(2);
  clock.ms = 1000;
  assert.is(replay.poll().training?.step, 2);
  replay.pause(true);
  clock.ms = 60_000;
  assert.is(replay.poll().training?.step, 2);
  replay.seek(5);
  assert.is(replay.poll().training?.step, 7);
  replay.seek(-100);
  assert.is(replay.poll().training?.step, 0);
  replay.seek(1000);
  assert.is(replay.poll().training?.step, 10);
  assert.is(replay.poll().state, 'ended');
  assert.is(replay.position().positionSeconds, replay.position().lengthSeconds);
});

test('it reaches its end although seconds do not divide its nanoseconds', () => {
  const { timeline, clock, replay } = replayed();
  timeline.addMark({ name: 'last', startNs: 10_000_000_007.3, endNs: 10_000_000_007.3, text: '' });
  clock.ms = 99_000;
  assert.is(replay.poll().state, 'ended');
});

test('at any speed, and after a jump, the history is that of the whole run', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  for (let at = 0; at < 60; at++) {
    addExecutions(
      timeline,
      Array.from({ length: 10 }, (_, i): Execution => [0, (at + i * 0.1) * second, 0.05 * second]),
    );
  }
  const clock = { ms: 0 };
  const replay = new Replay(timeline, 1000, () => clock.ms);
  clock.ms = 1000;
  const history = () => replay.poll().devices[0]?.history.kernelBusy ?? [];
  for (const busy of history()) assert.ok(Math.abs(busy - 0.5) < 0.01, String(busy));
  assert.ok(history().length >= 118);
  replay.seek(-10);
  clock.ms = 1000.001;
  assert.ok(history().every((busy) => Math.abs(busy - 0.5) < 0.01));
});

test('going back takes the end back', () => {
  const { clock, replay } = replayed();
  clock.ms = 99_000;
  assert.is(replay.poll().state, 'ended');
  replay.seek(-6);
  assert.is(replay.poll().state, 'running');
  assert.is(replay.poll().training?.step, 4);
});

test.run();
