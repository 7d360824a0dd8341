import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as tf from '../../../workloads/tf.ts';
import { launchOf, useCpu } from './record-kernels.ts';

const test = suite('arithmetic of convolutions');

test.before(useCpu);

const image = () => tf.ones([2, 8, 8, 3]) as tf.Tensor4D;
const filter = () => tf.ones([3, 3, 3, 4]) as tf.Tensor4D;

test('an output element of a convolution takes a multiply-add for each tap and channel', () => {
  const same = launchOf('Conv2D', () => tf.conv2d(image(), filter(), 1, 'same'));
  assert.is(same.flops, 2 * (2 * 8 * 8 * 4) * (3 * 3 * 3));
  const valid = launchOf('Conv2D', () => tf.conv2d(image(), filter(), 1, 'valid'));
  assert.is(valid.flops, 2 * (2 * 6 * 6 * 4) * 27);
  const strided = launchOf('Conv2D', () => tf.conv2d(image(), filter(), 2, 'same'));
  assert.is(strided.flops, 2 * (2 * 4 * 4 * 4) * 27);
  const dilated = launchOf('Conv2D', () => tf.conv2d(image(), filter(), 1, 'valid', 'NHWC', 2));
  assert.is(dilated.flops, 2 * (2 * 4 * 4 * 4) * 27);
});

test('the two gradients of a convolution cost as much as it does', () => {
  const gradient = (pad: 'same' | 'valid', stride: number) => {
    const run = () => tf.grads((x, w) => tf.sum(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad)));
    const grads = () => void run()([image(), filter()]);
    return [launchOf('Conv2DBackpropInput', grads).flops, launchOf('Conv2DBackpropFilter', grads).flops];
  };
  const same = 2 * (2 * 8 * 8 * 4) * 27;
  assert.equal(gradient('same', 1), [same, same]);
  const strided = 2 * (2 * 3 * 3 * 4) * 27;
  assert.equal(gradient('valid', 2), [strided, strided]);
});

test('a transposed convolution is counted by the smaller side', () => {
  const small = tf.ones([1, 4, 4, 4]) as tf.Tensor4D;
  const launch = launchOf('Conv2DBackpropInput', () =>
    tf.conv2dTranspose(small, filter(), [1, 8, 8, 3], 2, 'same'),
  );
  assert.is(launch.flops, 2 * (4 * 4 * 4) * 27);
});

test('a depthwise output element sees one channel', () => {
  const depthwise = () => tf.ones([3, 3, 3, 2]) as tf.Tensor4D;
  const forward = launchOf('DepthwiseConv2dNative', () =>
    tf.depthwiseConv2d(image(), depthwise(), 1, 'same'),
  );
  assert.is(forward.flops, 2 * (2 * 8 * 8 * 6) * 9);
  const grads = () =>
    void tf.grads((x, w) => tf.sum(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')))([
      image(),
      depthwise(),
    ]);
  const expected = 2 * (2 * 4 * 4 * 6) * 9;
  assert.is(launchOf('DepthwiseConv2dNativeBackpropInput', grads).flops, expected);
  assert.is(launchOf('DepthwiseConv2dNativeBackpropFilter', grads).flops, expected);
});

test('bias and activation of a fused convolution count one an element each', () => {
  const fused = (activation: 'linear' | 'relu', bias: boolean) =>
    launchOf('FusedConv2D', () => {
      const base = { x: image(), filter: filter(), strides: 1, pad: 'same' as const, activation };
      tf.fused.conv2d(bias ? { ...base, bias: tf.ones([4]) } : base);
    }).flops;
  const size = 2 * 8 * 8 * 4;
  assert.is(fused('linear', false), 2 * size * 27);
  assert.is(fused('relu', false), 2 * size * 27 + size);
  assert.is(fused('relu', true), 2 * size * 27 + 2 * size);
});

test('a convolution over volumes counts the depth as well', () => {
  const launch = launchOf('Conv3D', () =>
    tf.conv3d(tf.ones([1, 4, 6, 6, 2]) as tf.Tensor5D, tf.ones([3, 3, 3, 2, 5]) as tf.Tensor5D, 1, 'valid'),
  );
  assert.is(launch.flops, 2 * (2 * 4 * 4 * 5) * (27 * 2));
});

test.run();
