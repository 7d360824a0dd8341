import { batchNormRelu } from '../backends/fused-batch-norm.ts';
import * as tf from '../tf.ts';
import { type BatchNormVectors, batchNormEpsilon, batchNormInference, type Rectifier } from './batch-norm.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import { convolutionMultiplyAdds, denseMultiplyAdds } from './flops.ts';

/** Share of its old value that a moving statistic keeps at each step: short runs need statistics that follow. */
const movingShare = 0.9;

/** A part of a model with features in and out, both [N, H, W, C]. */
export interface Layer {
  readonly output: FeatureShape;
  apply(x: tf.Tensor4D, training: boolean): tf.Tensor4D;
}

/** A convolution without bias. */
export interface Convolution extends Layer {
  /** [kernel, kernel, channels in, channels out] */
  readonly weights: tf.Variable<tf.Rank.R4>;
}

/** A normalisation may add another tensor of the same shape before it rectifies. */
export interface NormLayer {
  readonly output: FeatureShape;
  /** As they are now: training changes them. */
  readonly vectors: BatchNormVectors;
  apply(x: tf.Tensor4D, training: boolean, residual?: tf.Tensor4D): tf.Tensor4D;
}

export interface ConvolutionSettings {
  readonly filters: number;
  /** Side of the square filter. */
  readonly kernel: number;
  readonly stride: number;
  /** Whether a bias is added; left out where a normalisation follows, which would take it away. */
  readonly bias?: boolean;
  /** What initial weights are multiplied by; 1 where left out. */
  readonly gain?: number;
}

/** A convolution with padding `same`. */
export function conv2d(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  { filters, kernel, stride, bias = false, gain = 1 }: ConvolutionSettings,
): Convolution {
  const taps = kernel * kernel;
  const inner = builder.within(name);
  const fan = { in: taps * input.channels, out: taps * filters };
  const weights = inner.weights<tf.Rank.R4>('weights', [kernel, kernel, input.channels, filters], fan, gain);
  const added = bias ? inner.vector('bias', filters, 0) : null;
  const output = {
    height: Math.ceil(input.height / stride),
    width: Math.ceil(input.width / stride),
    channels: filters,
  };
  builder.countActivations(output);
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
    weights,
    apply: (x) =>
      builder.probe.layer(name, () => {
        const y = tf.conv2d(x, weights, stride, 'same');
        return added === null ? y : tf.add<tf.Tensor4D>(y, added);
      }),
  };
}

/** A depthwise convolution, one filter a channel, with padding `same` and without bias. */
export function depthwiseConv2d(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  { kernel, stride }: Pick<ConvolutionSettings, 'kernel' | 'stride'>,
): Layer {
  const { channels } = input;
  const taps = kernel * kernel;
  const weights = builder
    .within(name)
    .weights<tf.Rank.R4>('weights', [kernel, kernel, channels, 1], { in: taps, out: taps });
  const output = {
    height: Math.ceil(input.height / stride),
    width: Math.ceil(input.width / stride),
    channels,
  };
  builder.countActivations(output);
  builder.countMultiplyAdds(
    convolutionMultiplyAdds({
      outputHeight: output.height,
      outputWidth: output.width,
      kernelHeight: kernel,
      kernelWidth: kernel,
      inputChannels: 1,
      outputChannels: channels,
    }),
  );
  return {
    output,
    apply: (x) => builder.probe.layer(name, () => tf.depthwiseConv2d(x, weights, stride, 'same')),
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
  rectifier: Rectifier,
): NormLayer {
  const inner = builder.within(name);
  const scale = inner.vector('scale', input.channels, 1);
  const offset = inner.vector('offset', input.channels, 0);
  const mean = builder.statistic(input.channels, 0);
  const variance = builder.statistic(input.channels, 1);
  builder.countActivations(input);
  return {
    output: input,
    vectors: { scale, offset, mean, variance },
    apply: (x, training, residual) =>
      builder.probe.layer(name, () => {
        if (!training) return batchNormInference(x, { scale, offset, mean, variance }, rectifier, residual);
        const batch = batchNormRelu(x, scale, offset, { epsilon: batchNormEpsilon, ...rectifier }, residual);
        move(mean, batch.mean);
        move(variance, batch.variance);
        return batch.y;
      }),
  };
}

/** `moving` keeps most of its value and takes the rest from `current`; both [C]. */
function move(moving: tf.Variable, current: tf.Tensor1D): void {
  moving.assign(tf.add(tf.mul(moving, movingShare), tf.mul(current, 1 - movingShare)));
}

/**
 * Means over rows and columns: [N, H, W, C] to [N, C]. Its gradient spreads each mean evenly, which is one product; the
 * general gradient of an average pool takes 4 ms for what this does in 0.1 (wasm, 32x8x8x64).
 */
export function globalAveragePool(
  builder: ModelBuilder,
  name: string,
  { height, width, channels }: FeatureShape,
): (x: tf.Tensor4D) => tf.Tensor2D {
  const pool = tf.customGrad((...parts) => {
    const [x] = parts as [tf.Tensor4D];
    const samples = x.shape[0];
    const spread: [number, number, number, number] = [samples, height, width, channels];
    return {
      value: tf.reshape<tf.Rank.R2>(tf.avgPool(x, [height, width], 1, 'valid'), [samples, channels]),
      // The engine does not tidy the gradient of a customGrad.
      gradFunc: (dy: tf.Tensor2D) =>
        tf.tidy(() => {
          const means = tf.reshape(dy, [samples, 1, 1, channels]);
          return tf.mul(means, tf.fill(spread, 1 / (height * width)));
        }),
    };
  });
  return (x) => builder.probe.layer(name, () => pool(x));
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
  return (x) => builder.probe.layer(name, () => tf.add<tf.Tensor2D>(tf.matMul(x, weights), bias));
}
