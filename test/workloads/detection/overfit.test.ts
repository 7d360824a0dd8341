import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { averagePrecision, cocoAt } from '../../../workloads/detection/average-precision.ts';
import { detect } from '../../../workloads/detection/detect.ts';
import { encodeTargets } from '../../../workloads/detection/encode.ts';
import { detectionLoss, uploadTargets } from '../../../workloads/detection/loss.ts';
import { createSsd } from '../../../workloads/models/ssd.ts';
import * as tf from '../../../workloads/tf.ts';
import { createOptimizer } from '../../../workloads/training/optimizers.ts';
import { drawnClasses, drawPictures } from './drawn-pictures.ts';

const test = suite('a detector learns by heart');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const side = 96;
const pictures = 8;
const steps = 60;
const learningRate = 0.003;
/** The first steps are smaller: the normalisations do not know their statistics yet. */
const warmUpSteps = 10;

test('eight pictures, to a mean average precision of 0.9 and more', () => {
  const { images, truths } = drawPictures(pictures, side, 1);
  const model = createSsd(
    { width: 0.35, finestStride: 16 },
    { input: { height: side, width: side, channels: 3 }, classes: drawnClasses },
    { probe: silentProbe, initializer: 'he', seed: 1 },
  );
  const targets = uploadTargets(encodeTargets(model.defaultBoxes, truths, drawnClasses));
  const batch = tf.tensor4d(images, [pictures, side, side, 3]);
  const optimizer = createOptimizer('adam', model.parameters, { weightDecay: 0 });
  const variables = model.parameters.map(({ variable }) => variable);
  const precision = () => {
    const predictions = tf.tidy(() => model.forward(batch, false).dataSync<'float32'>());
    const detections = detect(predictions, model.defaultBoxes, drawnClasses);
    return averagePrecision(detections, truths, drawnClasses, cocoAt(0.5)).mean ?? Number.NaN;
  };
  const step = (number: number) => {
    const { value, grads } = tf.variableGrads(
      () => detectionLoss(model.forward(batch, true), targets).loss,
      variables,
    );
    const gradients = variables.map(({ name }) => grads[name] as tf.Tensor);
    optimizer.update(gradients, learningRate * Math.min(1, number / warmUpSteps));
    const [loss = Number.NaN] = value.dataSync();
    tf.dispose([value, gradients]);
    return loss;
  };

  assert.ok(precision() < 0.2, 'it knows the pictures before it has seen them');
  const first = step(1);
  const { numTensors } = tf.memory();
  let last = first;
  for (let number = 2; number <= steps; number++) last = step(number);
  assert.is(tf.memory().numTensors, numTensors);
  assert.ok(last < first / 20, `the loss went from ${first} to ${last}`);
  const reached = precision();
  assert.ok(reached >= 0.9, `it reaches ${reached}`);
  optimizer.dispose();
  targets.dispose();
  batch.dispose();
  model.dispose();
});

test.run();
