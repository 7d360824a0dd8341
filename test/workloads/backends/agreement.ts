import * as assert from 'uvu/assert';
import * as tf from '../../../workloads/tf.ts';

/** Relative to the largest element: a few hundred roundings of float32. */
const tolerance = 2e-5;

type Tested = 'wasm' | 'webgpu';

type Shape = readonly number[];

/** Normal numbers, the same on every backend: the seed stands for the tensor. */
export function random(shape: Shape, seed: number): tf.Tensor {
  return tf.randomNormal([...shape], 0, 1, 'float32', seed);
}

/** Whole numbers from -3 to 3, so that windows hold ties. */
export function randomTies(shape: Shape, seed: number): tf.Tensor {
  return tf.tidy(() => tf.round(tf.clipByValue(random(shape, seed), -3, 3)));
}

/**
 * Runs `compute` on a backend and on the cpu backend, holds the results to each other, and looks for leaks: TensorFlow.js'
 * own check of every kernel (IS_TEST), and the counts of tensors and of data before and after.
 */
export async function agree(
  compute: () => tf.Tensor | tf.Tensor[],
  tested: Tested = 'wasm',
  limit = tolerance,
): Promise<void> {
  const actual = await evaluate(tested, compute);
  const expected = await evaluate('cpu', compute);
  await tf.setBackend(tested);
  assert.is(actual.length, expected.length);
  for (const [index, want] of expected.entries()) assertClose(actual[index], want, limit);
}

export interface Result {
  readonly shape: Shape;
  readonly dtype: string;
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/**
 * Runs `compute` on a backend that has been started.
 *
 * @param checksKernels TensorFlow.js' check takes what a customGrad saves for its gradient for a leak
 */
export async function evaluate(
  backend: Tested | 'cpu',
  compute: () => tf.Tensor | tf.Tensor[],
  checksKernels = true,
): Promise<Result[]> {
  await tf.setBackend(backend);
  const tensors = tf.memory().numTensors;
  const data = tf.backend().numDataIds();
  tf.env().set('IS_TEST', checksKernels);
  try {
    const outputs = [tf.tidy(compute)].flat();
    // Only webgpu cannot be read at once; the others run tests side by side, which must not meet halfway.
    const values =
      backend === 'webgpu'
        ? await Promise.all(outputs.map((output) => output.data()))
        : outputs.map((output) => output.dataSync());
    const results = outputs.map(({ shape, dtype }, index) => ({
      shape,
      dtype,
      values: values[index] ?? new Float32Array(),
    }));
    tf.dispose(outputs);
    assert.is(tf.memory().numTensors, tensors, `tensors left on ${backend}`);
    assert.is(tf.backend().numDataIds(), data, `data left on ${backend}`);
    return results;
  } finally {
    tf.env().set('IS_TEST', false);
  }
}

export function assertClose(actual: Result | undefined, expected: Result, limit = tolerance): void {
  assert.equal(actual?.shape, expected.shape);
  assert.is(actual?.dtype, expected.dtype);
  const scale = Math.max(1e-3, ...expected.values.map(Math.abs));
  for (const [index, want] of expected.values.entries()) {
    const difference = Math.abs((actual?.values[index] ?? Number.NaN) - want);
    if (!(difference <= limit * scale)) {
      assert.unreachable(
        `element ${index}: ${actual?.values[index]} instead of ${want}, at a scale of ${scale}`,
      );
    }
  }
}
