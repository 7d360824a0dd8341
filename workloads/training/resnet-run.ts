import { standardAugmentation } from '../data/augment.ts';
import { openCifar100 } from '../data/cifar100.ts';
import { type Dataset, imageChannels, imageSide, type LabelledPictures } from '../data/dataset.ts';
import { createSyntheticShapes } from '../data/synthetic-shapes.ts';
import { inlineFeed } from '../input/feed.ts';
import { createResNet } from '../models/index.ts';
import type { Model } from '../models/model.ts';
import * as tf from '../tf.ts';
import { classification, type LabelledBatch } from './classification.ts';
import { checkMemory } from './memory.ts';
import { optimizers } from './optimizers.ts';
import { defaultSeconds, type ResNetValues } from './resnet.ts';
import { type Strategy, wholeModel } from './strategy.ts';
import type { TrainingTask } from './task.ts';
import { type TrainContext, type TrainSettings, type TrainSummary, train } from './train.ts';

/** Batches by default; at depth 50 a batch of 32 takes half of the heap that wasm can have. */
const defaultBatch = { small: 32, bottleneck: 16 };
/** An evaluation by default. */
const defaultEvaluationBatches = 10;

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
  const dataset = openDataset(values);
  const model = createModel(values, dataset.classes, context);
  const { task, strategy } = recipe(model, dataset);
  try {
    const settings = settingsOf(values);
    checkMemory(model, settings.batchSize, tf.getBackend());
    return await train(task, inlineFeed(dataset, settings.batchSize), settings, context, strategy);
  } finally {
    task.dispose();
  }
}

function openDataset({ data, seed, augment }: ResNetValues): Dataset {
  const settings = { seed, augment: augment === 'on' ? standardAugmentation : null };
  return data === null ? createSyntheticShapes(settings) : openCifar100(data, settings);
}

function createModel(
  { depth, initializer, seed }: ResNetValues,
  classes: number,
  { probe }: TrainContext,
): Model {
  const shape = { input: { height: imageSide, width: imageSide, channels: imageChannels }, classes };
  return createResNet(depth, shape, { probe, initializer, seed });
}

function settingsOf(values: ResNetValues): TrainSettings {
  const { steps, seconds, optimizer, schedule, evaluateEvery } = values;
  const batchSize = values.batch ?? (values.depth === '50' ? defaultBatch.bottleneck : defaultBatch.small);
  return {
    batchSize,
    steps,
    seconds: seconds ?? (steps === null ? defaultSeconds : null),
    optimizer,
    learningRate: values.learningRate ?? optimizers[optimizer].learningRate,
    schedule,
    weightDecay: values.weightDecay ?? optimizers[optimizer].weightDecay,
    evaluateEvery,
    evaluationSamples: values.evalSamples ?? defaultEvaluationBatches * batchSize,
  };
}
