import * as tf from '../tf.ts';
import type { ModelBuilder, Parameter } from './builder.ts';

/** A part of a model with one tensor in and one out, such as a residual block. */
export interface Stage {
  /** Such as `stage2/block1`. */
  readonly name: string;
  /** Its own, in the order of the model's. */
  readonly parameters: readonly Parameter[];
  apply(x: tf.Tensor, training: boolean): tf.Tensor;
}

/** One stage after the other. */
export function applyStages(stages: readonly Stage[], x: tf.Tensor, training: boolean): tf.Tensor {
  return stages.reduce((features, stage) => stage.apply(features, training), x);
}

/** One pass after the other where no backward pass comes: what lies between two of them is freed. `x` stays. */
export function runInTurn(passes: readonly ((x: tf.Tensor) => tf.Tensor)[], x: tf.Tensor): tf.Tensor {
  let features = x;
  for (const pass of passes) {
    const given = features;
    features = tf.tidy(() => pass(given));
    if (given !== x) given.dispose();
  }
  return features;
}

/** Stages as they are made. */
export interface StageList {
  readonly all: readonly Stage[];
  /** Adds a stage. Its parameters are those that the builder got since the stage before. */
  add<T extends tf.Tensor>(name: string, apply: (x: T, training: boolean) => tf.Tensor): void;
}

/** Starts the stages of a model; before its first layer is made. */
export function stageList(builder: ModelBuilder): StageList {
  const all: Stage[] = [];
  let taken = 0;
  return {
    all,
    add(name, apply) {
      const { parameters } = builder.collected;
      all.push({ name, parameters: parameters.slice(taken), apply: apply as Stage['apply'] });
      taken = parameters.length;
    },
  };
}
