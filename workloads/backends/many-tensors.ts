import * as tf from '../tf.ts';
import { numbersOfMany, squaredDistances, squaresOfMany } from './many-tensors-kernels.ts';

/**
 * The sum of squares of each tensor, as one vector: one kernel where the backend has it, some for each tensor elsewhere.
 *
 * @param most of each tensor at most so many numbers are taken, evenly spread: `spreadOf` says how many
 * @returns [tensors]; belongs to the caller
 */
export function sumsOfSquares(tensors: readonly tf.Tensor[], most = Number.POSITIVE_INFINITY): tf.Tensor1D {
  if (isFused(squaresOfMany)) return run(squaresOfMany, tensors, { most });
  return tf.tidy(() =>
    tf.stack(tensors.map((tensor) => tf.sum(tf.square(someOf(tensor, most))))),
  ) as tf.Tensor1D;
}

/**
 * The squared distances of tensors and the sums of squares of where they are measured from, in turn.
 *
 * @param from as many as `to`, of the same shapes
 * @returns [2 x tensors]: distance, size of `from`, distance, ...; belongs to the caller
 */
export function distancesAndSquares(from: readonly tf.Tensor[], to: readonly tf.Tensor[]): tf.Tensor1D {
  const pairs = from.flatMap((tensor, index) => [tensor, to[index] as tf.Tensor]);
  if (isFused(squaredDistances)) return run(squaredDistances, pairs, {});
  return tf.tidy(() => {
    const sums = from.flatMap((tensor, index) => [
      tf.sum(tf.squaredDifference(tensor, to[index] as tf.Tensor)),
      tf.sum(tf.square(tensor)),
    ]);
    return tf.stack(sums) as tf.Tensor1D;
  });
}

/**
 * Numbers of each tensor, evenly spread, one tensor's after the other's: `spreadOf` says how many.
 * @returns belongs to the caller
 */
export function someNumbers(tensors: readonly tf.Tensor[], most: number): tf.Tensor1D {
  if (isFused(numbersOfMany)) return run(numbersOfMany, tensors, { most });
  return tf.tidy(() => tf.concat(tensors.map((tensor) => someOf(tensor, most))));
}

/** Which numbers of a tensor `someNumbers` takes. */
export function spreadOf(size: number, most: number): { readonly stride: number; readonly count: number } {
  // An odd stride: channels come in powers of two, and all of them shall be seen.
  const stride = size <= most ? 1 : Math.ceil(size / most) | 1;
  return { stride, count: Math.ceil(size / stride) };
}

function someOf(tensor: tf.Tensor, most: number): tf.Tensor1D {
  const flat = tf.reshape<tf.Rank.R1>(tensor, [-1]);
  const { stride } = spreadOf(tensor.size, most);
  return stride === 1 ? flat : (tf.stridedSlice(flat, [0], [tensor.size], [stride]) as tf.Tensor1D);
}

function isFused(kernel: string): boolean {
  return tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

function run(kernel: string, tensors: readonly tf.Tensor[], attrs: tf.NamedAttrMap): tf.Tensor1D {
  return tf.engine().runKernel<tf.Tensor1D>(kernel, Object.fromEntries(tensors.entries()), attrs);
}
