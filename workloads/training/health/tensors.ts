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
