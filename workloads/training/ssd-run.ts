import { imageChannels } from '../data/dataset.ts';
import { openDataset, sceneKind } from '../data/index.ts';
import { cocoAt, voc2010 } from '../detection/average-precision.ts';
import { openFeed } from '../input/open-feed.ts';
import { createSsd } from '../models/ssd.ts';
import * as tf from '../tf.ts';
import { detection } from './detection.ts';
import { startFault } from './faults/index.ts';
import { withInputFault } from './input-fault.ts';
import { checkMemory } from './memory.ts';
import type { SsdValues } from './ssd.ts';
import { type TrainContext, type TrainSummary, train } from './train.ts';
import { trainSettings } from './train-settings.ts';

const defaultBatch = 8;

/** Trains a single shot detector as the options say. */
export async function runSsd(values: SsdValues, context: TrainContext): Promise<TrainSummary> {
  const { data: path, seed, augment, image: side, width, initializer } = values;
  const fault = startFault(values.fault, context);
  const description = fault.data<'scenes' | 'coco' | 'voc'>({
    kind: sceneKind(path),
    path,
    seed,
    augment: augment === 'on',
    side,
  });
  const dataset = await openDataset(description);
  const settings = fault.settings(trainSettings(values, defaultBatch));
  const feed = openFeed(description, dataset, settings.batchSize, values, context);
  try {
    const shape = { input: { height: side, width: side, channels: imageChannels }, classes: dataset.classes };
    const built = fault.builder({ probe: fault.context.probe, initializer, seed });
    const detector = createSsd({ width: Number(width) }, shape, built);
    const atHalf = description.kind === 'voc' ? voc2010 : cocoAt(0.5);
    const task = fault.task(detection(detector, dataset, atHalf));
    try {
      checkMemory(detector, settings.batchSize, tf.getBackend());
      return await train(task, feed, settings, withInputFault(values.input, fault.context));
    } finally {
      task.dispose();
    }
  } finally {
    await feed.close();
  }
}
