import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chance, type MadeUpRun, sayOf, warnings } from './health-timelines.ts';

const test = suite('advice on the data of a training');

const flat: NonNullable<MadeUpRun['figures']> = {
  loss: (step, noise) => chance + 0.7 * Math.exp(-step / 8) + 0.05 * noise(),
  accuracy: (_, noise) => Math.max(0, 0.01 + 0.015 * noise()),
  validationLoss: (step) => (step % 25 === 0 ? chance + 0.05 : null),
  validationAccuracy: (step) => (step % 25 === 0 ? 0.01 : null),
};

test('the same picture throughout a batch', () => {
  const found = sayOf({ figures: { duplicateShare: () => 31 / 32 } }, 'repeated-data');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, '97 % of a batch are copies of other samples in it');
  assert.match(found?.evidence ?? '', '97 % of a batch stand in it before');
});

test('copies that sampling from a small set gives by chance are none', () => {
  // 32 of 64 with replacement: a quarter of a batch stands in it before.
  const figures = { duplicateShare: () => 0.24 };
  assert.is(sayOf({ figures, workload: { trainSize: 64 } }, 'repeated-data')?.severity, 'ok');
  assert.is(sayOf({ figures }, 'repeated-data')?.severity, 'warn', '50,000 samples give 0.03 %');
  assert.is(sayOf({ figures: { duplicateShare: () => 0.03 } }, 'repeated-data')?.severity, 'ok');
});

test('the same batch again and again, and an epoch that wraps', () => {
  const found = sayOf({ figures: { repeatShare: (step) => (step === 1 ? 0 : 1) } }, 'repeated-data');
  assert.is(found?.severity, 'warn');
  assert.match(found?.title ?? '', /^100 % of the samples were in one of the batches just before$/);
  assert.is(sayOf({ figures: { repeatShare: () => 0.63 } }, 'repeated-data')?.severity, 'ok');
});

test('labels that are all the same', () => {
  const found = sayOf({ figures: { topLabelShare: () => 1 } }, 'repeated-data');
  assert.is(found?.title, 'All labels are the same');
  assert.is(sayOf({ figures: { topLabelShare: () => 0.9 } }, 'repeated-data')?.severity, 'ok', 'uneven');
  const one = sayOf({ figures: { topLabelShare: () => 1 }, workload: { classes: 1 } }, 'repeated-data');
  assert.is(one?.severity, 'ok', 'one class has one label');
});

test('labels that have nothing to do with the inputs, with what chance allows', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const figures = { ...flat, labelSignal: (_: number, noise: () => number) => 1 + 0.1 * noise() };
    const found = sayOf({ figures, seed }, 'shuffled-labels');
    assert.is(found?.severity, 'warn', `${seed}`);
    assert.match(
      found?.evidence ?? '',
      /is [01]\.\d\d; where inputs do not depend on labels it stays under 1\.37/,
    );
    assert.match(
      found?.evidence ?? '',
      /99 and 3100 degrees of freedom\)\. The loss is at 4\.(59|6\d); chance gives 4\.61/,
    );
  }
  const at = (labelSignal: number) =>
    sayOf({ figures: { ...flat, labelSignal: () => labelSignal } }, 'shuffled-labels');
  assert.is(at(1.02)?.severity, 'warn');
  assert.is(at(1.36)?.severity, 'warn');
  assert.is(at(1.5)?.severity, 'ok');
});

test('a loss that comes down acquits labels of which coarse features say nothing', () => {
  assert.is(sayOf({ figures: { labelSignal: () => 1 } }, 'shuffled-labels')?.severity, 'ok');
  const unknown = { workload: { chanceLoss: Number.NaN } };
  assert.is(sayOf({ figures: { labelSignal: () => 1 }, ...unknown }, 'shuffled-labels')?.severity, 'ok');
  const stays = { ...flat, labelSignal: () => 1, loss: () => 2 };
  assert.is(sayOf({ figures: stays, ...unknown }, 'shuffled-labels')?.severity, 'warn');
});

test('without classes, or with too few samples or losses, labels cannot be judged', () => {
  const figures = { ...flat, labelSignal: () => 1 };
  assert.is(sayOf({ figures, workload: null }, 'shuffled-labels')?.severity, 'recheck');
  assert.is(sayOf({ figures, workload: { batchSize: 1 } }, 'shuffled-labels')?.severity, 'recheck');
  assert.is(sayOf({ figures, steps: 20 }, 'shuffled-labels')?.severity, 'recheck');
  assert.is(sayOf({ figures: { labelSignal: null } }, 'shuffled-labels'), undefined);
});

test('of labels of objects the boxes and what they are called tell, not a loss that comes down anyway', () => {
  const figures = {
    labelSignal: () => 1,
    labelSignalSamples: (step: number) => 20 * step,
    accuracy: () => 0,
  };
  const found = sayOf({ figures }, 'shuffled-labels');
  assert.is(found?.severity, 'warn');
  assert.match(
    found?.evidence ?? '',
    /^The F statistic of what is in the boxes .* 99 and 1900 degrees of freedom/,
  );
  assert.match(found?.evidence ?? '', /0\.0 % of the labels are found; the commonest is that of 4\.\d %/);
  const named = sayOf({ figures: { ...figures, accuracy: () => 0.2 } }, 'shuffled-labels');
  assert.is(named?.severity, 'ok');
  assert.is(named?.title, 'Objects are told apart although coarse features say nothing of the labels');
  const unknown = sayOf({ figures: { ...figures, accuracy: null } }, 'shuffled-labels');
  assert.is(unknown?.severity, 'ok', 'the loss alone is left to tell');
  assert.is(sayOf({ figures: { ...figures, labelSignal: () => 3 } }, 'shuffled-labels')?.severity, 'ok');
  assert.is(sayOf({ figures, steps: 30 }, 'shuffled-labels')?.severity, 'recheck');
  const few = { ...figures, labelSignalSamples: () => 250 };
  assert.is(
    sayOf({ figures: few }, 'shuffled-labels')?.severity,
    'recheck',
    'objects are counted, not steps',
  );
});

test('labels that can be learnt from and a model that stays at chance', () => {
  const stuck = {
    ...flat,
    loss: (_: number, noise: () => number) => chance + 0.05 * noise(),
    updateRatio: () => 2e-8,
  };
  const found = sayOf({ figures: stuck }, 'no-learning');
  assert.is(found?.severity, 'warn');
  assert.match(
    found?.evidence ?? '',
    /3\.\d\d; where .* yet the loss stays at 4\.6\d; an update changes the weights by 2\.0e-8 of their size; the gradient norm is 2/,
  );
  assert.is(sayOf({}, 'no-learning')?.severity, 'ok');
  assert.is(
    sayOf({ figures: { ...stuck, labelSignal: () => 1 } }, 'no-learning'),
    undefined,
    'the labels are to blame',
  );
  assert.is(sayOf({ figures: stuck, steps: 60 }, 'no-learning')?.severity, 'recheck');
  assert.is(sayOf({ figures: { ...stuck, loss: null } }, 'no-learning')?.severity, 'recheck');
});

test('within 100 steps a loss that stays at what chance gives is called flat, and one that sinks to it is not', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const figures = { ...flat, loss: (_: number, noise: () => number) => chance + 0.1 * noise() };
    const found = sayOf({ figures, seed }, 'loss-trend');
    assert.is(
      found?.title,
      'The loss is flat at what chance gives (4.61): nothing is learned so far',
      `${seed}`,
    );
    assert.match(found?.evidence ?? '', /in 100 steps; 95 % confidence from −\d+\.\d\d % to \+/);
  }
  const noisy = { ...flat, loss: (_: number, noise: () => number) => 5.4 + 0.3 * noise() };
  assert.match(sayOf({ figures: noisy }, 'loss-trend')?.title ?? '', 'flat above what chance gives');
  const above = { ...flat, loss: (_: number, noise: () => number) => 5.4 + 0.1 * noise() };
  assert.match(sayOf({ figures: above }, 'loss-trend')?.title ?? '', 'flat above what chance gives (4.61)');
  const warmsUp = {
    ...flat,
    loss: (step: number, noise: () => number) => chance - 0.004 * step + 0.1 * noise(),
  };
  assert.is(sayOf({ figures: warmsUp }, 'loss-trend')?.severity, 'ok');
  assert.is(
    warnings({ figures: { loss: () => chance }, steps: 60, workload: null }).includes('loss-trend'),
    false,
  );
});

test.run();
