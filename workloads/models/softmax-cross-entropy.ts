import * as tf from '../tf.ts';

/**
 * Mean cross entropy of softmax(logits) against one-hot labels, with its own gradient (softmax - labels) / N: a few
 * kernels instead of the thirty that `tf.losses.softmaxCrossEntropy` and its gradient take.
 *
 * @param logits [N, classes]
 * @param oneHot [N, classes], float
 * @returns a scalar, in nats
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar {
  const operation = tf.customGrad<tf.Scalar>((...parts) => {
    const [scores, save] = parts as [tf.Tensor2D, tf.GradSaveFunc];
    const samples = scores.shape[0];
    const shifted = tf.sub(scores, tf.max(scores, -1, true));
    const logSum = tf.log(tf.sum(tf.exp(shifted), -1, true));
    const logProbabilities = tf.sub(shifted, logSum);
    save([logProbabilities]);
    return {
      value: tf.mul<tf.Scalar>(tf.sum(tf.mul(logProbabilities, oneHot)), -1 / samples),
      // The engine does not tidy the gradient of a customGrad.
      gradFunc: (dy, saved) =>
        tf.tidy(() => {
          const [kept] = saved as [tf.Tensor2D];
          return tf.mul(tf.sub(tf.exp(kept), oneHot), tf.mul(dy, 1 / samples));
        }),
    };
  });
  return operation(logits);
}
