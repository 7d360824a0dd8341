import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../../workloads/backends/index.ts';
import * as tf from '../../../../workloads/tf.ts';
import { type FaultName, faultSummaries } from '../../../../workloads/training/faults/names.ts';
import { type FaultRow, textOf, warningsOf } from './health-warnings.ts';
import { type RecordedSettings, recordTraining } from './recorded-training.ts';

const test = suite('faults');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const rows: Readonly<Record<FaultName, FaultRow<RecordedSettings>>> = {
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
  // Behind a layer of zeros hardly anything has a gradient.
  'no-learning': {
    finds: 'no-learning',
    says: 'most of its layers give zeros',
    also: ['frozen-layers', 'gradients', 'loss-trend'],
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
    assert.match(textOf(timeline, finds), says);
    assert.is(tf.memory().numTensors, tensors, 'nothing stays behind');
  });
}

test('a healthy training raises none of them', async () => {
  const timeline = await recordTraining('none', { steps: 100, evaluateEvery: 25 });
  assert.is(timeline.workload?.fault, undefined);
  assert.equal(warningsOf(timeline), []);
});

test.run();
