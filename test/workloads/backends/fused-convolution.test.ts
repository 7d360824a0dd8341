import { suite } from 'uvu';
import type { StartedBackend } from '../../../workloads/backends/index.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, random } from './agreement.ts';

const test = suite('wasm convolution with bias and rectifier');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

const activations = ['linear', 'relu', 'relu6', 'sigmoid'] as const;
const cases = [
  { x: [2, 9, 7, 3], filter: [3, 3, 3, 8], strides: 1, pad: 'same' },
  { x: [2, 8, 8, 4], filter: [3, 3, 4, 16], strides: 2, pad: 'same' },
  { x: [2, 7, 7, 8], filter: [1, 1, 8, 24], strides: 1, pad: 'same' },
  { x: [2, 8, 8, 4], filter: [3, 3, 4, 5], strides: 1, pad: 'valid' },
  { x: [1, 3, 3, 8], filter: [3, 3, 8, 8], strides: 1, pad: 'same' },
  { x: [2, 40, 33, 4], filter: [3, 3, 4, 8], strides: 1, pad: 'same' },
] as const;

for (const { x, filter, strides, pad } of cases) {
  for (const activation of activations) {
    test(`agrees with the cpu backend: ${activation}, x ${x.join('x')}, filter ${filter.join('x')}`, async () => {
      await agree(() => {
        const settings = {
          x: random(x, 1) as tf.Tensor4D,
          filter: random(filter, 2) as tf.Tensor4D,
          strides,
          pad,
          activation,
        };
        const bias = tf.mul(random([filter[3]], 3), 4);
        return [tf.fused.conv2d({ ...settings, bias }), tf.fused.conv2d(settings)];
      });
    });
  }
}

test('a slope for what is below zero is kept', async () => {
  await agree(() => {
    const x = random([2, 6, 6, 4], 1) as tf.Tensor4D;
    const filter = random([3, 3, 4, 8], 2) as tf.Tensor4D;
    const [bias, slopes] = [random([8], 3), random([8], 4)];
    const settings = { x, filter, strides: 1, pad: 'same', bias } as const;
    return tf.fused.conv2d({ ...settings, activation: 'prelu', preluActivationWeights: slopes });
  });
});

test.run();
