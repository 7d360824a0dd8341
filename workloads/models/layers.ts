import * as tf from '../tf.ts';
import { batchNormInference, batchNormTraining } from './batch-norm.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import { convolutionMultiplyAdds, denseMultiplyAdds } from './flops.ts';

/** Share of its old value that a moving statistic keeps at each step: short runs need statistics that follow. */
const movingShare = 0.9;

/** A part of a model with features in and out, both [N, H, W, C]. */
export interface Layer {
  readonly output: FeatureShape;
  apply(x: tf.Tensor4D, training: boolean): tf.Tensor4D;
}

/** A normalisation may add another tensor of the same shape before it rectifies. */
export interface NormLayer {
  readonly output: FeatureShape;
  apply(x: tf.Tensor4D, training: boolean, residual?: tf.Tensor4D): tf.Tensor4D;
}

export interface ConvolutionSettings {
  readonly filters: number;
  /** Side of the square filter. */
  readonly kernel: number;
  readonly stride: number;
}

/** A convolution with padding `same` and without bias: a normalisation follows, which would take it away. */
export function conv2d(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  { filters, kernel, stride }: ConvolutionSettings,
): Layer {
  const taps = kernel * kernel;
  const weights = builder
    .within(name)
    .weights<tf.Rank.R4>('weights', [kernel, kernel, input.channels, filters], {
      in: taps * input.channels,
      out: taps * filters,
    });
  const output = {
    height: Math.ceil(input.height / stride),
    width: Math.ceil(input.width / stride),
    channels: filters,
  };
  builder.countMultiplyAdds(
    convolutionMultiplyAdds({
      outputHeight: output.height,
      outputWidth: output.width,
      kernelHeight: kernel,
      kernelWidth: kernel,
      inputChannels: input.channels,
      outputChannels: filters,
    }),
  );
  return {
    output,
    apply: (x) => builder.probe.layer(name, () => tf.conv2d(x, weights as tf.Tensor4D, stride, 'same')),
  };
}

/**
 * Batch normalisation with or without a rectifier. Training uses the statistics of the batch and moves its own
 * towards them; inference uses the moving ones.
 */
export function batchNorm(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  { relu }: { readonly relu: boolean },
): NormLayer {
  const inner = builder.within(name);
  const scale = inner.vector('scale', input.channels, 1);
  const offset = inner.vector('offset', input.channels, 0);
  const movingMean = builder.statistic(input.channels, 0);
  const movingVariance = builder.statistic(input.channels, 1);
  const follow = (mean: tf.Tensor1D, variance: tf.Tensor1D) => {
    move(movingMean, mean);
    move(movingVariance, variance);
  };
  return {
    output: input,
    apply: (x, training, residual) =>
      builder.probe.layer(name, () => {
        const after = { relu, residual: residual ?? null };
        return training
          ? batchNormTraining(x, scale as tf.Tensor1D, offset as tf.Tensor1D, after, follow)
          : batchNormInference(
              x,
              scale as tf.Tensor1D,
              offset as tf.Tensor1D,
              movingMean as tf.Tensor1D,
              movingVariance as tf.Tensor1D,
              after,
            );
      }),
  };
}

/** `moving` keeps most of its value and takes the rest from `current`; both [C]. */
function move(moving: tf.Variable, current: tf.Tensor1D): void {
  moving.assign(tf.add(tf.mul(moving, movingShare), tf.mul(current, 1 - movingShare)));
}

/** Means over rows and columns: [N, H, W, C] to [N, C]. */
export function globalAveragePool(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
): (x: tf.Tensor4D) => tf.Tensor2D {
  return (x) =>
    builder.probe.layer(name, () => {
      const pooled = tf.avgPool(x, [input.height, input.width], 1, 'valid');
      return tf.reshape(pooled, [-1, input.channels]) as tf.Tensor2D;
    });
}

/** A dense layer with bias: [N, inputs] to [N, outputs]. */
export function dense(
  builder: ModelBuilder,
  name: string,
  inputs: number,
  outputs: number,
): (x: tf.Tensor2D) => tf.Tensor2D {
  const inner = builder.within(name);
  const weights = inner.weights<tf.Rank.R2>('weights', [inputs, outputs], { in: inputs, out: outputs });
  const bias = inner.vector('bias', outputs, 0);
  builder.countMultiplyAdds(denseMultiplyAdds(inputs, outputs));
  return (x) =>
    builder.probe.layer(name, () => tf.add(tf.matMul(x, weights as tf.Tensor2D), bias) as tf.Tensor2D);
}
