import type * as tf from '../tf.ts';
import type { Rectifier } from './batch-norm.ts';
import type { FeatureShape, ModelBuilder } from './builder.ts';
import { batchNorm, conv2d, depthwiseConv2d, type Layer } from './layers.ts';

/** A row of the network's table: `blocks` inverted residuals, the first of which has the stride. */
interface Row {
  readonly expansion: number;
  readonly channels: number;
  readonly blocks: number;
  readonly stride: number;
}

/** Sandler et al. 2018, table 2. */
const rows: readonly Row[] = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { expansion: 6, channels: 320, blocks: 1, stride: 1 },
];
const stemChannels = 32;
const lastChannels = 1280;

/** Rectified and not above 6, so that few bits hold it. */
export const relu6: Rectifier = { relu: true, ceiling: 6 };
/** A bottleneck has no activation: it would lose what few channels hold. */
const linear: Rectifier = { relu: false };

/** The feature maps of the network, finest first: of stride 8, 16 and 32. */
export interface MobileNetV2Backbone {
  readonly outputs: readonly [FeatureShape, FeatureShape, FeatureShape];
  /** @returns a map for each of `outputs`, [N, H, W, C] */
  apply(x: tf.Tensor4D, training: boolean): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
}

/** Channels of a layer in a network of the given width: a multiple of eight, and not a tenth less than asked for. */
export function scaleChannels(channels: number, width: number): number {
  const wanted = channels * width;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

/**
 * The layers of MobileNetV2 before its classifier. Its feature maps are, as in SSDLite (section 6.2), the wide inner layer
 * of the first block after which the stride doubles, and the last layer.
 */
export function mobileNetV2Backbone(
  builder: ModelBuilder,
  input: FeatureShape,
  width: number,
): MobileNetV2Backbone {
  const stem = convNorm(builder, 'stem', input, scaleChannels(stemChannels, width), 3, 2);
  const blocks: InvertedResidual[] = [];
  /** Places in `blocks` whose inner layer is a feature map: the last two that halve it. */
  const halving: number[] = [];
  let features = stem.output;
  for (const [index, { expansion, channels, blocks: count, stride }] of rows.entries()) {
    for (let block = 0; block < count; block++) {
      const name = `stage${index + 1}/block${block + 1}`;
      const shape = {
        expansion,
        channels: scaleChannels(channels, width),
        stride: block === 0 ? stride : 1,
      };
      if (shape.stride === 2) halving.push(blocks.length);
      const residual = invertedResidual(builder, name, features, shape);
      blocks.push(residual);
      features = residual.output;
    }
  }
  const last = convNorm(builder, 'last', features, scaleChannels(lastChannels, Math.max(1, width)), 1, 1);
  const [fine, middle] = halving.slice(-2) as [number, number];
  const inner = (place: number) => (blocks[place] as InvertedResidual).inner;
  return {
    outputs: [inner(fine), inner(middle), last.output],
    apply(images, training) {
      let x = stem.apply(images, training);
      const maps: tf.Tensor4D[] = [];
      for (const [place, block] of blocks.entries()) {
        const applied = block.apply(x, training);
        if (place === fine || place === middle) maps.push(applied.inner);
        x = applied.output;
      }
      const [first, second] = maps as [tf.Tensor4D, tf.Tensor4D];
      return [first, second, last.apply(x, training)];
    },
  };
}

interface InvertedResidual {
  readonly output: FeatureShape;
  /** The layer whose channels are expanded, before its stride. */
  readonly inner: FeatureShape;
  apply(x: tf.Tensor4D, training: boolean): { inner: tf.Tensor4D; output: tf.Tensor4D };
}

/** x + norm(project(act(norm(depthwise(act(norm(expand(x)))))))), the sum only where the shape stays. */
function invertedResidual(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  { expansion, channels, stride }: Omit<Row, 'blocks'>,
): InvertedResidual {
  const within = builder.within(name);
  const expand = expansion === 1 ? null : convNorm(within, 'expand', input, input.channels * expansion, 1, 1);
  const inner = expand?.output ?? input;
  const spatial = depthwiseNorm(within, 'depthwise', inner, stride);
  const project = conv2d(within, 'project', spatial.output, { filters: channels, kernel: 1, stride: 1 });
  const norm = batchNorm(within, 'project-norm', project.output, linear);
  const adds = stride === 1 && input.channels === channels;
  return {
    output: project.output,
    inner,
    apply: (x, training) =>
      builder.probe.layer(name, () => {
        const wide = expand === null ? x : expand.apply(x, training);
        const narrow = project.apply(spatial.apply(wide, training), training);
        return { inner: wide, output: norm.apply(narrow, training, adds ? x : undefined) };
      }),
  };
}

/** A convolution, its normalisation and ReLU6. */
export function convNorm(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  filters: number,
  kernel: number,
  stride: number,
): Layer {
  return normalized(builder, name, conv2d(builder, name, input, { filters, kernel, stride }));
}

/** A depthwise 3x3 convolution, its normalisation and ReLU6. */
export function depthwiseNorm(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  stride: number,
): Layer {
  return normalized(builder, name, depthwiseConv2d(builder, name, input, { kernel: 3, stride }));
}

function normalized(builder: ModelBuilder, name: string, layer: Layer): Layer {
  const norm = batchNorm(builder, `${name}-norm`, layer.output, relu6);
  return { output: layer.output, apply: (x, training) => norm.apply(layer.apply(x, training), training) };
}
