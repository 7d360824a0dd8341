import * as tf from '../tf.ts';
import { type BuilderSettings, type FeatureShape, ModelBuilder } from './builder.ts';
import { batchNorm, conv2d, dense, globalAveragePool, type Layer } from './layers.ts';
import { finishModel, type Model, type ModelShape } from './model.ts';
import { stageList } from './stages.ts';

/** Channels that leave a block over those inside it. */
const expansion = 4;

export interface ResNetBottleneckSettings {
  readonly depth: number;
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Channels inside the blocks of the first stage; each stage doubles them. 64 in the paper. */
  readonly width?: number;
}

/** ResNet-50 (He et al. 2015, table 1). */
export const resnet50: ResNetBottleneckSettings = { depth: 50, blocks: [3, 4, 6, 3] };

/**
 * A residual network of bottleneck blocks in the second version, normalisation first (He et al. 2016, figure 1b). The
 * stem is the one for small pictures, a 3x3 convolution: 7x7 with stride and pooling would leave 8x8 of 32x32. For larger
 * pictures there is `resnet-imagenet.ts`.
 */
export function createResNetBottleneck(
  { depth, blocks, width = 64 }: ResNetBottleneckSettings,
  shape: ModelShape,
  settings: BuilderSettings,
): Model {
  const builder = ModelBuilder.start(settings);
  const stages = stageList(builder);
  const stem = conv2d(builder, 'stem', shape.input, { filters: width, kernel: 3, stride: 1 });
  stages.add('stem', stem.apply);
  let features = stem.output;
  for (const [stage, count] of blocks.entries()) {
    for (let block = 0; block < count; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const name = `stage${stage + 1}/block${block + 1}`;
      const layer = bottleneckBlock(builder, name, features, width * 2 ** stage, stride);
      stages.add(name, layer.apply);
      features = layer.output;
    }
  }
  const lastNorm = batchNorm(builder, 'last-norm', features, { relu: true });
  const pool = globalAveragePool(builder, 'pool', features);
  const classifier = dense(builder, 'classifier', features.channels, shape.classes);
  stages.add<tf.Tensor4D>('classifier', (x, training) => classifier(pool(lastNorm.apply(x, training))));
  return finishModel(`resnet${depth}v2`, shape, builder, stages.all);
}

/** shortcut(x) + conv1x1(act(conv3x3(act(conv1x1(act(x)))))) with act = relu of norm. */
function bottleneckBlock(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  filters: number,
  stride: number,
): Layer {
  const inner = builder.within(name);
  const outputs = filters * expansion;
  const norm1 = batchNorm(inner, 'norm1', input, { relu: true });
  const conv1 = conv2d(inner, 'conv1', norm1.output, { filters, kernel: 1, stride: 1 });
  const norm2 = batchNorm(inner, 'norm2', conv1.output, { relu: true });
  const conv2 = conv2d(inner, 'conv2', norm2.output, { filters, kernel: 3, stride });
  const norm3 = batchNorm(inner, 'norm3', conv2.output, { relu: true });
  const conv3 = conv2d(inner, 'conv3', norm3.output, { filters: outputs, kernel: 1, stride: 1 });
  const projects = stride !== 1 || input.channels !== outputs;
  const shortcut = projects
    ? conv2d(inner, 'shortcut', norm1.output, { filters: outputs, kernel: 1, stride })
    : null;
  inner.countActivations(conv3.output);
  return {
    output: conv3.output,
    apply: (x, training) =>
      builder.probe.layer(name, () => {
        const active = norm1.apply(x, training);
        const aside = shortcut === null ? x : shortcut.apply(active, training);
        const first = norm2.apply(conv1.apply(active, training), training);
        const second = norm3.apply(conv2.apply(first, training), training);
        const third = conv3.apply(second, training);
        return builder.probe.layer('add', () => tf.add<tf.Tensor4D>(third, aside));
      }),
  };
}
