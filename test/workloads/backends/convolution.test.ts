import { suite } from 'uvu';
import type { StartedBackend } from '../../../workloads/backends/index.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, random } from './agreement.ts';

const test = suite('wasm convolution gradients');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];

interface Case {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: Pad;
}

const cases: Case[] = [
  { x: [2, 8, 8, 4], filter: [3, 3, 4, 8], strides: 1, pad: 'same' },
  { x: [1, 9, 7, 3], filter: [3, 3, 3, 5], strides: 1, pad: 'same' },
  { x: [3, 8, 8, 5], filter: [3, 3, 5, 12], strides: 2, pad: 'same' },
  { x: [2, 9, 11, 6], filter: [3, 3, 6, 7], strides: 2, pad: 'same' },
  { x: [2, 9, 11, 4], filter: [3, 3, 4, 4], strides: 2, pad: 'valid' },
  { x: [2, 10, 10, 4], filter: [3, 3, 4, 9], strides: 2, pad: 1 },
  { x: [2, 10, 9, 4], filter: [3, 3, 4, 8], strides: 1, pad: 'valid' },
  { x: [2, 7, 7, 8], filter: [1, 1, 8, 16], strides: 1, pad: 'same' },
  { x: [2, 8, 8, 8], filter: [1, 1, 8, 16], strides: 2, pad: 'same' },
  { x: [2, 7, 9, 6], filter: [1, 1, 6, 10], strides: 2, pad: 'valid' },
  { x: [1, 19, 21, 3], filter: [7, 7, 3, 8], strides: 2, pad: 'same' },
  { x: [1, 20, 20, 3], filter: [7, 7, 3, 8], strides: 2, pad: 3 },
  { x: [2, 12, 12, 3], filter: [5, 4, 3, 6], strides: [3, 2], pad: 'valid' },
  {
    x: [2, 6, 6, 4],
    filter: [3, 3, 4, 4],
    strides: 1,
    pad: [
      [0, 0],
      [0, 2],
      [2, 1],
      [0, 0],
    ],
  },
  {
    x: [2, 6, 6, 4],
    filter: [3, 3, 4, 4],
    strides: 2,
    pad: [
      [0, 0],
      [2, 0],
      [1, 2],
      [0, 0],
    ],
  },
  // Padding wider than the filter: a phase would need negative padding.
  { x: [2, 6, 6, 4], filter: [2, 2, 4, 4], strides: 1, pad: 3 },
  { x: [2, 6, 6, 4], filter: [1, 1, 4, 4], strides: 2, pad: 1 },
  // Rows of fewer columns than a tile has, more of them, and a row that four does not divide.
  { x: [3, 3, 3, 8], filter: [3, 3, 8, 16], strides: 1, pad: 'same' },
  { x: [2, 5, 6, 8], filter: [3, 3, 8, 8], strides: 1, pad: 'same' },
  { x: [1, 4, 9, 3], filter: [2, 5, 3, 8], strides: [1, 2], pad: 'same' },
  // Channels enough for one call to go over many panels.
  { x: [2, 5, 7, 136], filter: [1, 1, 136, 128], strides: 1, pad: 'same' },
  // More pixels than a chunk holds, in rows and in images.
  { x: [2, 40, 33, 4], filter: [3, 3, 4, 8], strides: 1, pad: 'same' },
  { x: [9, 13, 13, 4], filter: [3, 3, 4, 8], strides: 1, pad: 'same' },
];

for (const { x, filter, strides, pad } of cases) {
  const name = `x ${x.join('x')}, filter ${filter.join('x')}, strides ${strides}, pad ${JSON.stringify(pad)}`;
  test(`agrees with the cpu backend: ${name}`, async () => {
    await agree(() => {
      const convolve = (input: tf.Tensor, weights: tf.Tensor) =>
        tf.conv2d(input as tf.Tensor4D, weights as tf.Tensor4D, strides, pad);
      const input = random(x, 1);
      const weights = random(filter, 2);
      const output = convolve(input, weights);
      return [output, ...tf.grads(convolve)([input, weights], random(output.shape, 3))];
    });
  });
}

test.run();
