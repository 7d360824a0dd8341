import { optimizers } from './optimizers.ts';
import type { OptionValues } from './options.ts';
import type { TrainSettings } from './train.ts';
import { defaultSeconds, type trainingOptions } from './training-options.ts';

/** An evaluation by default. */
const defaultEvaluationBatches = 10;

/** The settings of a run from the options that every workload has. */
export function trainSettings(
  values: OptionValues<ReturnType<typeof trainingOptions>>,
  defaultBatch: number,
): TrainSettings {
  const { steps, seconds, optimizer, schedule, evaluateEvery } = values;
  const batchSize = values.batch ?? defaultBatch;
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
