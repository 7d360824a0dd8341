import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../workloads/tf.ts';
import { launchOf, recordKernels, useCpu } from './record-kernels.ts';

const test = suite('bytes of kernels');

test.before(useCpu);

const square = () => tf.ones([5, 3]);

test('inputs are read and outputs written once, by their shapes and types', () => {
  assert.is(launchOf('Add', () => tf.add(square(), tf.ones([3]))).bytes, 4 * (15 + 3 + 15));
  assert.is(launchOf('Greater', () => tf.greater(square(), 0)).bytes, 4 * (15 + 1) + 15);
  assert.is(launchOf('Cast', () => tf.cast(square(), 'bool')).bytes, 4 * 15 + 15);
  const conv = () =>
    tf.conv2d(tf.ones([2, 8, 8, 3]) as tf.Tensor4D, tf.ones([3, 3, 3, 4]) as tf.Tensor4D, 1, 'valid');
  assert.is(launchOf('Conv2D', conv).bytes, 4 * (2 * 8 * 8 * 3 + 3 * 3 * 3 * 4 + 2 * 6 * 6 * 4));
});

test('a fused convolution reads its bias once and writes once, whatever it does inside', () => {
  const fused = (activation: 'linear' | 'relu' | 'prelu') =>
    launchOf('FusedConv2D', () => {
      const x = tf.ones([2, 8, 8, 3]) as tf.Tensor4D;
      const filter = tf.ones([3, 3, 3, 4]) as tf.Tensor4D;
      const slopes = activation === 'prelu' ? { preluActivationWeights: tf.ones([4]) } : {};
      tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias: tf.ones([4]), activation, ...slopes });
    }).bytes;
  const once = 4 * (2 * 8 * 8 * 3 + 3 * 3 * 3 * 4 + 4 + 2 * 8 * 8 * 4);
  assert.equal([fused('linear'), fused('relu'), fused('prelu')], [once, once, once + 4 * 4]);
});

test('every output counts', () => {
  assert.is(launchOf('SplitV', () => tf.split(tf.ones([6, 3]), 3)).bytes, 4 * (18 + 18));
});

test('a selection reads what it selects', () => {
  assert.is(launchOf('Slice', () => tf.slice(tf.ones([100, 3]), [10, 0], [2, 3])).bytes, 4 * (6 + 6));
  const gather = launchOf('GatherV2', () => tf.gather(tf.ones([100, 3]), [7, 9]));
  assert.is(gather.bytes, 4 * (6 + 6) + 4 * 2);
});

test('an input that gives only its shape is not read', () => {
  assert.is(launchOf('ZerosLike', () => tf.zerosLike(square())).bytes, 4 * 15);
});

test('a view moves nothing, a copy does', () => {
  assert.is(launchOf('Reshape', () => tf.reshape(square(), [3, 5])).bytes, 0);
  assert.is(launchOf('Identity', () => tf.clone(square())).bytes, 0);
  assert.is(launchOf('Transpose', () => tf.transpose(square())).bytes, 4 * 30);
});

test('the bytes of text are unknown', () => {
  const writer = recordKernels(() => void tf.tile(tf.tensor(['a', 'bc']), [2]));
  assert.is(writer.launches.find(({ name }) => name === 'Tile')?.bytes, null);
});

test('of a kernel without a rule the bytes follow from the tensors', () => {
  const launch = launchOf('TopK', () => tf.topk(square(), 2));
  assert.is(launch.bytes, 4 * 15 + 4 * 10 + 4 * 10);
});

test.run();
