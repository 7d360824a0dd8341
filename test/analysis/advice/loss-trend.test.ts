import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdvice } from '../../../src/analysis/advice/index.ts';
import { addSamples, addSteps, emptyTimeline, testWorkload } from '../../support/timelines.ts';
import { gaussian } from './health/health-timelines.ts';

const test = suite('advice: trend of the loss');
const ms = 1e6;

/** A run whose loss follows a curve of the step, with a ripple of so much that nobody can predict. */
function finding(loss: (step: number) => number, ripple: number, steps = 20_000) {
  const timeline = emptyTimeline();
  addSteps(
    timeline,
    Array.from({ length: steps }, () => ms),
  );
  let state = 12_345;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff - 0.5;
  };
  const samples = Array.from(
    { length: steps },
    (_, at) => [(at + 1) * ms, loss(at + 1) + ripple * (random() + random() + random())] as const,
  );
  addSamples(timeline, null, 'loss', samples);
  return checkAdvice(timeline).find(({ id }) => id === 'loss-trend');
}

test('a detection loss that sinks by 0.1 % in 1,000 steps is slow and gets an estimate, not "stuck"', () => {
  const found = finding((step) => 4 * Math.exp(-1e-6 * step), 0.05);
  assert.is(found?.severity, 'ok');
  assert.match(found?.title ?? '', /^The loss sinks slowly: by 0\.1\d? % in 1000 steps$|by 0\.(09|10|11) %/);
  const steps = Number(/it takes ([\d,]+) steps/.exec(found?.evidence ?? '')?.[1]?.replaceAll(',', ''));
  assert.ok(steps > 80_000 && steps < 135_000, `${steps}`);
});

test('it is slow too with the noise of a detection loss, whose neighbours resemble each other, over a long run', () => {
  const noise = gaussian(5);
  let rest = 0;
  const values = Array.from({ length: 60_000 }, (_, at) => {
    rest = 0.5 * rest + 0.3 * noise();
    return [(at + 1) * ms, 4 * Math.exp(-1e-6 * (at + 1)) + rest] as const;
  });
  const timeline = emptyTimeline();
  addSamples(timeline, null, 'loss', values);
  const found = checkAdvice(timeline).find(({ id }) => id === 'loss-trend');
  assert.is(found?.severity, 'ok');
  assert.match(found?.title ?? '', /^The loss sinks slowly: by 0\.(0[89]|1[012]) % in 1000 steps$/);
  const steps = Number(/it takes ([\d,]+) steps/.exec(found?.evidence ?? '')?.[1]?.replaceAll(',', ''));
  assert.ok(steps > 85_000 && steps < 130_000, `${steps}: 105,000 is true`);
});

test('a loss that never moved is flat, with the interval that says so', () => {
  const found = finding(() => Math.log(100), 0.05);
  assert.is(found?.severity, 'warn');
  assert.match(found?.title ?? '', 'flat');
  assert.match(found?.evidence ?? '', /95 % confidence from −0\.0\d % to \+0\.0\d %/);
  assert.match(found?.remedy ?? '', 'single batch');
});

test('a flat loss at what chance gives is told as such', () => {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload({ chanceLoss: Math.log(100) });
  addSamples(
    timeline,
    null,
    'loss',
    Array.from({ length: 5000 }, (_, at) => [at * ms, Math.log(100) + 0.02 * Math.sin(at * 1.7)] as const),
  );
  const found = checkAdvice(timeline).find(({ id }) => id === 'loss-trend');
  assert.is(found?.title, 'The loss is flat at what chance gives (4.61): nothing is learned');
});

test('the first loss against what chance gives', () => {
  const first = (loss: number, chanceLoss: number | null = Math.log(100)) => {
    const timeline = emptyTimeline();
    timeline.workload = testWorkload(chanceLoss === null ? {} : { chanceLoss });
    addSamples(timeline, null, 'loss', [[ms, loss]]);
    return checkAdvice(timeline).find(({ id }) => id === 'first-loss');
  };
  assert.is(first(5.3)?.severity, 'ok');
  assert.is(first(40)?.severity, 'warn');
  assert.match(first(40)?.title ?? '', '8.69 times what chance gives');
  assert.is(first(0.4)?.severity, 'warn');
  assert.match(first(0.4)?.title ?? '', 'knows before it learns');
  assert.is(first(4, null), undefined, 'what chance gives is not known');
});

test('a rate that throws the loss off from its second step on says nothing of how the model began', () => {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload({ chanceLoss: Math.log(100) });
  addSamples(
    timeline,
    null,
    'loss',
    [5.25, 15.06, 8.64].map((loss, at) => [at * ms, loss] as const),
  );
  const found = checkAdvice(timeline).find(({ id }) => id === 'first-loss');
  assert.is(found?.severity, 'ok');
  assert.is(
    found?.evidence,
    'The first loss is 5.25, the mean of the first 3 is 9.65; a model that knows nothing has 4.61.',
  );
});

test('a loss that came down and is level now is the end of a training, not a fault', () => {
  const found = finding((step) => 0.5 + 4 * Math.exp(-step / 300), 0.05);
  assert.is(found?.severity, 'ok');
  assert.match(found?.title ?? '', 'come down and is level');
});

test('a loss that sinks well, one that rises, one that is all noise, and one of a few steps', () => {
  assert.match(
    finding((step) => 4 * Math.exp(-step / 20_000), 0.05)?.title ?? '',
    /^The loss sinks by 5\.\d %/,
  );
  const rises = finding((step) => 1 + step / 20_000, 0.05);
  assert.is(rises?.severity, 'warn');
  assert.match(rises?.title ?? '', 'rises');
  assert.is(finding(() => 4, 8, 400)?.severity, 'recheck');
  assert.is(finding(() => 4, 0.1, 50)?.severity, 'recheck');
});

test('where nothing reports steps the values count, and without a loss there is nothing to say', () => {
  const timeline = emptyTimeline();
  addSamples(
    timeline,
    null,
    'loss',
    Array.from({ length: 1000 }, (_, at) => [at * ms, 3 - at / 1000] as const),
  );
  const found = checkAdvice(timeline).find(({ id }) => id === 'loss-trend');
  assert.match(found?.title ?? '', /^The loss sinks by 4\d % in 1000 steps$/);
  assert.is(
    checkAdvice(emptyTimeline()).find(({ id }) => id === 'loss-trend'),
    undefined,
  );
});

test.run();
