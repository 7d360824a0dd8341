import { healthMetrics } from '../../../src/model/health.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import type { Batch } from '../../data/dataset.ts';
import { tidyForward } from '../evaluate.ts';
import { disposeForward, readForward } from '../gradients.ts';
import type { Figures, Forward, TaskBatch, TrainingTask } from '../task.ts';
import { withRestored } from './tensors.ts';

/** Samples of an evaluation that go through both modes, in whole batches. */
const comparedSamples = 128;
/** A small batch says as much of its own as a large one: there are no more than so many. */
const comparedBatches = 4;

/** What one batch gave in one mode. */
interface ModeFigures {
  readonly loss: number;
  readonly figures: Figures;
}

/** Reads and frees what a batch gave. */
export async function figuresOf<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  forward: Forward,
): Promise<ModeFigures> {
  try {
    const { lossValue, predictionValues } = await readForward(forward);
    return { loss: lossValue, figures: task.measure(predictionValues, batch) };
  } finally {
    disposeForward(forward);
  }
}

/** Tells what the same samples gave with the statistics of their batch and with the moving ones. */
export function reportModes(probe: TrainingProbe, training: ModeFigures, inference: ModeFigures): void {
  probe.metric(healthMetrics.trainModeLoss, training.loss);
  probe.metric(healthMetrics.inferenceModeLoss, inference.loss);
  const accuracies = [training.figures['accuracy'], inference.figures['accuracy']] as const;
  if (accuracies[0] === undefined || accuracies[1] === undefined) return;
  probe.metric(healthMetrics.trainModeAccuracy, accuracies[0]);
  probe.metric(healthMetrics.inferenceModeAccuracy, accuracies[1]);
}

/** The last training batches, for a look at them in both modes. */
export class RecentBatches<H extends Batch> {
  readonly #batches: H[] = [];

  add(batch: H): void {
    this.#batches.push(batch);
    if (this.#batches.length > comparedBatches) this.#batches.shift();
  }

  /**
   * Takes the batches forward in both modes, with the weights as they are, and tells the figures of each. Changes neither
   * weights nor statistics.
   */
  async compare<B extends TaskBatch>(
    task: TrainingTask<H, B>,
    probe: TrainingProbe,
    signal?: AbortSignal,
  ): Promise<void> {
    const variables = (task.statistics ?? []).map(({ variable }) => variable);
    let samples = 0;
    for (const source of this.#batches.toReversed()) {
      if (samples >= comparedSamples || signal?.aborted) return;
      const batch = task.upload(source);
      samples += batch.size;
      try {
        // Inference first: what the other mode does to the statistics must not help it.
        const inference = await figuresOf(task, batch, tidyForward(task, batch, false));
        const training = await withRestored(variables, () =>
          figuresOf(task, batch, tidyForward(task, batch, true)),
        );
        reportModes(probe, training, inference);
      } finally {
        batch.dispose();
      }
    }
  }
}
