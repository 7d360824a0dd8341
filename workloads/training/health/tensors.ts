import * as tf from '../../tf.ts';

/**
 * Another tensor over the data of `tensor`, which outlives it: no kernel runs, nothing is copied. Belongs to the caller.
 */
export function shareData(tensor: tf.Tensor): tf.Tensor {
  const { dataId, shape, dtype } = tensor;
  const shared = tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  tf.backend().incRef(dataId);
  return shared;
}

/**
 * What `compute` makes of `input`, out of sight of a gradient tape: its kernels have no place on it and save nothing
 * for a backward pass. The result outlives the tidies around and belongs to the caller.
 */
export function untaped(input: tf.Tensor, compute: (input: tf.Tensor) => tf.Tensor): tf.Tensor {
  const operation = tf.customGrad((...parts) => ({
    value: compute(parts[0] as tf.Tensor),
    gradFunc: () => {
      throw new TypeError('nothing that is trained may depend on what is only looked at');
    },
  }));
  return tf.keep(operation(input));
}

/** Runs `body` and puts variables back to what they were, to the bit. */
export async function withRestored<T>(variables: readonly tf.Variable[], body: () => Promise<T>): Promise<T> {
  const before = variables.map(shareData);
  try {
    return await body();
  } finally {
    for (const [index, variable] of variables.entries()) variable.assign(before[index] as tf.Tensor);
    tf.dispose(before);
  }
}
