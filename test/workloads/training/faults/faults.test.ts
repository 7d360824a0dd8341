import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdvice } from '../../../../src/analysis/advice/index.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import { type StartedBackend, startBackend } from '../../../../workloads/backends/index.ts';
import * as tf from '../../../../workloads/tf.ts';
import { type FaultName, faultSummaries } from '../../../../workloads/training/faults/names.ts';
import { type RecordedSettings, recordTraining } from './recorded-training.ts';

const test = suite('faults');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

/** Findings that say whether a training learns. Others look at how busy the machine is, which tests share. */
const ofHealth = new Set([
  'loss-not-finite',
  'first-loss',
  'loss-trend',
  'repeated-data',
  'shuffled-labels',
  'no-learning',
  'frozen-layers',
  'normalisation-modes',
  'gradients',
  'learning-rate',
  'ran-once',
  'over-fitting',
]);

function warningsOf(timeline: Timeline): string[] {
  return checkAdvice(timeline)
    .filter(({ id, severity }) => severity === 'warn' && ofHealth.has(id))
    .map(({ id }) => id)
    .sort();
}

interface Row {
  /** The finding that belongs to the fault. */
  readonly finds: string;
  /** A part of its title or evidence. */
  readonly says: string | RegExp;
  /** What else is true of such a run. */
  readonly also?: readonly string[];
  readonly settings?: RecordedSettings;
}

const rows: Readonly<Record<FaultName, Row>> = {
  // One batch is learnt by heart.
  'identical-batch': { finds: 'repeated-data', says: /100 % of the samples/, also: ['over-fitting'] },
  'duplicate-samples': { finds: 'repeated-data', says: /88 % of a batch are copies/ },
  // So is one label.
  'constant-labels': { finds: 'repeated-data', says: 'All labels are the same', also: ['over-fitting'] },
  'shuffled-labels': {
    finds: 'shuffled-labels',
    says: 'nothing to do',
    also: ['loss-trend'],
    settings: { steps: 100 },
  },
  'over-fit': {
    finds: 'over-fitting',
    says: 'no weight decay and no augmentation',
    settings: { allClasses: true, width: 8, steps: 100 },
  },
  'bad-init': { finds: 'first-loss', says: 'Activations of classifier' },
  'frozen-bn': { finds: 'normalisation-modes', says: 'Moving statistics of 9 normalisations never change' },
  'lagging-bn': { finds: 'normalisation-modes', says: 'does worse in inference mode' },
  'high-learning-rate': { finds: 'learning-rate', says: 'too high' },
  'low-learning-rate': { finds: 'learning-rate', says: 'too low' },
  // So small an update is lost beside a scale of 1.
  'vanishing-gradients': { finds: 'gradients', says: 'Gradients vanish', also: ['frozen-layers'] },
  // Such gradients replace the weights at each step.
  'exploding-gradients': { finds: 'gradients', says: 'Gradients explode', also: ['learning-rate'] },
  nan: {
    finds: 'loss-not-finite',
    says: 'the activation of stage2/block1/shortcut, at step 10',
    settings: { steps: 20 },
  },
  'folded-op': { finds: 'ran-once', says: 'dropout/mask', settings: { steps: 20 } },
  'frozen-layer': { finds: 'frozen-layers', says: '1 layer never change: stage2/block1/shortcut' },
  // Behind a layer of zeros scales have no gradient.
  'no-learning': {
    finds: 'no-learning',
    says: 'the loss stays at',
    also: ['frozen-layers', 'loss-trend'],
    settings: { steps: 100 },
  },
};

test('there is a row for each fault', () => {
  assert.equal(Object.keys(rows), Object.keys(faultSummaries));
});

for (const [name, { finds, says, also = [], settings }] of Object.entries(rows)) {
  test(`${name} is found within 100 steps, and nothing else but what follows from it`, async () => {
    const tensors = tf.memory().numTensors;
    const timeline = await recordTraining(name as FaultName, settings);
    assert.is(timeline.workload?.fault, name);
    assert.equal(warningsOf(timeline), [finds, ...also].sort());
    const finding = checkAdvice(timeline).find(({ id }) => id === finds);
    assert.match(`${finding?.title} ${finding?.evidence}`, says);
    assert.is(tf.memory().numTensors, tensors, 'nothing stays behind');
  });
}

test('a healthy training raises none of them', async () => {
  const timeline = await recordTraining('none', { steps: 100, evaluateEvery: 25 });
  assert.is(timeline.workload?.fault, undefined);
  assert.equal(warningsOf(timeline), []);
});

test.run();
