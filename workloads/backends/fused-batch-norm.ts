import * as tf from '../tf.ts';
import {
  type BatchNormTrainAttrs,
  type BatchNormTrainGradAttrs,
  batchMoments,
  batchNormTrain,
  batchNormTrainGrad,
  channelsDivisor,
} from './batch-norm-kernels.ts';
import { viewOf } from './host-values.ts';

export interface BatchNormOutput<T extends tf.Tensor> {
  readonly y: T;
  /** Of the batch, one for each channel, for the running statistics. No gradient flows through it. */
  readonly mean: tf.Tensor1D;
  /** As the mean; over all elements of the channel, not corrected for the sample. */
  readonly variance: tf.Tensor1D;
}

/** Puts the means over several replicas, of equal batches each, in the place of the values of one. */
export type MomentsReducer = (values: Float32Array) => void;

let reducer: MomentsReducer | null = null;

/**
 * Normalisations of a forward and backward pass in `body` take their moments over the batches of all replicas, in the order of
 * the pass. Only where tensors can be read at once.
 */
export function withReducedMoments<T>(reduce: MomentsReducer, body: () => T): T {
  reducer = reduce;
  try {
    return body();
  } finally {
    reducer = null;
  }
}

/**
 * Batch normalisation in training, over the last axis, with what follows it in a residual network, as one operation
 * with a gradient: `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`, plus the residual, then ReLU or ReLU6. On
 * the wasm backend that takes few passes over memory; elsewhere it is made of TensorFlow.js' operations.
 *
 * @param x float32, its last axis the channels
 * @param gamma scale, `[channels]`
 * @param beta shift, `[channels]`
 * @param attrs what is added to the variance, whether ReLU comes last and where it ends
 * @param residual added before ReLU, in the shape of x
 */
export function batchNormRelu<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  attrs: BatchNormTrainAttrs,
  residual?: T,
): BatchNormOutput<T> {
  const isFused =
    tf.getKernel(batchNormTrain, tf.getBackend()) !== undefined && gamma.size % channelsDivisor === 0;
  const alone = isFused ? fused : composed;
  const { moments, forward, backward } = reducer === null ? alone : reduced(alone, reducer);
  const [mean, variance] = moments(x);
  const normalize = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const [input, scale, shift, added] = args.slice(0, -1) as [T, tf.Tensor1D, tf.Tensor1D, T?];
    const y = forward(input, scale, shift, mean, variance, added, attrs);
    save([input, y, scale, mean, variance]);
    // The engine disposes of what a gradient function leaves only at the end of the step, so it is tidied here.
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      tf.tidy(() => {
        const gradients = backward(dy, saved as Saved, { ...attrs, residual: added !== undefined });
        return added === undefined
          ? gradients.slice(0, 3)
          : [...gradients.slice(0, 3), gradients[3] ?? dy.clone()];
      });
    return { value: y, gradFunc };
  });
  const inputs = residual === undefined ? [x, gamma, beta] : [x, gamma, beta, residual];
  return { y: normalize(...inputs) as T, mean, variance };
}

type Saved = [x: tf.Tensor, y: tf.Tensor, gamma: tf.Tensor1D, mean: tf.Tensor1D, variance: tf.Tensor1D];

interface Implementation {
  moments(x: tf.Tensor): [mean: tf.Tensor1D, variance: tf.Tensor1D];
  forward(
    x: tf.Tensor,
    gamma: tf.Tensor1D,
    beta: tf.Tensor1D,
    mean: tf.Tensor1D,
    variance: tf.Tensor1D,
    residual: tf.Tensor | undefined,
    attrs: BatchNormTrainAttrs,
  ): tf.Tensor;
  /** Gradients for x, gamma, beta and, where it is not dy itself, the residual. */
  backward(dy: tf.Tensor, saved: Saved, attrs: BatchNormTrainGradAttrs): tf.Tensor[];
}

const fused: Implementation = {
  moments: (x) => runKernel(batchMoments, { x }, {}) as [tf.Tensor1D, tf.Tensor1D],
  forward: (x, gamma, beta, mean, variance, residual, attrs) => {
    const inputs = { x, gamma, beta, mean, variance, ...(residual === undefined ? {} : { residual }) };
    return runKernel(batchNormTrain, inputs, { ...attrs }) as tf.Tensor;
  },
  backward: (dy, [x, y, gamma, mean, variance], attrs) =>
    runKernel(batchNormTrainGrad, { dy, x, y, gamma, mean, variance }, { ...attrs }) as tf.Tensor[],
};

/**
 * An implementation over the batches of all replicas (Zhang et al. 2018, section 3.3). Sums of the backward pass are means over the
 * replicas, as parameters' gradients become when they are averaged.
 */
function reduced({ moments, forward, backward }: Implementation, reduce: MomentsReducer): Implementation {
  const meanOf = (vectors: readonly tf.Tensor[]): tf.Tensor1D[] => {
    const length = vectors[0]?.size ?? 0;
    const values = new Float32Array(length * vectors.length);
    for (const [index, vector] of vectors.entries()) values.set(viewOf(vector), index * length);
    reduce(values);
    return vectors.map((_, index) => tf.tensor1d(values.slice(index * length, (index + 1) * length)));
  };
  return {
    moments: (x) =>
      tf.tidy(() => {
        const [ownMean, ownVariance] = moments(x);
        const [mean] = meanOf([ownMean]) as [tf.Tensor1D];
        // The parallel formula (Chan et al. 1979): differences of means, so that a large mean costs the variance no digits.
        const around = tf.add(ownVariance, tf.square(tf.sub(ownMean, mean)));
        const [variance] = meanOf([around]) as [tf.Tensor1D];
        return [mean, variance];
      }),
    forward,
    backward: (dy, saved, attrs) => {
      const [x, , gamma, mean, variance] = saved;
      const [ownDx, ownDGamma, ownDBeta, ...others] = backward(dy, saved, attrs) as BackwardOutput;
      const [dGamma, dBeta] = meanOf([ownDGamma, ownDBeta]) as [tf.Tensor1D, tf.Tensor1D];
      // dx is the gradient less its mean and its share along x; of these the replica has taken its own away.
      const share = tf.div(tf.mul(gamma, tf.rsqrt(tf.add(variance, attrs.epsilon))), x.size / gamma.size);
      const scale = tf.mul<tf.Tensor1D>(share, tf.sub(ownDGamma, dGamma));
      const shift = tf.mul<tf.Tensor1D>(share, tf.sub(ownDBeta, dBeta));
      const dx = forward(x, scale, shift, mean, variance, ownDx, { epsilon: attrs.epsilon, relu: false });
      return [dx, dGamma, dBeta, ...others];
    },
  };
}

type BackwardOutput = [dx: tf.Tensor, dGamma: tf.Tensor1D, dBeta: tf.Tensor1D, ...tf.Tensor[]];

function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attrs: tf.NamedAttrMap,
): tf.Tensor | tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attrs);
}

const composed: Implementation = {
  moments: (x) =>
    tf.tidy(() => {
      const { mean, variance } = tf.moments(x, leadingAxes(x));
      return [mean as tf.Tensor1D, variance as tf.Tensor1D];
    }),
  forward: (x, gamma, beta, mean, variance, residual, { epsilon, relu, ceiling }) => {
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    const shifted = tf.add(tf.mul(normal, gamma), beta);
    const summed = residual === undefined ? shifted : tf.add(shifted, residual);
    if (!relu) return summed;
    return ceiling === undefined ? tf.relu(summed) : tf.relu6(summed);
  },
  backward: (dy, [x, y, gamma, mean, variance], { epsilon, relu, ceiling }) => {
    const g = relu ? tf.mul(dy, reluSlope(y, ceiling)) : dy;
    const axes = leadingAxes(x);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normal = tf.mul(tf.sub(x, mean), inverse);
    const dBeta = tf.sum(g, axes);
    const dGamma = tf.sum(tf.mul(g, normal), axes);
    const count = x.size / gamma.size;
    const centred = tf.sub(g, tf.div(tf.add(dBeta, tf.mul(normal, dGamma)), count));
    return [tf.mul(tf.mul(gamma, inverse), centred), dGamma, dBeta, g];
  },
};

/** 1 where a change before ReLU shows after it, from its output. */
function reluSlope(y: tf.Tensor, ceiling: number | undefined): tf.Tensor {
  const above = tf.step(y);
  return ceiling === undefined ? above : tf.mul(above, tf.step(tf.sub(ceiling, y)));
}

function leadingAxes(x: tf.Tensor): number[] {
  return x.shape.slice(0, -1).map((_, axis) => axis);
}
