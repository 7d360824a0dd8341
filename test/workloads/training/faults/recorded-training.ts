import { instrumentKernels } from '../../../../collectors/tfjs/instrument.ts';
import { createProbe } from '../../../../collectors/tfjs/probe.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import { describeRun } from '../../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../../src/recording/memory-recording.ts';
import type { Dataset, LabelledPictures } from '../../../../workloads/data/dataset.ts';
import { faultyDataset } from '../../../../workloads/data/faults.ts';
import { mapLabels } from '../../../../workloads/data/samples.ts';
import { createSyntheticShapes } from '../../../../workloads/data/synthetic-shapes.ts';
import { inlineFeed } from '../../../../workloads/input/feed.ts';
import { createResNetCifar } from '../../../../workloads/models/resnet-cifar.ts';
import * as tf from '../../../../workloads/tf.ts';
import { classification } from '../../../../workloads/training/classification.ts';
import { startFault } from '../../../../workloads/training/faults/index.ts';
import type { FaultChoice } from '../../../../workloads/training/faults/names.ts';
import { inspectable } from '../../../../workloads/training/health/inspector.ts';
import { type TrainSettings, train } from '../../../../workloads/training/train.ts';

/** What a recorded training is made of, where it is not the usual. */
export interface RecordedSettings extends Partial<TrainSettings> {
  readonly width?: number;
  /** All classes of the shapes, which take long to learn; by default their fills alone. */
  readonly allClasses?: boolean;
}

const usual: TrainSettings = {
  batchSize: 16,
  steps: 64,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.05,
  schedule: 'cosine',
  weightDecay: 5e-4,
  evaluateEvery: null,
  evaluationSamples: 64,
};

const fills = 10;

/** Shapes told apart by their fill alone, which a small network learns in few steps. */
export function easier(dataset: Dataset): Dataset {
  const fillsOf = (batch: LabelledPictures) => mapLabels(batch, (label) => label % fills);
  return {
    ...dataset,
    classes: fills,
    trainingBatch: (number, size) => fillsOf(dataset.trainingBatch(number, size)),
    *evaluationBatches(size, count) {
      for (const batch of dataset.evaluationBatches(size, count)) yield fillsOf(batch);
    },
  };
}

/** Trains a small ResNet on synthetic shapes with a fault, as the workload does, and gives what was recorded. */
export async function recordTraining(
  fault: FaultChoice,
  { width = 4, allClasses = false, ...changed }: RecordedSettings = {},
): Promise<Timeline> {
  const recording = new MemoryRecording(describeRun(fault, [], {}, []));
  const writer = recording.openStream('training');
  const restore = instrumentKernels(tf, 'wasm', writer, 'cpu');
  const probe = createProbe(tf, writer);
  const started = startFault(fault, inspectable({ probe, backend: 'wasm' }));
  const shapes = createSyntheticShapes({ seed: 1, augment: null });
  const dataset = faultyDataset(fault, allClasses ? shapes : easier(shapes));
  const shape = { input: { height: 32, width: 32, channels: 3 }, classes: dataset.classes };
  const built = started.builder({ probe: started.context.probe, initializer: 'he', seed: 1 });
  const task = started.task(classification(createResNetCifar({ depth: 8, width }, shape, built), dataset));
  const settings = started.settings({ ...usual, ...changed });
  try {
    await train(task, inlineFeed(dataset, settings.batchSize), settings, started.context);
  } finally {
    task.dispose();
    restore();
    probe.finish();
    await writer.close('ended');
  }
  recording.poll();
  return recording.timeline;
}
