import { suite } from 'uvu';
import { batchNormRelu } from '../../../workloads/backends/fused-batch-norm.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { needsSoftwareGpu, softwareAdapter } from '../../support/software-gpu.ts';
import { agree, random } from './agreement.ts';

const test = suite('kernels of training on webgpu');
const withGpu = needsSoftwareGpu(test);

let started: StartedBackend[] = [];
test.after(async () => {
  for (const backend of started) await backend.stop();
});

/** The two backends, once for all tests. */
async function both(): Promise<void> {
  if (started.length > 0) return;
  started = [await startBackend('cpu'), await startBackend('webgpu', { adapter: softwareAdapter })];
}

/** Square roots and divisions of a GPU may be off by some roundings each (WGSL, accuracy of built-in functions). */
const gpuTolerance = 1e-4;

async function hold(compute: () => tf.Tensor | tf.Tensor[]): Promise<void> {
  await both();
  await agree(compute, 'webgpu', gpuTolerance);
}

withGpu('batch normalisation with residual and ReLU, and its gradients', () =>
  hold(() => {
    const shape = [2, 3, 3, 8];
    const [x, added, dy] = [random(shape, 1), random(shape, 2), random(shape, 3)];
    const [gamma, beta] = [tf.add(random([8], 4), 1.5), random([8], 5)];
    const attrs = { epsilon: 1e-3, relu: true };
    const normalize = (...[input, scale, bias, residual]: tf.Tensor[]) =>
      batchNormRelu(input as tf.Tensor, scale as tf.Tensor1D, bias as tf.Tensor1D, attrs, residual);
    const { y, mean, variance } = normalize(x, gamma, beta, added);
    const gradients = tf.grads((...inputs: tf.Tensor[]) => normalize(...inputs).y);
    return [y, mean, variance, ...gradients([x, gamma, beta, added], dy)];
  }),
);

withGpu('convolutions, and their gradients', () =>
  hold(() => {
    const [x, filter] = [random([2, 7, 7, 5], 1), random([3, 3, 5, 6], 2)];
    const convolve = (input: tf.Tensor, weights: tf.Tensor) =>
      tf.conv2d(input as tf.Tensor4D, weights as tf.Tensor4D, 2, 'same');
    return [convolve(x, filter), ...tf.grads(convolve)([x, filter], random([2, 4, 4, 6], 3))];
  }),
);

withGpu('matrix product, softmax and largest of a window, and their gradients', () =>
  hold(() => {
    const [x, w] = [random([4, 10], 1), random([10, 6], 2)];
    const classify = (a: tf.Tensor, b: tf.Tensor) => tf.softmax(tf.matMul(a, b));
    const pool = (input: tf.Tensor) => tf.maxPool(input as tf.Tensor4D, 3, 2, 'valid');
    return [
      ...tf.grads(classify)([x, w], random([4, 6], 3)),
      // Without ties: which of equals gets the gradient is not the same everywhere.
      tf.grad(pool)(random([1, 7, 7, 3], 4), random([1, 3, 3, 3], 5)),
    ];
  }),
);

test.run();
