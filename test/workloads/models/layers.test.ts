import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { batchNormEpsilon } from '../../../workloads/models/batch-norm.ts';
import { ModelBuilder } from '../../../workloads/models/builder.ts';
import { batchNorm, conv2d, depthwiseConv2d, globalAveragePool } from '../../../workloads/models/layers.ts';
import { softmaxCrossEntropy } from '../../../workloads/models/softmax-cross-entropy.ts';
import * as tf from '../../../workloads/tf.ts';

const test = suite('layers');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

const shape = { height: 4, width: 4, channels: 3 };
const start = () => ModelBuilder.start({ probe: silentProbe, initializer: 'he', seed: 1 });

function normal(dimensions: readonly [number, number, number, number], seed: number): tf.Tensor4D {
  return tf.randomNormal<tf.Rank.R4>([...dimensions], 0, 1, 'float32', seed);
}

function assertClose(actual: tf.Tensor, expected: tf.Tensor, tolerance: number): void {
  assert.equal(actual.shape, expected.shape);
  const difference = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0] ?? Number.NaN;
  assert.ok(difference <= tolerance, `differs by ${difference}`);
}

test('moving statistics become those of the data, and inference uses them', () => {
  tf.tidy(() => {
    const layer = batchNorm(start(), 'norm', shape, { relu: false });
    const spread = tf.tensor1d([1, 2, 3]);
    const centre = tf.tensor1d([5, -1, 0]);
    const draw = (seed: number) => tf.add<tf.Tensor4D>(tf.mul(normal([16, 4, 4, 3], seed), spread), centre);
    const probe = draw(1000);
    const untrained = layer.apply(probe, false);
    assertClose(untrained, tf.div(probe, Math.sqrt(1 + batchNormEpsilon)), 1e-4);
    for (let step = 0; step < 120; step++) tf.tidy(() => void layer.apply(draw(step), true));
    // 256 values a batch, and the moving mean averages about 19 batches.
    assertClose(layer.apply(probe, false), tf.div(tf.sub(probe, centre), spread), 0.2);
  });
});

test('training normalises by the batch, inference does not touch the statistics', () => {
  tf.tidy(() => {
    const layer = batchNorm(start(), 'norm', shape, { relu: false });
    const x = tf.add<tf.Tensor4D>(tf.mul(normal([8, 4, 4, 3], 1), 4), 7);
    const first = layer.apply(x, false);
    assertClose(layer.apply(x, false), first, 0);
    const { mean, variance } = tf.moments(layer.apply(x, true), [0, 1, 2]);
    assertClose(mean, tf.zeros([3]), 1e-4);
    assertClose(variance, tf.ones([3]), 1e-3);
    assert.ok((tf.max(tf.abs(tf.sub(layer.apply(x, false), first))).dataSync()[0] ?? 0) > 0.1);
  });
});

test('inference adds the residual before it rectifies', () => {
  tf.tidy(() => {
    const layer = batchNorm(start(), 'norm', shape, { relu: true });
    const x = normal([2, 4, 4, 3], 1);
    const residual = normal([2, 4, 4, 3], 2);
    const scaled = tf.div(x, Math.sqrt(1 + batchNormEpsilon));
    assertClose(layer.apply(x, false), tf.relu(scaled), 1e-5);
    assertClose(layer.apply(x, false, residual), tf.relu(tf.add(scaled, residual)), 1e-5);
  });
});

test('ReLU6 ends at six in training and in inference, and has no slope beyond', () => {
  tf.tidy(() => {
    const layer = batchNorm(start(), 'norm', shape, { relu: true, ceiling: 6 });
    const x = tf.mul<tf.Tensor4D>(normal([2, 4, 4, 3], 1), 10);
    const residual = normal([2, 4, 4, 3], 2);
    const scaled = tf.div(x, Math.sqrt(1 + batchNormEpsilon));
    assertClose(layer.apply(x, false), tf.clipByValue(scaled, 0, 6), 1e-5);
    assertClose(layer.apply(x, false, residual), tf.clipByValue(tf.add(scaled, residual), 0, 6), 1e-5);
    // What is normalised reaches six by what is added to it alone.
    const added = tf.mul<tf.Tensor4D>(residual, 10);
    const gradient = tf.grad((input) => layer.apply(x, true, input as tf.Tensor4D))(added);
    const y = layer.apply(x, true, added);
    assertClose(tf.max(y), tf.scalar(6), 0);
    const inside = tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6));
    assertClose(gradient, tf.cast(inside, 'float32'), 0);
  });
});

test('a depthwise convolution filters each channel by itself', () => {
  tf.tidy(() => {
    const builder = start();
    const layer = depthwiseConv2d(builder, 'depthwise', shape, { kernel: 3, stride: 2 });
    assert.equal(layer.output, { height: 2, width: 2, channels: 3 });
    const x = normal([2, 4, 4, 3], 1);
    const [parameter] = builder.collected.parameters;
    const weights = parameter?.variable as unknown as tf.Tensor4D;
    const separate = tf.split(x, 3, 3).map((channel, index) => {
      const filter = tf.slice(weights, [0, 0, index, 0], [3, 3, 1, 1]);
      return tf.conv2d(channel as tf.Tensor4D, filter, 2, 'same');
    });
    assertClose(layer.apply(x, true), tf.concat(separate, 3), 1e-5);
    assert.is(builder.collected.multiplyAdds, 2 * 2 * 9 * 3);
  });
});

test('a convolution has a bias where asked for, and weights as large as asked for', () => {
  tf.tidy(() => {
    const weightsOf = (gain: number) => {
      const builder = start();
      const layer = conv2d(builder, 'head', shape, { filters: 5, kernel: 1, stride: 1, bias: true, gain });
      const [weights, bias] = builder.collected.parameters;
      bias?.variable.assign(tf.range(0, 5));
      const y = layer.apply(tf.zeros<tf.Rank.R4>([1, 4, 4, 3]), true);
      assertClose(y, tf.mul(tf.ones([1, 4, 4, 5]), tf.range(0, 5)), 0);
      return weights?.variable as tf.Tensor;
    };
    assertClose(weightsOf(0.5), tf.mul(weightsOf(1), 0.5), 0);
  });
});

test('the pool and its gradient are those of a mean', () => {
  tf.tidy(() => {
    const pool = globalAveragePool(start(), 'pool', shape);
    const x = normal([2, 4, 4, 3], 1);
    const dy = tf.randomNormal<tf.Rank.R2>([2, 3], 0, 1, 'float32', 2);
    const mean = (input: tf.Tensor) => tf.mean(input, [1, 2]);
    assertClose(pool(x), mean(x), 1e-6);
    const gradient = tf.grad((input) => pool(input as tf.Tensor4D))(x, dy);
    assertClose(gradient, tf.grad(mean)(x, dy), 1e-6);
  });
});

test("the loss and its gradient are those of TensorFlow.js' own", () => {
  tf.tidy(() => {
    const logits = tf.mul<tf.Tensor2D>(tf.randomNormal([6, 5], 0, 1, 'float32', 1), 30);
    const oneHot = tf.cast(tf.oneHot(tf.tensor1d([0, 1, 2, 3, 4, 0], 'int32'), 5), 'float32') as tf.Tensor2D;
    const reference = (scores: tf.Tensor) => tf.losses.softmaxCrossEntropy(oneHot, scores) as tf.Scalar;
    const ours = (scores: tf.Tensor) => softmaxCrossEntropy(scores as tf.Tensor2D, oneHot);
    assertClose(ours(logits), reference(logits), 1e-4);
    assertClose(tf.grad(ours)(logits), tf.grad(reference)(logits), 1e-6);
  });
});

test.run();
