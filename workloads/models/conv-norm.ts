import type * as tf from '../tf.ts';
import type { BatchNormVectors } from './batch-norm.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import { batchNorm, type ConvolutionSettings, conv2d } from './layers.ts';

/** A convolution and its normalisation, with or without a rectifier: what inference can fold into one kernel. */
export interface ConvNorm {
  /** Of the convolution within its block, such as `conv1`. */
  readonly name: string;
  readonly output: FeatureShape;
  readonly stride: number;
  readonly relu: boolean;
  /** [kernel, kernel, channels in, channels out] */
  readonly weights: tf.Variable<tf.Rank.R4>;
  readonly vectors: BatchNormVectors;
  /** @param residual added before the rectifier, of the shape of the output */
  apply(x: tf.Tensor4D, training: boolean, residual?: tf.Tensor4D): tf.Tensor4D;
}

export interface ConvNormSettings extends ConvolutionSettings {
  /** Name of the convolution. */
  readonly name: string;
  /** Name of the normalisation. */
  readonly norm: string;
  readonly relu: boolean;
}

/** relu(norm(conv(x)) + residual), the rectifier as `relu` says. */
export function convNorm(builder: ModelBuilder, input: FeatureShape, settings: ConvNormSettings): ConvNorm {
  const { name, relu, stride } = settings;
  const conv = conv2d(builder, name, input, settings);
  const norm = batchNorm(builder, settings.norm, conv.output, { relu });
  return {
    name,
    output: norm.output,
    stride,
    relu,
    weights: conv.weights,
    vectors: norm.vectors,
    apply: (x, training, residual) => norm.apply(conv.apply(x, training), training, residual),
  };
}
