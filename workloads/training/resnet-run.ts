import { type Dataset, imageChannels, type LabelledPictures } from '../data/dataset.ts';
import { type DataDescription, labelledKind, openDataset } from '../data/index.ts';
import { openFeed } from '../input/open-feed.ts';
import { createResNet, imageNetSide } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import * as tf from '../tf.ts';
import { classification, type LabelledBatch } from './classification.ts';
import { withInputFault } from './input-fault.ts';
import { checkMemory } from './memory.ts';
import type { ResNetValues } from './resnet.ts';
import { type Strategy, wholeModel } from './strategy.ts';
import type { TrainingTask } from './task.ts';
import { type TrainContext, type TrainSummary, train } from './train.ts';
import { trainSettings } from './train-settings.ts';

/** Batches by default. At depth 50 one of 32 takes half of the heap that wasm can have; at 224 pixels one of 16 takes 3.8 GB. */
const defaultBatch = { small: 32, bottleneck: 16, imageNet: 8 };

/** Makes what is trained of a model and its data, and says how; takes the model over, also where it throws. */
export type Recipe = (
  model: Model,
  dataset: Dataset,
) => {
  readonly task: TrainingTask<LabelledPictures, LabelledBatch>;
  readonly strategy: Strategy<LabelledBatch>;
};

const whole: Recipe = (model, dataset) => ({
  task: classification(model, dataset),
  strategy: wholeModel,
});

/** Trains a ResNet as the options say, the model as one unless the recipe is another. */
export async function runResNet(
  values: ResNetValues,
  context: TrainContext,
  recipe: Recipe = whole,
): Promise<TrainSummary> {
  const description = describeData(values);
  const dataset = await openDataset(description);
  const settings = trainSettings(values, defaultBatchOf(values));
  // First, so that batches are made while the model is.
  const feed = openFeed(description, dataset, settings.batchSize, values, context);
  try {
    const model = createModel(values, dataset.classes, context);
    const { task, strategy } = recipe(model, dataset);
    try {
      checkMemory(model, settings.batchSize, tf.getBackend());
      return await train(task, feed, settings, withInputFault(values.input, context), strategy);
    } finally {
      task.dispose();
    }
  } finally {
    await feed.close();
  }
}

function describeData({
  data: path,
  seed,
  augment,
  image: side,
}: ResNetValues): DataDescription<'shapes' | 'cifar100' | 'folder'> {
  return { kind: labelledKind(path), path, seed, augment: augment === 'on', side };
}

function createModel(
  { depth, initializer, seed, image }: ResNetValues,
  classes: number,
  { probe }: TrainContext,
): Model {
  const shape = { input: { height: image, width: image, channels: imageChannels }, classes };
  return createResNet(depth, shape, { probe, initializer, seed });
}

function defaultBatchOf({ depth, image }: ResNetValues): number {
  if (depth !== '50') return defaultBatch.small;
  return image >= imageNetSide ? defaultBatch.imageNet : defaultBatch.bottleneck;
}
