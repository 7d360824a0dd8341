import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addSamples } from '../../../support/timelines.ts';
import {
  chance,
  type Figure,
  type MadeUpRun,
  madeUpRun,
  outputAlone,
  sayOf,
  stepNs,
} from './health-timelines.ts';

const test = suite('advice on the learning rate, on over-fitting and on numbers that are not finite');
const every =
  (steps: number, value: Figure): Figure =>
  (step, noise) =>
    step % steps === 0 ? value(step, noise) : null;
const alone = (figures: MadeUpRun['figures']): MadeUpRun => ({
  figures: { ...outputAlone, ...figures },
  workload: null,
});

test('a rate that throws the loss off is too high, by the loss alone', () => {
  const found = sayOf(alone({ loss: (step) => 4.6 + 0.3 * step }), 'learning-rate');
  assert.is(found?.severity, 'warn');
  assert.match(found?.title ?? '', /^The learning rate is too high: the loss rose from 5\.20 to 9\.25$/);
  assert.match(found?.evidence ?? '', /^The learning rate is 0\.100\.$/);
  const jumps = sayOf(
    alone({ loss: (step) => (step > 60 && step < 90 ? 4.5 : 4.6 * Math.exp(-step / 20)) }),
    'learning-rate',
  );
  assert.match(jumps?.title ?? '', 'the loss jumped from');
  const dies = sayOf(
    alone({ loss: (step) => (step < 30 ? 4.6 : step < 36 ? 4.6 * 2 ** (step - 30) : Number.NaN) }),
    'learning-rate',
  );
  assert.match(dies?.title ?? '', 'the loss grew and then was NaN');
});

test('hard batches, a bad begin that falls and a sudden NaN say nothing of the rate', () => {
  const severity = (loss: Figure) => sayOf(alone({ loss }), 'learning-rate')?.severity;
  assert.is(
    severity((step, noise) => (step % 17 === 0 ? 12 : 3 + 0.3 * noise())),
    'recheck',
  );
  assert.is(
    severity((step) => 90 * Math.exp(-step / 20)),
    'recheck',
  );
  assert.is(
    severity((step) => (step < 40 ? 4.6 - 0.02 * step : Number.NaN)),
    'recheck',
  );
  assert.is(sayOf(alone({ learningRate: null, loss: (step) => 4 + step }), 'learning-rate'), undefined);
});

test('updates as large as a tenth of the weights, and gradients that turn round', () => {
  const large = sayOf({ figures: { updateRatio: every(10, () => 0.4) } }, 'learning-rate');
  assert.match(large?.title ?? '', 'an update changes the weights by 0.400 of their size');
  const first = { updateRatio: every(10, (step) => (step === 10 ? 0.4 : 2e-3)) };
  assert.is(sayOf({ figures: first }, 'learning-rate')?.severity, 'ok', 'one large update');
  const turning = { gradientCosine: every(5, (_, noise) => -0.6 + 0.05 * noise()), loss: () => chance };
  assert.match(sayOf({ figures: turning }, 'learning-rate')?.title ?? '', 'turns round at each step');
  const noisy = { gradientCosine: every(5, (_, noise) => 0.1 * noise()), loss: () => chance };
  assert.is(sayOf({ figures: noisy }, 'learning-rate')?.severity, 'ok');
});

test('updates far below the rule of thumb while the loss stays are of too low a rate', () => {
  const figures = {
    updateRatio: every(10, () => 3e-7),
    loss: (_: number, noise: () => number) => 5.3 + 0.1 * noise(),
  };
  const found = sayOf({ figures }, 'learning-rate');
  assert.match(found?.title ?? '', /^The learning rate is too low: an update changes the weights by 3\.0e-7/);
  assert.match(
    found?.evidence ?? '',
    /\(about 0\.001 is usual\).*The loss went from 5\.\d+ to 5\.\d+ in 100 values\./,
  );
  assert.match(found?.remedy ?? '', 'Raise');
  assert.is(
    sayOf({ figures: { updateRatio: every(10, () => 3e-7) } }, 'learning-rate')?.severity,
    'ok',
    'it learns',
  );
  const decays = { ...figures, updateRatio: every(10, (step) => (step < 60 ? 1e-3 : 1e-8)) };
  assert.is(sayOf({ figures: decays }, 'learning-rate')?.severity, 'ok', 'the schedule comes to its end');
});

test('gradient noise is told with the batch at which it equals the signal', () => {
  const found = sayOf({ figures: { gradientCosine: every(10, () => 0.2) } }, 'learning-rate');
  assert.match(
    found?.evidence ?? '',
    'a cosine of 0.20 (5 checks): noise is 4.00 times the signal, equal at a batch of 128',
  );
});

test('training that leaves validation behind, with what was missing', () => {
  const figures = {
    accuracy: () => 0.99,
    loss: (step: number) => 4.6 * Math.exp(-step / 15),
    inferenceModeAccuracy: every(10, () => 0.98),
    validationAccuracy: every(20, (step) => (step === 20 ? 0.2 : 0.22)),
    validationLoss: every(20, (step) => 3.4 + 0.01 * step),
  };
  const workload = { trainSize: 64, regularisation: { weightDecay: 0, augmentation: false } };
  const found = sayOf({ figures, workload }, 'over-fitting');
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', 'The accuracy is 98 % on what is trained on and 22 % in validation.');
  assert.match(
    found?.evidence ?? '',
    'There is no weight decay and no augmentation. 64 samples stand against 275,000 parameters.',
  );
  assert.match(found?.remedy ?? '', /^Add weight decay and augmentation, /);
  assert.match(sayOf({ figures }, 'over-fitting')?.remedy ?? '', /^Regularise more/);
});

test('a validation loss that turns, one that is no better than chance, and one that only wavers', () => {
  const turns = {
    loss: (step: number) => 4 * Math.exp(-step / 40),
    validationLoss: every(10, (step) => 3 + 0.0006 * (step - 40) ** 2),
  };
  const found = sayOf(alone(turns), 'over-fitting');
  assert.match(
    found?.title ?? '',
    /^The validation loss is up from 3\.00 to 5\.16 while the training loss went on sinking$/,
  );
  const heart = {
    loss: (step: number) => 4.6 * Math.exp(-step / 15),
    validationLoss: (step: number) => (step === 100 ? 5.5 : null),
    validationAccuracy: null,
    inferenceModeLoss: null,
  };
  assert.match(sayOf({ figures: heart }, 'over-fitting')?.title ?? '', 'learnt by heart');
  const wavers = { validationLoss: every(10, (step) => (step % 20 === 0 ? 3.6 : 3.5)) };
  assert.is(sayOf({ figures: wavers }, 'over-fitting')?.severity, 'ok');
  const once = { validationLoss: every(100, () => 3.4), validationAccuracy: every(100, () => 0.1) };
  assert.is(sayOf({ figures: once }, 'over-fitting')?.severity, 'recheck');
});

test('accuracies in percent are no shares: what they say of over-fitting is not guessed', () => {
  const percents = {
    accuracy: () => 64.5,
    validationAccuracy: every(20, () => 61.2),
    inferenceModeAccuracy: null,
  };
  const found = sayOf({ figures: percents }, 'over-fitting');
  assert.is(found?.severity, 'ok');
  assert.not.match(found?.evidence ?? '', 'accuracy');
});

test('a normalisation that fails in inference mode is not over-fitting', () => {
  const figures = {
    accuracy: () => 0.9,
    inferenceModeAccuracy: every(10, () => 0.02),
    inferenceModeLoss: every(10, () => 9),
    validationAccuracy: every(25, () => 0.01),
    validationLoss: every(25, () => 9),
  };
  assert.is(sayOf({ figures }, 'over-fitting')?.severity, 'ok');
});

test('the first layer of a NaN is named, with its step', () => {
  const run = madeUpRun({ figures: { loss: (step) => (step < 41 ? 4.6 : Number.NaN) } });
  run.addMark({
    name: 'not-finite',
    startNs: 39.5 * stepNs,
    endNs: 39.5 * stepNs,
    text: 'the activation of stage2/conv',
  });
  const found = sayOf(run, 'loss-not-finite');
  assert.is(found?.title, 'The loss is NaN from its value 41 on');
  assert.is(
    found?.evidence,
    '60 of 100 values are not finite, at step 41. The first number that is not finite came from the activation of stage2/conv, at step 40.',
  );
  const unsaid = sayOf({ figures: { loss: (step) => (step < 41 ? 4.6 : Number.NaN) } }, 'loss-not-finite');
  assert.is(unsaid?.evidence, '60 of 100 values are not finite, at step 41.');
});

test('a number that is not finite elsewhere is told though the loss is one, and its text cannot move the cursor', () => {
  const run = madeUpRun();
  run.addMark({ name: 'not-finite', startNs: stepNs, endNs: stepNs, text: 'the gradient of \u001b[31mstem' });
  const found = sayOf(run, 'loss-not-finite');
  assert.is(found?.severity, 'warn');
  assert.ok(!found?.evidence.includes('\u001b'));
  addSamples(run, null, 'loss', []);
});

test.run();
