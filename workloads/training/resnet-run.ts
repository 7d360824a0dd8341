import { imageChannels } from '../data/dataset.ts';
import { type DataDescription, labelledKind, openDataset } from '../data/index.ts';
import { openFeed } from '../input/open-feed.ts';
import type { BuilderSettings } from '../models/builder.ts';
import type { Model } from '../models/model.ts';
import { createResNetBottleneck, resnet50 } from '../models/resnet-bottleneck.ts';
import { createResNetCifar } from '../models/resnet-cifar.ts';
import * as tf from '../tf.ts';
import { classification } from './classification.ts';
import { withInputFault } from './input-fault.ts';
import { checkMemory } from './memory.ts';
import { optimizers } from './optimizers.ts';
import { defaultSeconds, type ResNetValues } from './resnet.ts';
import { type TrainContext, type TrainSettings, type TrainSummary, train } from './train.ts';

/** Batches by default; at depth 50 a batch of 32 takes half of the heap that wasm can have. */
const defaultBatch = { small: 32, bottleneck: 16 };
/** An evaluation by default. */
const defaultEvaluationBatches = 10;

/** Trains a ResNet as the options say. */
export async function runResNet(values: ResNetValues, context: TrainContext): Promise<TrainSummary> {
  const description = describeData(values);
  const dataset = await openDataset(description);
  const settings = settingsOf(values);
  // First, so that batches are made while the model is.
  const feed = openFeed(description, dataset, settings.batchSize, values, context);
  try {
    const model = createModel(values, dataset.classes, context);
    const task = classification(model, dataset);
    try {
      checkMemory(model, settings.batchSize, tf.getBackend());
      return await train(task, feed, settings, withInputFault(values.input, context));
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
  const settings: BuilderSettings = { probe, initializer, seed };
  return depth === '50'
    ? createResNetBottleneck(resnet50, shape, settings)
    : createResNetCifar({ depth: Number(depth) }, shape, settings);
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
