import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../../workloads/backends/index.ts';
import * as tf from '../../../../workloads/tf.ts';
import { type FaultName, faultSummaries } from '../../../../workloads/training/faults/names.ts';
import type { OptionTexts } from '../../../../workloads/training/options.ts';
import { type FaultRow, textOf, warningsOf } from './health-warnings.ts';
import { type DetectionSettings, recordDetection } from './recorded-detection.ts';

const test = suite('faults of a detector');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

/** A loss is judged from fifty values on, and the modes from fifty steps. */
function long(texts: OptionTexts): DetectionSettings {
  return { texts: { steps: '50', ...texts }, kernels: false };
}

/** Each in as few steps as its finding needs. */
const rows: Readonly<Record<FaultName, FaultRow<DetectionSettings>>> = {
  'identical-batch': { finds: 'repeated-data', says: /100 % of the samples/ },
  'duplicate-samples': { finds: 'repeated-data', says: /50 % of a batch are copies/ },
  'constant-labels': { finds: 'repeated-data', says: 'All labels are the same' },
  'shuffled-labels': { finds: 'shuffled-labels', says: 'what is in the boxes', settings: long({}) },
  'over-fit': {
    finds: 'over-fitting',
    says: 'no weight decay and no augmentation. 8 samples',
    settings: long({ steps: '60', evalSamples: '8' }),
  },
  'bad-init': { finds: 'first-loss', says: /Activations of head\d.predict/ },
  'frozen-bn': { finds: 'normalisation-modes', says: 'Moving statistics of 59 normalisations never change' },
  'lagging-bn': {
    finds: 'normalisation-modes',
    says: 'does worse in inference mode',
    settings: long({ evalSamples: '8' }),
  },
  'high-learning-rate': { finds: 'learning-rate', says: 'too high', settings: { texts: { steps: '17' } } },
  'low-learning-rate': { finds: 'learning-rate', says: 'too low', settings: long({}) },
  // So small an update is lost beside a scale of 1.
  'vanishing-gradients': { finds: 'gradients', says: 'Gradients vanish', also: ['frozen-layers'] },
  'exploding-gradients': { finds: 'gradients', says: 'Gradients explode' },
  nan: {
    finds: 'loss-not-finite',
    says: 'the activation of stage5/block1/depthwise, at step 10',
    settings: { texts: { steps: '11' } },
  },
  'folded-op': { finds: 'ran-once', says: 'dropout/mask', settings: { texts: { steps: '12' } } },
  'frozen-layer': { finds: 'frozen-layers', says: '1 layer never change: stage5/block1/depthwise' },
  // Behind a layer of zeros hardly anything has a gradient.
  'no-learning': {
    finds: 'no-learning',
    says: 'stem the first of them',
    also: ['frozen-layers', 'gradients'],
  },
};

test('there is a row for each fault', () => {
  assert.equal(Object.keys(rows), Object.keys(faultSummaries));
});

for (const [name, { finds, says, also = [], settings }] of Object.entries(rows)) {
  test(`${name} is found, and nothing else but what follows from it`, async () => {
    const tensors = tf.memory().numTensors;
    const timeline = await recordDetection(name as FaultName, settings);
    assert.is(timeline.workload?.fault, name);
    assert.equal(warningsOf(timeline), [finds, ...also].sort());
    assert.match(textOf(timeline, finds), says);
    assert.is(tf.memory().numTensors, tensors, 'nothing stays behind');
  });
}

test('a healthy training raises none of them', async () => {
  const timeline = await recordDetection('none', {
    texts: { steps: '100', evaluateEvery: '50', evalSamples: '8' },
  });
  assert.is(timeline.workload?.fault, undefined);
  assert.equal(warningsOf(timeline), []);
  assert.match(textOf(timeline, 'shuffled-labels'), 'Inputs depend on their labels');
  assert.match(textOf(timeline, 'normalisation-modes'), 'agree');
});

test.run();
