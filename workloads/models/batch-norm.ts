import * as tf from '../tf.ts';

/** Added to a variance before its root is taken; that of the ResNet authors' code. */
export const batchNormEpsilon = 1e-5;

/** What follows the normalisation in the same pass: y = relu(normalised + residual), either part optional. */
export interface BatchNormAfter {
  readonly relu: boolean;
  readonly residual: tf.Tensor4D | null;
}

/** Mean and variance of a batch for each channel, [C] each; valid inside the call that hands them over. */
export type ReceiveStatistics = (mean: tf.Tensor1D, variance: tf.Tensor1D) => void;

/**
 * Normalises a batch by its own mean and variance, then scales, shifts, adds and rectifies, as one operation with one
 * gradient: it keeps two tensors of the size of x for the backward pass, where single operations would keep six.
 *
 * Each pass over x is a kernel that every backend has fast. A depthwise 1x1 convolution is one of them: it scales
 * and shifts each channel, and rectifies, in one pass; on wasm a broadcast product takes four times as long.
 *
 * @param x [N, H, W, C]
 * @param scale gamma, [C]
 * @param offset beta, [C]
 * @param receive gets the statistics of the batch, so that the layer can move its own
 * @returns [N, H, W, C]
 */
export function batchNormTraining(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  after: BatchNormAfter,
  receive: ReceiveStatistics,
): tf.Tensor4D {
  const operation = tf.customGrad((...parts) => {
    const [input, gamma, beta, ...rest] = parts as unknown as [
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      ...unknown[],
    ];
    const save = rest.pop() as tf.GradSaveFunc;
    const residual = rest.length > 0 ? (rest[0] as tf.Tensor4D) : null;
    const mean = channelMean(input);
    const variance = tf.relu(tf.sub(channelMean(tf.square(input)), tf.square(mean))) as tf.Tensor1D;
    const inverse = tf.rsqrt(tf.add(variance, batchNormEpsilon)) as tf.Tensor1D;
    receive(mean, variance);
    const factor = tf.mul(gamma, inverse) as tf.Tensor1D;
    const shift = tf.sub(beta, tf.mul(mean, factor)) as tf.Tensor1D;
    const value = scaleAndShift(input, factor, shift, { relu: after.relu, residual });
    save([input, value, mean, inverse, factor]);
    return { value, gradFunc: (dy, saved) => gradients(dy as tf.Tensor4D, saved, after) };
  });
  return (
    after.residual === null ? operation(x, scale, offset) : operation(x, scale, offset, after.residual)
  ) as tf.Tensor4D;
}

/**
 * The same with statistics that are given, such as the moving ones: what inference uses. Has no gradient.
 *
 * @param x [N, H, W, C]
 * @param scale gamma, [C]
 * @param offset beta, [C]
 * @param mean [C]
 * @param variance [C]
 */
export function batchNormInference(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  after: BatchNormAfter,
): tf.Tensor4D {
  return tf.tidy(() => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, batchNormEpsilon))) as tf.Tensor1D;
    const shift = tf.sub(offset, tf.mul(mean, factor)) as tf.Tensor1D;
    return scaleAndShift(x, factor, shift, after);
  });
}

/**
 * With n values a channel, xh = (x - mean) * inverse and g = dy where y > 0:
 * d beta = sum(g), d gamma = sum(g * xh), dx = factor * (g - d beta / n - xh * d gamma / n) (Ioffe and Szegedy 2015,
 * section 3), with dx written as a * g + b * x + c so that it takes three passes.
 */
function gradients(dy: tf.Tensor4D, saved: tf.Tensor[], after: BatchNormAfter): tf.Tensor[] {
  // The engine does not tidy the gradient of a customGrad.
  return tf.tidy(() => {
    const [x, y, mean, inverse, factor] = saved as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    const count = x.size / mean.size;
    const g = after.relu ? (tf.mul(dy, tf.step(y)) as tf.Tensor4D) : dy;
    const meanG = channelMean(g);
    const meanGx = channelMean(tf.mul(g, x) as tf.Tensor4D);
    // mean(g * xh), from which d gamma follows without another pass.
    const meanGxh = tf.mul(inverse, tf.sub(meanGx, tf.mul(mean, meanG))) as tf.Tensor1D;
    const b = tf.neg(tf.mul(tf.mul(factor, inverse), meanGxh)) as tf.Tensor1D;
    const c = tf.neg(tf.add(tf.mul(factor, meanG), tf.mul(b, mean))) as tf.Tensor1D;
    const dx = tf.add(scaleChannels(g, factor), scaleAndShift(x, b, c, { relu: false, residual: null }));
    const dGamma = tf.mul(meanGxh, count);
    const dBeta = tf.mul(meanG, count);
    return after.residual === null ? [dx, dGamma, dBeta] : [dx, dGamma, dBeta, g];
  });
}

function channelMean(x: tf.Tensor4D): tf.Tensor1D {
  return tf.mean<tf.Tensor1D>(x, [0, 1, 2]);
}

function scaleChannels(x: tf.Tensor4D, factor: tf.Tensor1D): tf.Tensor4D {
  return tf.depthwiseConv2d(x, asFilter(factor), 1, 'valid');
}

function scaleAndShift(
  x: tf.Tensor4D,
  factor: tf.Tensor1D,
  shift: tf.Tensor1D,
  { relu, residual }: BatchNormAfter,
): tf.Tensor4D {
  const scaled = tf.fused.depthwiseConv2d({
    x,
    filter: asFilter(factor),
    strides: 1,
    pad: 'valid',
    bias: shift,
    activation: relu && residual === null ? 'relu' : 'linear',
  });
  if (residual === null) return scaled;
  const sum = tf.add(scaled, residual) as tf.Tensor4D;
  return relu ? tf.relu(sum) : sum;
}

function asFilter(values: tf.Tensor1D): tf.Tensor4D {
  return tf.reshape(values, [1, 1, values.size, 1]) as tf.Tensor4D;
}
