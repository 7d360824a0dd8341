import { standardAugmentation } from '../data/augment.ts';
import { openCifar100 } from '../data/cifar100.ts';
import { type Dataset, imageChannels, imageSide } from '../data/dataset.ts';
import { createSyntheticShapes } from '../data/synthetic-shapes.ts';
import { inlineFeed } from '../input/feed.ts';
import type { Model } from '../models/model.ts';
import { createResNetBottleneck, resnet50 } from '../models/resnet-bottleneck.ts';
import { createResNetCifar } from '../models/resnet-cifar.ts';
import * as tf from '../tf.ts';
import { classification } from './classification.ts';
import { type StartedFault, startFault } from './faults/index.ts';
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
  const fault = startFault(values.fault, context);
  const dataset = fault.dataset(openDataset(values, fault.augmentation));
  const model = createModel(values, dataset.classes, fault);
  const task = fault.task(classification(model, dataset));
  try {
    const settings = fault.settings(settingsOf(values));
    checkMemory(model, settings.batchSize, tf.getBackend());
    return await train(task, inlineFeed(dataset, settings.batchSize), settings, fault.context);
  } finally {
    task.dispose();
  }
}

function openDataset({ data, seed, augment }: ResNetValues, augmentation: boolean): Dataset {
  const settings = { seed, augment: augment === 'on' && augmentation ? standardAugmentation : null };
  return data === null ? createSyntheticShapes(settings) : openCifar100(data, settings);
}

function createModel(
  { depth, initializer, seed }: ResNetValues,
  classes: number,
  fault: StartedFault,
): Model {
  const shape = { input: { height: imageSide, width: imageSide, channels: imageChannels }, classes };
  const settings = fault.builder({ probe: fault.context.probe, initializer, seed });
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
