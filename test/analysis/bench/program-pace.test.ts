import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programPace } from '../../../src/analysis/bench/program-pace.ts';
import { addSamples, addSteps, emptyTimeline } from '../../support/timelines.ts';

const test = suite('pace of a program');
const ms = 1e6;

function program(seconds: number) {
  const timeline = emptyTimeline();
  timeline.addMark({ name: 'program', startNs: -1000 * ms, endNs: (seconds - 1) * 1000 * ms, text: '' });
  return timeline;
}

test('rates are over the steps after the warm-up, of which the first is slow', () => {
  const timeline = program(10);
  addSteps(timeline, [900 * ms, ...Array.from({ length: 9 }, () => 100 * ms)], 32);
  const pace = programPace(timeline);
  assert.equal([pace.steps, pace.warmUpSteps, pace.samples, pace.startNs], [10, 1, 320, 0]);
  assert.equal(pace.stepsPerSecond, { value: 10, from: 'steps' });
  assert.equal(pace.samplesPerSecond, { value: 320, from: 'workload' });
  assert.equal(pace.stepSeconds, { value: 0.1, from: 'steps' });
  assert.equal(pace.seconds, { value: 10, from: 'run' });
});

test('the ranks of a program go together, each by its own stretch', () => {
  const timeline = program(2);
  for (const [rank, everyMs] of [100, 200].entries())
    for (const number of [1, 2])
      timeline.addStep({
        number,
        rank,
        startNs: (number - 1) * everyMs * ms,
        endNs: number * everyMs * ms,
        samples: 8,
      });
  const pace = programPace(timeline);
  assert.is(pace.stepsPerSecond.value, 15);
  assert.is(pace.samplesPerSecond.value, 120);
  assert.equal(
    pace.ranks.map(({ rank, steps, samplesPerSecond }) => [rank, steps, samplesPerSecond.value]),
    [
      [0, 2, 80],
      [1, 2, 40],
    ],
  );
});

test('steps without samples give steps a second, and a reason', () => {
  const timeline = program(1);
  for (const number of [1, 2])
    timeline.addStep({
      number,
      startNs: number * ms,
      endNs: (number + 1) * ms,
      samples: number === 1 ? 4 : null,
    });
  const pace = programPace(timeline);
  assert.is(pace.samples, null);
  assert.is(pace.samplesPerSecond.value, null);
  assert.is(pace.stepsPerSecond.value, 1000);
});

test('numbers of the output stand in for steps: a counter that may begin again, and the rate that is printed', () => {
  const timeline = program(1);
  addSamples(
    timeline,
    null,
    'step',
    [0, 10, 20, 0, 10].map((value, at) => [at * 500 * ms, value]),
  );
  addSamples(timeline, null, 'samplesPerSecond', [
    [0, 1],
    [ms, 50],
    [2 * ms, 52],
    [3 * ms, Number.NaN],
  ]);
  const pace = programPace(timeline);
  assert.is(pace.steps, 30);
  // From the second value on: 20 steps in 1.5 s.
  assert.equal(pace.stepsPerSecond, { value: 20 / 1.5, from: 'test' });
  assert.equal(pace.stepSeconds, { value: 0.075, from: 'test' });
  assert.equal(pace.samplesPerSecond, { value: 51, from: 'test' });
  // What comes before the first number, such as loading libraries, is no training.
  assert.is(pace.startNs, 0);
});

test('a program that tells nothing has its time alone, and reasons', () => {
  const pace = programPace(program(3));
  assert.is(pace.seconds.value, 3);
  assert.equal([pace.steps, pace.samples, pace.startNs], [0, null, -1000 * ms]);
  assert.match(pace.stepsPerSecond.value === null ? pace.stepsPerSecond.why : '', /NVTX|--metric/);
  assert.match(pace.samplesPerSecond.value === null ? pace.samplesPerSecond.why : '', /samples=64/);
});

test('steps of no time and a program without an end are told as such', () => {
  const timeline = emptyTimeline();
  addSteps(timeline, [0, 0]);
  const pace = programPace(timeline);
  for (const figure of [pace.stepsPerSecond, pace.samplesPerSecond, pace.seconds])
    assert.is(figure.value, null);
  assert.is(programPace(emptyTimeline()).startNs, 0);
});

test.run();
