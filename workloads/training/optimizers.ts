import type { Parameter } from '../models/builder.ts';
import * as tf from '../tf.ts';

/** Changes parameters by their gradients. */
export interface Optimizer {
  /**
   * One update.
   *
   * @param gradients in the order of the parameters, of their shapes; the caller disposes them
   */
  update(gradients: readonly tf.Tensor[], learningRate: number): void | Promise<void>;
  /** Frees what it keeps between updates. */
  dispose(): void;
}

export interface OptimizerSettings {
  /** Strength; applies to parameters that say `decays`. */
  readonly weightDecay: number;
}

/** A kind of optimizer and what it is used with unless told otherwise. */
export interface OptimizerKind {
  readonly summary: string;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Tensors kept for each parameter. */
  readonly slots: number;
  readonly rule: Rule;
}

/**
 * New value of one parameter. `slots` holds what the rule kept last time, zeros at first; the rule puts in what it
 * keeps next. Runs in a tidy.
 */
type Rule = (update: Update) => tf.Tensor;

interface Update {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly slots: tf.Tensor[];
  readonly learningRate: number;
  /** 0 where the parameter does not decay. */
  readonly weightDecay: number;
  /** Counted from 1. */
  readonly updateNumber: number;
}

export const momentumShare = 0.9;
/** Kingma and Ba 2014. */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** L2: the decay is part of the gradient. */
function decayed({ value, gradient, weightDecay }: Update): tf.Tensor {
  return weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(value, weightDecay));
}

const sgdRule: Rule = (update) => tf.sub(update.value, tf.mul(decayed(update), update.learningRate));

const momentumRule: Rule = (update) => {
  const { value, slots, learningRate } = update;
  const [velocity] = slots as [tf.Tensor];
  const next = tf.add(tf.mul(velocity, momentumShare), decayed(update));
  slots[0] = next;
  return tf.sub(value, tf.mul(next, learningRate));
};

/** Adam with decoupled decay (Loshchilov and Hutter 2017); the corrections of the two means are one number. */
const adamRule: Rule = ({ value, gradient, slots, learningRate, weightDecay, updateNumber }) => {
  const [mean, square] = slots as [tf.Tensor, tf.Tensor];
  const nextMean = tf.add(tf.mul(mean, adam.beta1), tf.mul(gradient, 1 - adam.beta1));
  // A product: wasm shares out a square among threads and waits for them, which takes longer than to do it.
  const nextSquare = tf.add(tf.mul(square, adam.beta2), tf.mul(tf.mul(gradient, gradient), 1 - adam.beta2));
  slots[0] = nextMean;
  slots[1] = nextSquare;
  const squareCorrection = Math.sqrt(1 - adam.beta2 ** updateNumber);
  const rate = (learningRate * squareCorrection) / (1 - adam.beta1 ** updateNumber);
  const change = tf.div(tf.mul(nextMean, rate), tf.add(tf.sqrt(nextSquare), adam.epsilon * squareCorrection));
  const kept = weightDecay === 0 ? value : tf.mul(value, 1 - learningRate * weightDecay);
  return tf.sub(kept, change);
};

/** Optimizers by name, with defaults for a ResNet and a batch of 32. */
export const optimizers = {
  momentum: {
    summary: 'SGD with momentum 0.9',
    learningRate: 0.05,
    weightDecay: 5e-4,
    slots: 1,
    rule: momentumRule,
  },
  adam: {
    summary: 'Adam, decay decoupled',
    learningRate: 0.002,
    weightDecay: 0.01,
    slots: 2,
    rule: adamRule,
  },
  sgd: { summary: 'SGD', learningRate: 0.1, weightDecay: 5e-4, slots: 0, rule: sgdRule },
} satisfies Record<string, OptimizerKind>;

export type OptimizerName = keyof typeof optimizers;

/** Starts an optimizer for `parameters`. */
export function createOptimizer(
  name: OptimizerName,
  parameters: readonly Parameter[],
  { weightDecay }: OptimizerSettings,
): Optimizer {
  const kind: OptimizerKind = optimizers[name];
  const kept = parameters.map(({ variable }) =>
    Array.from({ length: kind.slots }, () => keptVariable(tf.zerosLike(variable))),
  );
  let updateNumber = 0;
  return {
    update(gradients, learningRate) {
      updateNumber += 1;
      for (const [index, { variable, decays, frozen }] of parameters.entries()) {
        if (frozen === true) continue;
        const gradient = gradients[index] as tf.Tensor;
        const variables = kept[index] as tf.Variable[];
        tf.tidy(() => {
          const slots: tf.Tensor[] = [...variables];
          const decay = decays ? weightDecay : 0;
          const next = kind.rule({
            value: variable,
            gradient,
            slots,
            learningRate,
            weightDecay: decay,
            updateNumber,
          });
          for (const [slot, value] of slots.entries()) variables[slot]?.assign(value);
          // A new tensor and not a write into the old one: the wasm backend keeps packed weights by tensor.
          variable.assign(next);
        });
      }
    },
    dispose: () => tf.dispose(kept.flat()),
  };
}

function keptVariable(initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial, false);
  initial.dispose();
  return variable;
}
