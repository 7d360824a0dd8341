import type { TrainingProbe } from '../../src/model/training.ts';
import { createRandom } from '../data/random.ts';
import * as tf from '../tf.ts';
import { type Fan, type InitializerName, initializers } from './initializers.ts';

/** A tensor that training changes. */
export interface Parameter {
  /** Path of its layer and its role, such as `stage1/block1/conv1/weights`. */
  readonly name: string;
  readonly variable: tf.Variable;
  /** Whether weight decay applies: to weights, not to biases nor to the scale and offset of a normalisation. */
  readonly decays: boolean;
  /** Whether it stays as it is, whatever its gradient. */
  readonly frozen?: boolean;
}

/** A vector of a normalisation that follows the batches, such as a moving mean. */
export interface MovingStatistic {
  /** Path of its layer, such as `stage1/block1/norm1`. */
  readonly layer: string;
  readonly variable: tf.Variable<tf.Rank.R1>;
  /** What all of its numbers began at. */
  readonly start: number;
  /** Share of its old value that it keeps at each step, 0..1. */
  readonly share: number;
}

/** Height, width and channels of a sample between two layers. */
export interface FeatureShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface BuilderSettings {
  readonly probe: TrainingProbe;
  readonly initializer: InitializerName;
  readonly seed: number;
  /** Share of its old value that a moving statistic keeps at each step, 0..1. */
  readonly movingShare?: number;
}

/** Short runs need statistics that follow. */
const defaultMovingShare = 0.9;

/** What the layers of one model have added so far. */
interface Collected {
  readonly parameters: Parameter[];
  readonly statistics: MovingStatistic[];
  multiplyAdds: number;
  activationBytes: number;
}

/** Collects the variables and the arithmetic of a model while its layers are made. */
export class ModelBuilder {
  readonly probe: TrainingProbe;
  readonly #settings: BuilderSettings;
  readonly #path: string;
  readonly #collected: Collected;

  private constructor(settings: BuilderSettings, path: string, collected: Collected) {
    this.probe = settings.probe;
    this.#settings = settings;
    this.#path = path;
    this.#collected = collected;
  }

  static start(settings: BuilderSettings): ModelBuilder {
    return new ModelBuilder(settings, '', {
      parameters: [],
      statistics: [],
      multiplyAdds: 0,
      activationBytes: 0,
    });
  }

  /** A builder for the parts of `name`; everything that it adds belongs to the same model. */
  within(name: string): ModelBuilder {
    return new ModelBuilder(this.#settings, `${this.#path}${name}/`, this.#collected);
  }

  /** Adds weights, filled by the chosen initialiser from a stream that their name picks, times `gain`. */
  weights<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], fan: Fan, gain = 1): tf.Variable<R> {
    const values = new Float32Array(tf.util.sizeFromShape(shape));
    const random = createRandom(this.#settings.seed, `weights ${this.#path}${name}`);
    initializers[this.#settings.initializer](values, fan, random);
    if (gain !== 1)
      for (let index = 0; index < values.length; index++) values[index] = (values[index] as number) * gain;
    return this.#add<R>(name, tf.tensor<R>(values, shape), true);
  }

  /** Adds a vector that starts at `value` everywhere and does not decay. */
  vector(name: string, length: number, value: number): tf.Variable<tf.Rank.R1> {
    return this.#add<tf.Rank.R1>(name, tf.fill<tf.Rank.R1>([length], value), false);
  }

  /** Adds a vector that training does not touch by gradients, such as a moving mean. */
  statistic(length: number, value: number): tf.Variable<tf.Rank.R1> {
    const variable = ownedVariable<tf.Rank.R1>(tf.fill<tf.Rank.R1>([length], value), false);
    const layer = this.#path.replace(/\/$/, '');
    this.#collected.statistics.push({ layer, variable, start: value, share: this.movingShare });
    return variable;
  }

  /** Of the moving statistics, as `MovingStatistic.share`. */
  get movingShare(): number {
    return this.#settings.movingShare ?? defaultMovingShare;
  }

  /** Counts the arithmetic of a layer for one sample. */
  countMultiplyAdds(count: number): void {
    this.#collected.multiplyAdds += count;
  }

  /** Counts a layer's output for one sample, float32, which the backward pass needs again. */
  countActivations({ height, width, channels }: FeatureShape): void {
    this.#collected.activationBytes += height * width * channels * Float32Array.BYTES_PER_ELEMENT;
  }

  get collected(): Readonly<Collected> {
    return this.#collected;
  }

  #add<R extends tf.Rank>(name: string, initial: tf.Tensor<R>, decays: boolean): tf.Variable<R> {
    const variable = ownedVariable<R>(initial, true);
    this.#collected.parameters.push({ name: `${this.#path}${name}`, variable, decays });
    return variable;
  }
}

/** A variable that takes over its initial value. TensorFlow.js names it: the names of two models may not meet. */
function ownedVariable<R extends tf.Rank>(initial: tf.Tensor<R>, trainable: boolean): tf.Variable<R> {
  const variable = tf.variable<R>(initial, trainable);
  initial.dispose();
  return variable;
}
