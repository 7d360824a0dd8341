import * as tf from '../tf.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import type { Layer } from './layers.ts';

export interface MaxPoolSettings {
  /** Side of the square window. */
  readonly window: number;
  readonly stride: number;
}

/** The maximum of each window, with padding `same`. */
export function maxPool(
  builder: ModelBuilder,
  name: string,
  { height, width, channels }: FeatureShape,
  { window, stride }: MaxPoolSettings,
): Layer {
  const output = { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels };
  builder.countActivations(output);
  return {
    output,
    apply: (x) => builder.probe.layer(name, () => tf.maxPool(x, window, stride, 'same')),
  };
}
