import type { TrainingProbe } from '../../src/model/training.ts';
import type * as tf from '../tf.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import { type ConvNorm, convNorm } from './conv-norm.ts';
import { dense, globalAveragePool, type Layer } from './layers.ts';
import { finishModel, type Model, type ModelShape } from './model.ts';
import { stageList } from './stages.ts';

/** The first kind of residual block (He et al. 2015): relu(main(x) + shortcut(x)); the last of `main` adds and rectifies. */
export interface ResidualBlock {
  /** Such as `stage1/block1`. */
  readonly name: string;
  readonly main: readonly ConvNorm[];
  /** A projection, or null where the input itself is added. */
  readonly shortcut: ConvNorm | null;
  readonly output: FeatureShape;
}

/** A residual network whose parts can be run in other ways than its `forward` does, such as folded for inference. */
export interface ResidualNetwork extends Model {
  readonly probe: TrainingProbe;
  readonly stem: ConvNorm;
  /** After the stem; null where there is none. */
  readonly stemPool: Layer | null;
  readonly blocks: readonly ResidualBlock[];
  /** From the last features to logits. */
  head(x: tf.Tensor4D): tf.Tensor2D;
}

/** Runs a convolution with its normalisation; `residual` is added before the rectifier. */
export type RunConvNorm = (unit: ConvNorm, x: tf.Tensor4D, residual?: tf.Tensor4D) => tf.Tensor4D;

/** Runs a block, each convolution the way that `run` says. */
export function applyBlock(
  probe: TrainingProbe,
  { name, main, shortcut }: ResidualBlock,
  x: tf.Tensor4D,
  run: RunConvNorm,
): tf.Tensor4D {
  return probe.layer(name, () => {
    const aside = shortcut === null ? x : run(shortcut, x);
    const last = main.length - 1;
    return main.reduce((features, unit, at) => run(unit, features, at === last ? aside : undefined), x);
  });
}

export interface BlockSettings {
  /** Name of the block. */
  readonly name: string;
  /** Convolutions of `main`, in order; the one with the stride is the block's. */
  readonly convolutions: readonly {
    readonly filters: number;
    readonly kernel: number;
    readonly stride: number;
  }[];
}

/** Makes a block. Where the shape changes, the shortcut is a 1x1 convolution with normalisation (option B of the paper). */
function residualBlock(
  builder: ModelBuilder,
  input: FeatureShape,
  { name, convolutions }: BlockSettings,
): ResidualBlock {
  const inner = builder.within(name);
  let features = input;
  const main = convolutions.map((settings, at) => {
    const names = { name: `conv${at + 1}`, norm: `norm${at + 1}` };
    const unit = convNorm(inner, features, { ...settings, ...names, relu: true });
    features = unit.output;
    return unit;
  });
  const stride = convolutions.reduce((product, convolution) => product * convolution.stride, 1);
  const projects = stride !== 1 || input.channels !== features.channels;
  const projection = { name: 'shortcut', norm: 'shortcut-norm', kernel: 1, stride, relu: false };
  const shortcut = projects ? convNorm(inner, input, { ...projection, filters: features.channels }) : null;
  // The backward pass keeps two tensors more of this size: the gradient that passes by, and its sum with the other.
  builder.countActivations(features);
  return { name, main, shortcut, output: features };
}

export interface ResidualPlan {
  /** Such as `resnet50`. */
  readonly name: string;
  readonly stem: { readonly filters: number; readonly kernel: number; readonly stride: number };
  /** Makes the pool after the stem, where there is one. */
  readonly stemPool: ((builder: ModelBuilder, features: FeatureShape) => Layer) | null;
  readonly blocks: readonly BlockSettings[];
}

/** Makes the network of a plan: stem, blocks, mean over rows and columns, dense layer. */
export function createResidual(
  builder: ModelBuilder,
  shape: ModelShape,
  { name, stem: stemSettings, stemPool: makePool, blocks: blockSettings }: ResidualPlan,
): ResidualNetwork {
  const { probe } = builder;
  const stages = stageList(builder);
  const stem = convNorm(builder, shape.input, {
    ...stemSettings,
    name: 'stem',
    norm: 'stem-norm',
    relu: true,
  });
  const stemPool = makePool === null ? null : makePool(builder, stem.output);
  stages.add<tf.Tensor4D>('stem', (images, training) => {
    const features = stem.apply(images, training);
    return stemPool === null ? features : stemPool.apply(features, training);
  });
  let features = stemPool?.output ?? stem.output;
  const blocks = blockSettings.map((settings) => {
    const block = residualBlock(builder, features, settings);
    stages.add<tf.Tensor4D>(block.name, (x, training) =>
      applyBlock(probe, block, x, (unit, input, residual) => unit.apply(input, training, residual)),
    );
    features = block.output;
    return block;
  });
  const pool = globalAveragePool(builder, 'pool', features);
  const classifier = dense(builder, 'classifier', features.channels, shape.classes);
  const head = (x: tf.Tensor4D) => classifier(pool(x));
  stages.add<tf.Tensor4D>('classifier', head);
  return { ...finishModel(name, shape, builder, stages.all), probe, stem, stemPool, blocks, head };
}
