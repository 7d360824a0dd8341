import type { TrainingProbe } from '../../src/model/training.ts';
import type { Nanoseconds } from '../../src/model/units.ts';
import * as tf from '../tf.ts';
import { disposeForward, readForward } from './gradients.ts';
import type { Figures, Forward, Tally, TaskBatch, TrainingTask } from './task.ts';

export interface EvaluationSettings {
  readonly batchSize: number;
  /** The most samples to look at; a whole number of batches is taken. */
  readonly samples: number;
  /** The moment that the parameters are of, where it is not now. */
  readonly atNs?: Nanoseconds;
}

/** Means over the samples looked at. */
export interface Evaluation {
  readonly samples: number;
  readonly loss: number;
  readonly figures: Figures;
}

/**
 * Looks at samples that training never sees, with the moving statistics of normalisations. The probe sees a range and
 * a phase `evaluation`, and at its end the metrics `validationLoss`, `validationAccuracy`, ...
 *
 * @returns null where there is nothing to look at, or `signal` asked to stop
 */
export async function evaluate<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  { batchSize, samples, atNs }: EvaluationSettings,
  probe: TrainingProbe,
  signal?: AbortSignal,
): Promise<Evaluation | null> {
  if (samples <= 0) return null;
  const endRange = probe.range('evaluation');
  let seen = 0;
  let loss = 0;
  const sums = new Map<string, { sum: number; samples: number }>();
  const tally = task.tally?.();
  try {
    for (const batch of task.evaluationBatches(batchSize, samples)) {
      const { lossValue, figures } = await look(task, batch, probe, tally);
      seen += batch.size;
      loss += lossValue * batch.size;
      for (const [name, value] of Object.entries(figures)) {
        // A figure that a batch cannot give is a mean over the others.
        const { sum, samples: counted } = sums.get(name) ?? { sum: 0, samples: 0 };
        sums.set(name, { sum: sum + value * batch.size, samples: counted + batch.size });
      }
      if (signal?.aborted) return null;
    }
  } finally {
    endRange();
  }
  if (seen === 0) return null;
  const means = Object.fromEntries(
    [...sums].map(([name, { sum, samples: counted }]) => [name, sum / counted]),
  );
  const figures = { ...means, ...tally?.figures() };
  probe.metric('validationLoss', loss / seen, atNs);
  for (const [name, value] of Object.entries(figures)) {
    probe.metric(`validation${name.charAt(0).toUpperCase()}${name.slice(1)}`, value, atNs);
  }
  return { samples: seen, loss: loss / seen, figures };
}

async function look<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  probe: TrainingProbe,
  tally: Tally<B> | undefined,
): Promise<{ lossValue: number; figures: Figures }> {
  const forward = probe.phase('evaluation', () => tidyForward(task, batch, false));
  try {
    const { lossValue, predictionValues, parts } = await readForward(forward);
    tally?.add(predictionValues, batch);
    return { lossValue, figures: { ...parts, ...task.measure(predictionValues, batch) } };
  } finally {
    disposeForward(forward);
    batch.dispose();
  }
}

/** A forward pass without gradients of which nothing else is left; TensorFlow.js tidies nested objects of tensors too. */
export function tidyForward<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  training: boolean,
): Forward {
  let forward: Forward | undefined;
  tf.tidy(() => {
    forward = task.forward(batch, training);
    return { ...forward, parts: { ...forward.parts } };
  });
  if (forward === undefined) throw new TypeError('tidy did not run its function');
  return forward;
}
