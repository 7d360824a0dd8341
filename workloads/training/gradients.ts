import type { TrainingProbe } from '../../src/model/training.ts';
import * as tf from '../tf.ts';
import type { Forward, TaskBatch, TrainingTask } from './task.ts';

/** What a batch gave; everything belongs to the caller. */
export interface Gradients extends Forward {
  /** In the order of the task's parameters. */
  readonly gradients: readonly tf.Tensor[];
}

/** Runs a batch forward and backward, and tells the probe which is which. */
export function computeGradients<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  probe: TrainingProbe,
): Gradients {
  const variables = task.parameters.map(({ variable }) => variable);
  let predictions: tf.Tensor | null = null;
  // variableGrads runs its function first: what it does outside of it is the backward pass.
  const { value: loss, grads } = probe.phase('backward', () =>
    tf.variableGrads(
      () =>
        probe.phase('forward', () => {
          const forward = task.forward(batch, true);
          predictions = tf.keep(forward.predictions);
          return forward.loss;
        }),
      variables,
    ),
  );
  if (predictions === null) throw new TypeError('variableGrads did not run its function');
  return { loss, predictions, gradients: variables.map(({ name }) => grads[name] as tf.Tensor) };
}

/** Waits for the device and reads what a batch gave, without freeing it. */
export async function readForward({
  loss,
  predictions,
}: Forward): Promise<{ lossValue: number; values: Float32Array }> {
  const [[lossValue], values] = await Promise.all([loss.data<'float32'>(), predictions.data<'float32'>()]);
  if (lossValue === undefined) throw new TypeError('a scalar came back empty');
  return { lossValue, values };
}
