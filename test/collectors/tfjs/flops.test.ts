import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bytesOf } from '../../../collectors/tfjs/bytes.ts';
import { flopsOf, kernelCosts } from '../../../collectors/tfjs/flops.ts';
import { kernelCall } from '../../../collectors/tfjs/kernel-call.ts';
import type { KernelInputs } from '../../../collectors/tfjs/tensorflow.ts';
import {
  batchMoments,
  batchNormTrain,
  batchNormTrainGrad,
} from '../../../workloads/backends/batch-norm-kernels.ts';
import { spreadOf } from '../../../workloads/backends/many-tensors.ts';
import {
  numbersOfMany,
  squaredDistances,
  squaresOfMany,
} from '../../../workloads/backends/many-tensors-kernels.ts';
import * as tf from '../../../workloads/tf.ts';
import { launchOf, recordKernels, useCpu } from './record-kernels.ts';

const test = suite('arithmetic of kernels');

test.before(useCpu);

test('a matrix product is counted the same however its operands are turned', () => {
  const shapes: [number[], number[], boolean, boolean][] = [
    [[5, 7], [7, 3], false, false],
    [[7, 5], [7, 3], true, false],
    [[5, 7], [3, 7], false, true],
    [[7, 5], [3, 7], true, true],
  ];
  for (const [a, b, transposeA, transposeB] of shapes) {
    const launch = launchOf('BatchMatMul', () => tf.matMul(tf.ones(a), tf.ones(b), transposeA, transposeB));
    assert.is(launch.flops, 2 * 5 * 7 * 3);
  }
});

test('matrix products count once a matrix of the batch', () => {
  const batch = launchOf('BatchMatMul', () => tf.matMul(tf.ones([4, 5, 7]), tf.ones([4, 7, 3])));
  assert.is(batch.flops, 4 * 2 * 5 * 7 * 3);
  const broadcast = launchOf('BatchMatMul', () => tf.matMul(tf.ones([4, 5, 7]), tf.ones([1, 7, 3])));
  assert.is(broadcast.flops, 4 * 2 * 5 * 7 * 3);
  const empty = launchOf('BatchMatMul', () => tf.matMul(tf.ones([0, 7]), tf.ones([7, 3])));
  assert.is(empty.flops, 0);
});

test('a fused matrix product counts its bias and activation', () => {
  const base = { a: tf.ones([5, 7]) as tf.Tensor2D, b: tf.ones([7, 3]) as tf.Tensor2D };
  const bias = tf.ones([3]);
  const plain = launchOf('_FusedMatMul', () => tf.fused.matMul(base));
  assert.is(plain.flops, 2 * 5 * 7 * 3);
  const full = launchOf('_FusedMatMul', () => tf.fused.matMul({ ...base, bias, activation: 'relu' }));
  assert.is(full.flops, 2 * 5 * 7 * 3 + 2 * 5 * 3);
  tf.dispose([base.a, base.b, bias]);
});

test('an einsum is counted over all of its indices', () => {
  const launch = launchOf('Einsum', () => tf.einsum('bij,jk->bik', tf.ones([2, 5, 7]), tf.ones([7, 3])));
  assert.is(launch.flops, 2 * 2 * 5 * 7 * 3);
});

test('pooling takes an operation a tap', () => {
  const x = tf.ones([2, 8, 8, 3]) as tf.Tensor4D;
  assert.is(launchOf('MaxPool', () => tf.maxPool(x, 2, 2, 'valid')).flops, 2 * 4 * 4 * 3 * 4);
  assert.is(launchOf('AvgPool', () => tf.avgPool(x, [3, 2], 1, 'same')).flops, 2 * 8 * 8 * 3 * 6);
  const maxGrad = () => void tf.grad((input) => tf.sum(tf.maxPool(input as tf.Tensor4D, 3, 2, 'same')))(x);
  assert.is(launchOf('MaxPoolGrad', maxGrad).flops, 2 * 4 * 4 * 3 * 9);
  const avgGrad = () => void tf.grad((input) => tf.sum(tf.avgPool(input as tf.Tensor4D, 2, 2, 'same')))(x);
  assert.is(launchOf('AvgPoolGrad', avgGrad).flops, 2 * 4 * 4 * 3 * 4);
  const volume = tf.ones([1, 4, 4, 4, 2]) as tf.Tensor5D;
  assert.is(launchOf('MaxPool3D', () => tf.maxPool3d(volume, 2, 2, 'valid')).flops, 2 * 2 * 2 * 2 * 8);
  tf.dispose([x, volume]);
});

test('elementwise operations count what comes out, after broadcasting', () => {
  const row = tf.ones([3]);
  const square = tf.ones([5, 3]);
  assert.is(launchOf('Add', () => tf.add(square, row)).flops, 15);
  assert.is(launchOf('Relu', () => tf.relu(square)).flops, 15);
  assert.is(launchOf('Exp', () => tf.exp(square)).flops, 15);
  assert.is(launchOf('SquaredDifference', () => tf.squaredDifference(square, row)).flops, 30);
  assert.is(launchOf('AddN', () => tf.addN([square, square, square])).flops, 30);
  tf.dispose([row, square]);
});

test('reductions count what goes in', () => {
  assert.is(launchOf('Sum', () => tf.sum(tf.ones([5, 3]), 0)).flops, 15);
  assert.is(launchOf('Max', () => tf.max(tf.ones([5, 3]), 1)).flops, 15);
  assert.is(launchOf('ArgMax', () => tf.argMax(tf.ones([5, 3]), 1)).flops, 15);
});

test('normalisation counts the steps of its formula', () => {
  assert.is(launchOf('Softmax', () => tf.softmax(tf.ones([5, 3]))).flops, 5 * 15);
  const x = tf.ones([1, 2, 2, 3]) as tf.Tensor4D;
  const one = tf.ones([3]) as tf.Tensor1D;
  assert.is(launchOf('FusedBatchNorm', () => tf.batchNorm(x, one, one, one, one)).flops, 4 * 12);
  tf.dispose([x, one]);
});

test('our own batch normalisation counts what is fused into it', () => {
  const x = { dataId: {}, shape: [2, 4, 4, 8], dtype: 'float32' };
  const flops = (name: string, inputs: KernelInputs, relu: boolean) =>
    flopsOf(kernelCosts.get(name), kernelCall(inputs, [{ ...x, dataId: {} }], { relu }));
  assert.is(flops(batchMoments, { x }, false), 4 * 256);
  assert.is(flops(batchNormTrain, { x }, false), 4 * 256);
  assert.is(flops(batchNormTrain, { x, residual: x }, true), 6 * 256);
  assert.is(flops(batchNormTrainGrad, { dy: x, x }, true), 11 * 256);
});

test('kernels over many tensors count, and read, what they look at', () => {
  const tensor = (shape: number[]) => ({ dataId: {}, shape, dtype: 'float32' });
  const inputs = { 0: tensor([10, 10]), 1: tensor([7]) } as unknown as KernelInputs;
  const costs = (name: string, made: number[], most?: number) => {
    const cost = kernelCosts.get(name);
    const call = kernelCall(inputs, [tensor(made)], most === undefined ? {} : { most });
    return [flopsOf(cost, call), bytesOf(cost, call)];
  };
  // At most 30 of 100: every fifth is the first odd stride that keeps within it, which gives 20.
  assert.is(spreadOf(100, 30).count, 20);
  assert.equal(costs(squaresOfMany, [2], 30), [2 * (20 + 7), 4 * (20 + 7) + 4 * 2]);
  assert.equal(costs(squaresOfMany, [2], Number.POSITIVE_INFINITY), [2 * 107, 4 * 107 + 4 * 2]);
  assert.equal(costs(numbersOfMany, [27], 30), [0, 2 * 4 * 27]);
  assert.equal(costs(squaresOfMany, [2]), [null, null], 'nobody says how many');
  const pair = { 0: tensor([7]), 1: tensor([7]) } as unknown as KernelInputs;
  assert.is(flopsOf(kernelCosts.get(squaredDistances), kernelCall(pair, [tensor([2])], {})), 5 * 7);
});

test('moving is no arithmetic', () => {
  assert.is(launchOf('Transpose', () => tf.transpose(tf.ones([5, 3]))).flops, 0);
  assert.is(launchOf('Concat', () => tf.concat([tf.ones([5, 3]), tf.ones([5, 3])])).flops, 0);
  assert.is(launchOf('Cast', () => tf.cast(tf.ones([5, 3]), 'int32')).flops, 0);
  assert.is(launchOf('GatherV2', () => tf.gather(tf.ones([5, 3]), [1, 2])).flops, 0);
  assert.is(
    launchOf('PadV2', () =>
      tf.pad(tf.ones([5, 3]), [
        [1, 1],
        [0, 0],
      ]),
    ).flops,
    0,
  );
});

test('of a kernel that the table lacks the arithmetic is unknown, not zero', () => {
  const writer = recordKernels(() => {
    tf.topk(tf.ones([5, 3]), 2);
    tf.localResponseNormalization(tf.ones([1, 2, 2, 3]) as tf.Tensor4D);
  });
  assert.is(writer.launches.find(({ name }) => name === 'TopK')?.flops, null);
  assert.is(writer.launches.find(({ name }) => name === 'LRN')?.flops, null);
});

test('a call that a rule does not understand is unknown as well', () => {
  const nothing = kernelCall({}, [], {});
  for (const [name, cost] of kernelCosts) {
    const flops = flopsOf(cost, nothing);
    assert.ok(flops === null || flops === 0, `${name} makes up ${flops}`);
  }
  const tensor = { dataId: {}, shape: [2, 3], dtype: 'float32' };
  assert.is(
    flopsOf(kernelCosts.get('MaxPool'), kernelCall({ x: tensor }, [{ ...tensor, dataId: {} }], {})),
    null,
  );
});

test('every name in the table is a kernel of TensorFlow.js or of our own', () => {
  const names = new Set<unknown>(Object.values(tf).filter((value) => typeof value === 'string'));
  const own = [
    ...[batchMoments, batchNormTrain, batchNormTrainGrad],
    ...[squaresOfMany, squaredDistances, numbersOfMany],
  ];
  for (const name of kernelCosts.keys()) assert.ok(names.has(name) || own.includes(name), name);
});

test.run();
