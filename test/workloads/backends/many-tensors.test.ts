import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import {
  distancesAndSquares,
  someNumbers,
  spreadOf,
  sumsOfSquares,
} from '../../../workloads/backends/many-tensors.ts';
import { agree, random } from './agreement.ts';

const test = suite('figures of many tensors');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

/** Sizes with and without a rest of four, and more than ten, whose names sort otherwise as texts. */
const shapes = [[1], [3, 3, 4, 5], [7], [2, 33], [129], [16, 16], [5], [4, 4], [2], [6], [11], [10, 13]];
const some = (seed: number) => shapes.map((shape, index) => random(shape, seed + index));

test('the kernels agree with the compositions', async () => {
  await agree(() => sumsOfSquares(some(1)));
  await agree(() => sumsOfSquares(some(1), 50));
  await agree(() => distancesAndSquares(some(1), some(101)));
  await agree(() => someNumbers(some(1), 1000));
  await agree(() => someNumbers(some(1), 20));
});

test('numbers are spread evenly over a tensor, no more than asked for, and over all channels', () => {
  for (const size of [1, 20, 21, 40, 1024, 9 * 16 * 16, 36_864, 2_359_296]) {
    const { stride, count } = spreadOf(size, 20);
    assert.ok(count <= 20 && count * 3 >= Math.min(size, 20), `${count} of ${size}`);
    assert.ok((count - 1) * stride < size);
    assert.is(stride % 2, 1);
  }
});

test.run();
