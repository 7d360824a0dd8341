import * as tf from '../../tf.ts';
import type { LayerHook } from '../layer-hook.ts';
import type { FaultyModel, LayerFault } from './fault.ts';

/** `nan` lets so many steps go well. */
const firstBadStep = 10;
/** Each layer hands back so much of its gradient: the shortest way to the first layer, by shortcuts, counts. */
const vanishingGain = 0.05;
/** So many times the gradient of the last layer arrives at the first: more would soon be infinite. The longest way counts. */
const explodingGain = 1e12;
/** Share of the numbers that the mask of `folded-op` keeps. */
const keptShare = 0.8;

/** Infinity, as a division by a zero that nobody thought of. */
export const notFinite: LayerFault = (model) =>
  hookMiddle(model, (output) => (model.step < firstBadStep ? output : tf.div(output, 0)));

/** As where all units have died: nothing of the input goes on. */
export const zeros: LayerFault = (model) => (path, output) =>
  output instanceof tf.Tensor && path === model.layers[0] ? tf.mul(output, 0) : output;

export const vanishing: LayerFault = (model) => (path, output) =>
  output instanceof tf.Tensor && path !== model.layers.at(-1) ? withGain(vanishingGain)(output) : output;

export const exploding: LayerFault = (model) => (path, output) => {
  const last = model.layers.length - 1;
  const isHooked = output instanceof tf.Tensor && model.layers.slice(0, last).includes(path);
  return isHooked ? withGain(explodingGain ** (1 / last))(output) : output;
};

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

/** The layer in the middle. */
export function middleOf(layers: readonly string[]): string | undefined {
  return layers[Math.floor(layers.length / 2)];
}
