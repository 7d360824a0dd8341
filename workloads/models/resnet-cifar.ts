import type * as tf from '../tf.ts';
import { type BuilderSettings, type FeatureShape, ModelBuilder } from './builder.ts';
import { batchNorm, conv2d, dense, globalAveragePool, type Layer } from './layers.ts';
import { finishModel, type Model, type ModelShape } from './model.ts';

export interface ResNetCifarSettings {
  /** 6n + 2 for n blocks a stage. */
  readonly depth: number;
  /** Channels of the first stage; the others have two and four times as many. 16 in the paper. */
  readonly width?: number;
}

/**
 * The residual network for CIFAR of He et al. 2015, section 4.2: three stages of two-convolution blocks. Where the
 * shape changes, the shortcut is a 1x1 convolution with normalisation (their option B): subsampling (option A) has no
 * fast gradient on every backend, and B adds 0.6 % of the arithmetic.
 */
export function createResNetCifar(
  { depth, width = 16 }: ResNetCifarSettings,
  shape: ModelShape,
  settings: BuilderSettings,
): Model {
  const builder = ModelBuilder.start(settings);
  const stem = conv2d(builder, 'stem', shape.input, { filters: width, kernel: 3, stride: 1 });
  const stemNorm = batchNorm(builder, 'stem-norm', stem.output, { relu: true });
  const blocks: Layer[] = [];
  let features = stem.output;
  for (let stage = 0; stage < 3; stage++) {
    for (let block = 0; block < (depth - 2) / 6; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const name = `stage${stage + 1}/block${block + 1}`;
      const layer = basicBlock(builder, name, features, width * 2 ** stage, stride);
      blocks.push(layer);
      features = layer.output;
    }
  }
  const pool = globalAveragePool(builder, 'pool', features);
  const classifier = dense(builder, 'classifier', features.channels, shape.classes);
  return finishModel(`resnet${depth}`, shape, builder, (images, training) => {
    let x = stemNorm.apply(stem.apply(images, training), training);
    for (const block of blocks) x = block.apply(x, training);
    return classifier(pool(x));
  });
}

/** relu(shortcut + norm(conv(relu(norm(conv(x)))))). */
function basicBlock(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  filters: number,
  stride: number,
): Layer {
  const inner = builder.within(name);
  const conv1 = conv2d(inner, 'conv1', input, { filters, kernel: 3, stride });
  const norm1 = batchNorm(inner, 'norm1', conv1.output, { relu: true });
  const conv2 = conv2d(inner, 'conv2', norm1.output, { filters, kernel: 3, stride: 1 });
  const norm2 = batchNorm(inner, 'norm2', conv2.output, { relu: true });
  const shortcut =
    stride === 1 && input.channels === filters ? null : projection(inner, input, filters, stride);
  return {
    output: norm2.output,
    apply: (x, training) =>
      builder.probe.layer(name, () => {
        const aside: tf.Tensor4D = shortcut === null ? x : shortcut.apply(x, training);
        const middle = norm1.apply(conv1.apply(x, training), training);
        return norm2.apply(conv2.apply(middle, training), training, aside);
      }),
  };
}

function projection(builder: ModelBuilder, input: FeatureShape, filters: number, stride: number): Layer {
  const conv = conv2d(builder, 'shortcut', input, { filters, kernel: 1, stride });
  const norm = batchNorm(builder, 'shortcut-norm', conv.output, { relu: false });
  return {
    output: norm.output,
    apply: (x, training) => norm.apply(conv.apply(x, training), training),
  };
}
