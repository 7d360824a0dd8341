import { boxSize } from '../detection/boxes.ts';
import { boxesPerCell, createDefaultBoxes, type DefaultBoxes } from '../detection/default-boxes.ts';
import * as tf from '../tf.ts';
import { type BuilderSettings, type FeatureShape, ModelBuilder } from './builder.ts';
import { conv2d, type Layer } from './layers.ts';
import { convNorm, depthwiseNorm, mobileNetV2Backbone, scaleChannels } from './mobilenet-v2.ts';
import { finishNetwork, type ModelShape, type Network } from './model.ts';

export interface SsdSettings {
  /** What the channels of every layer are multiplied by. */
  readonly width?: number;
  /** Pixels of the picture between two cells of the finest map that boxes are predicted from. */
  readonly finestStride?: 8 | 16;
}

/** A detector of objects in pictures. */
export interface Detector extends Network {
  readonly defaultBoxes: DefaultBoxes;
  /**
   * @param images [N, H, W, C] of the shape `input`
   * @param training whether normalisations use (and move towards) the statistics of this batch
   * @returns [N, boxes, classes + 1 + 4]: logits, the background first, then offsets from the default boxes
   */
  forward(images: tf.Tensor4D, training: boolean): tf.Tensor3D;
}

/** Channels of the maps after the backbone's, each half as high and wide; SSDLite's, in TensorFlow's model garden. */
const extraChannels = [512, 256, 256, 128];
/** Of He's deviation: so small that the first predictions say nothing, and the first loss is that of chance. */
const headGain = 0.02;

/**
 * A single shot detector (Liu et al. 2016) on MobileNetV2, with depthwise separable convolutions in its extra maps and its
 * heads as in SSDLite (Sandler et al. 2018, section 6.2). Maps are added until one has a single cell. A head predicts classes
 * and offsets from the same depthwise convolution, where SSDLite has one for each.
 */
export function createSsd(
  { width = 1, finestStride = 8 }: SsdSettings,
  shape: ModelShape,
  settings: BuilderSettings,
): Detector {
  const builder = ModelBuilder.start(settings);
  const backbone = mobileNetV2Backbone(builder, shape.input, width);
  const skipped = finestStride === 8 ? 0 : 1;
  const maps: FeatureShape[] = backbone.outputs.slice(skipped);
  const extras: Layer[] = [];
  for (let features = backbone.outputs[2]; features.height > 1 || features.width > 1; ) {
    const channels = extraChannels[Math.min(extras.length, extraChannels.length - 1)] as number;
    const extra = extraMap(builder, `extra${extras.length + 1}`, features, scaleChannels(channels, width));
    extras.push(extra);
    features = extra.output;
    maps.push(features);
  }
  const perCell = boxesPerCell(maps.length);
  const heads = maps.map((map, index) =>
    head(builder, `head${index + 1}`, map, perCell[index] as number, shape.classes),
  );
  return {
    ...finishNetwork('ssd-mobilenet-v2', shape, builder),
    defaultBoxes: createDefaultBoxes(maps),
    forward(images, training) {
      const features: tf.Tensor4D[] = backbone.apply(images, training);
      for (const extra of extras) features.push(extra.apply(features.at(-1) as tf.Tensor4D, training));
      const used = features.slice(skipped);
      const predicted = heads.map((each, index) => each(used[index] as tf.Tensor4D, training));
      return builder.probe.layer('join', () => tf.concat(predicted, 1));
    },
  };
}

/** Half the channels, a depthwise convolution of stride 2, and all channels. */
function extraMap(builder: ModelBuilder, name: string, input: FeatureShape, channels: number): Layer {
  const inner = builder.within(name);
  const reduce = convNorm(inner, 'reduce', input, scaleChannels(channels, 0.5), 1, 1);
  const spatial = depthwiseNorm(inner, 'depthwise', reduce.output, 2);
  const expand = convNorm(inner, 'expand', spatial.output, channels, 1, 1);
  return {
    output: expand.output,
    apply: (x, training) =>
      builder.probe.layer(name, () =>
        expand.apply(spatial.apply(reduce.apply(x, training), training), training),
      ),
  };
}

/** The predictions for the boxes of a map, [N, boxes, classes + 1 + 4]. */
function head(
  builder: ModelBuilder,
  name: string,
  input: FeatureShape,
  boxesPerCell: number,
  classes: number,
): (x: tf.Tensor4D, training: boolean) => tf.Tensor3D {
  const inner = builder.within(name);
  const numbers = classes + 1 + boxSize;
  const boxes = input.height * input.width * boxesPerCell;
  const spatial = depthwiseNorm(inner, 'depthwise', input, 1);
  const predict = conv2d(inner, 'predict', spatial.output, {
    filters: boxesPerCell * numbers,
    kernel: 1,
    stride: 1,
    bias: true,
    gain: headGain,
  });
  return (x, training) =>
    builder.probe.layer(name, () => {
      const y = predict.apply(spatial.apply(x, training), training);
      return tf.reshape<tf.Rank.R3>(y, [-1, boxes, numbers]);
    });
}
