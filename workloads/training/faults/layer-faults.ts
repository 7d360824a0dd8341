import * as tf from '../../tf.ts';
import type { LayerHook } from '../layer-hook.ts';
import type { FaultyModel, LayerFault } from './fault.ts';

/** `nan` lets so many steps go well. */
const firstBadStep = 10;
/** Of what arrives at a layer, `vanishing-gradients` and `exploding-gradients` hand on so much. */
const smallGain = 0.01;
const largeGain = 30;
/** Share of the numbers that the mask of `folded-op` keeps. */
const keptShare = 0.8;

/** Infinity, as a division by a zero that nobody thought of. */
export const notFinite: LayerFault = (model) =>
  hookMiddle(model, (output) => (model.step < firstBadStep ? output : tf.div(output, 0)));

/** As where all units have died: nothing of the input goes on. */
export const zeros: LayerFault = (model) => (path, output) =>
  output instanceof tf.Tensor && path === model.layers[0] ? tf.mul(output, 0) : output;

export const vanishing: LayerFault = (model) => hookWeighted(model, withGain(smallGain));
export const exploding: LayerFault = (model) => hookWeighted(model, withGain(largeGain));

/** Drops out what the layer in the middle gives, always the same. */
export const foldedDropout: LayerFault = (model) => {
  let mask: tf.Tensor | null = null;
  return hookMiddle(model, (output) =>
    model.layer('dropout', () => {
      mask ??= model.layer('mask', () => {
        const [, ...shape] = output.shape;
        const random = tf.add(tf.randomUniform(shape, 0, 1, 'float32', 1), keptShare);
        return model.keep(tf.div(tf.floor(random), keptShare));
      });
      return tf.mul(output, mask);
    }),
  );
};

/** A layer whose gradient function has the wrong scale: what it gives is right, and what it hands back is not. */
function withGain(gain: number): (output: tf.Tensor) => tf.Tensor {
  return tf.customGrad((...parts) => ({
    value: tf.clone(parts[0] as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.mul(dy, gain),
  }));
}

/** Changes what the layer in the middle gives. */
function hookMiddle(model: FaultyModel, change: (output: tf.Tensor) => tf.Tensor): LayerHook {
  return (path, output) =>
    output instanceof tf.Tensor && path === middleOf(model.layers) ? change(output) : output;
}

/** Changes what each layer with weights gives, but for the last. */
function hookWeighted({ layers }: FaultyModel, change: (output: tf.Tensor) => tf.Tensor): LayerHook {
  return (path, output) => {
    const at = layers.indexOf(path);
    const isHooked = output instanceof tf.Tensor && at >= 0 && at < layers.length - 1;
    return isHooked ? change(output) : output;
  };
}

/** The layer in the middle. */
export function middleOf(layers: readonly string[]): string | undefined {
  return layers[Math.floor(layers.length / 2)];
}
