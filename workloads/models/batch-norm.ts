import type { BatchNormTrainAttrs } from '../backends/batch-norm-kernels.ts';
import * as tf from '../tf.ts';

/** Added to a variance before its root is taken; that of the ResNet authors' code. */
export const batchNormEpsilon = 1e-5;

/** What follows a normalisation. */
export type Rectifier = Pick<BatchNormTrainAttrs, 'relu' | 'ceiling'>;

/** The learned and the moving vectors of a normalisation, [C] each. */
export interface BatchNormVectors {
  /** gamma */
  readonly scale: tf.Tensor1D;
  /** beta */
  readonly offset: tf.Tensor1D;
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation with statistics that are given, as inference uses it, with what follows it in a residual network:
 * y = relu((x - mean) / sqrt(variance + epsilon) * scale + offset + residual). Has no gradient of its own.
 *
 * A depthwise 1x1 convolution scales, shifts and rectifies each channel in one pass, on every backend; on wasm a
 * broadcast product alone takes four times as long.
 *
 * @param x [N, H, W, C]
 * @param residual added before the rectifier, of the shape of x
 */
export function batchNormInference(
  x: tf.Tensor4D,
  { scale, offset, mean, variance }: BatchNormVectors,
  { relu, ceiling }: Rectifier,
  residual?: tf.Tensor4D,
): tf.Tensor4D {
  const rectifier = ceiling === undefined ? 'relu' : 'relu6';
  return tf.tidy(() => {
    const factor = tf.mul<tf.Tensor1D>(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon)));
    const scaled = tf.fused.depthwiseConv2d({
      x,
      filter: tf.reshape<tf.Rank.R4>(factor, [1, 1, factor.size, 1]),
      strides: 1,
      pad: 'valid',
      bias: tf.sub<tf.Tensor1D>(offset, tf.mul(mean, factor)),
      activation: relu && residual === undefined ? rectifier : 'linear',
    });
    if (residual === undefined) return scaled;
    const sum = tf.add<tf.Tensor4D>(scaled, residual);
    if (!relu) return sum;
    return ceiling === undefined ? tf.relu(sum) : tf.relu6(sum);
  });
}
