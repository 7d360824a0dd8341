/**
 * Names of kernels of our own for training a batch normalisation; TensorFlow.js has none of the kind. A backend that
 * registers them takes part; `fused-batch-norm.ts` composes them elsewhere.
 */

/** `{ x } -> [mean, variance]`, over all axes but the last. */
export const batchMoments = 'BatchMoments';

/** `{ x, gamma, beta, mean, variance, residual? } -> y`. */
export const batchNormTrain = 'BatchNormTrain';

/** `{ dy, x, y, gamma, mean, variance } -> [dx, dGamma, dBeta, dResidual?]`; the last with relu and residual only. */
export const batchNormTrainGrad = 'BatchNormTrainGrad';

/** The SIMD kernels know this one. */
export type ReluCeiling = 6;

export interface BatchNormTrainAttrs {
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether what is below zero becomes zero, after the residual is added. */
  readonly relu: boolean;
  /** With relu: what is above becomes this, as in ReLU6 (Krizhevsky 2010). */
  readonly ceiling?: ReluCeiling;
}

export interface BatchNormTrainGradAttrs extends BatchNormTrainAttrs {
  /** Whether a residual was added. */
  readonly residual: boolean;
}

/** The SIMD kernels take channels four at a time and have no code for a rest. */
export const channelsDivisor = 4;
