import { suite } from 'uvu';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, random } from './agreement.ts';

const test = suite('depthwise convolution gradients');
let started: StartedBackend[] = [];

test.before(async () => {
  // Two threads, so that calls are shared.
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 2 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

interface Case {
  readonly input: [number, number, number, number];
  readonly filter: [number, number];
  readonly multiplier?: number;
  readonly strides: number | [number, number];
  readonly pad: 'same' | 'valid';
}

const cases: Case[] = [
  { input: [3, 9, 8, 20], filter: [3, 3], strides: 1, pad: 'same' },
  { input: [2, 10, 9, 36], filter: [3, 3], strides: 2, pad: 'same' },
  { input: [2, 10, 10, 16], filter: [3, 3], strides: 2, pad: 'valid' },
  { input: [1, 1, 1, 8], filter: [3, 3], strides: 1, pad: 'same' },
  { input: [2, 2, 2, 8], filter: [3, 3], strides: 2, pad: 'same' },
  { input: [1, 11, 7, 4], filter: [5, 3], strides: [3, 1], pad: 'same' },
  // A filter that leaves out pixels.
  { input: [2, 9, 9, 4], filter: [1, 1], strides: 2, pad: 'same' },
  // Pixels at the end that no window reaches.
  { input: [1, 12, 12, 4], filter: [3, 3], strides: 4, pad: 'valid' },
  // What the SIMD functions have no code for.
  { input: [2, 8, 9, 5], filter: [3, 3], strides: 1, pad: 'same' },
  { input: [2, 9, 10, 5], filter: [3, 3], strides: 2, pad: 'same' },
  { input: [1, 8, 8, 4], filter: [3, 3], multiplier: 2, strides: 1, pad: 'valid' },
];

for (const { input, filter, multiplier = 1, strides, pad } of cases) {
  test(`[${input}], filter ${filter} x ${multiplier}, strides ${strides}, ${pad}`, async () => {
    await agree(() => {
      const convolve = (x: tf.Tensor, weights: tf.Tensor) =>
        tf.depthwiseConv2d(x as tf.Tensor4D, weights as tf.Tensor4D, strides, pad);
      const x = random(input, 19);
      const weights = random([...filter, input[3], multiplier], 20);
      const y = convolve(x, weights);
      return [y, ...tf.grads(convolve)([x, weights], random(y.shape, 21))];
    });
  });
}

test.run();
