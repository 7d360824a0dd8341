import type { TrainingProbe } from '../../src/model/training.ts';
import * as tf from '../tf.ts';
import type { Figures, Forward, TaskBatch, TrainingTask } from './task.ts';

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
  let kept: Omit<Forward, 'loss'> | null = null;
  // variableGrads runs its function first: what it does outside of it is the backward pass.
  const { value: loss, grads } = probe.phase('backward', () =>
    tf.variableGrads(
      () =>
        probe.phase('forward', () => {
          const forward = task.forward(batch, true);
          kept = keep(forward);
          return forward.loss;
        }),
      variables,
    ),
  );
  if (kept === null) throw new TypeError('variableGrads did not run its function');
  return {
    loss,
    ...(kept as Omit<Forward, 'loss'>),
    gradients: variables.map(({ name }) => grads[name] as tf.Tensor),
  };
}

/** Keeps what a forward pass gave beside its loss from being tidied away. */
function keep({ predictions, parts }: Forward): Omit<Forward, 'loss'> {
  for (const part of Object.values(parts ?? {})) tf.keep(part);
  return { predictions: tf.keep(predictions), ...(parts === undefined ? {} : { parts }) };
}

/** Values of what a batch gave. */
export interface ForwardValues {
  readonly lossValue: number;
  readonly predictionValues: Float32Array;
  readonly parts: Figures;
}

/** Waits for the device and reads what a batch gave, without freeing it. */
export async function readForward({ loss, predictions, parts = {} }: Forward): Promise<ForwardValues> {
  const named = Object.entries(parts);
  // All are asked for before one is waited for: a GPU then reads them in one turn.
  const [lossValue, predictionValues, ...partValues] = await Promise.all([
    scalarOf(loss),
    predictions.data<'float32'>(),
    ...named.map(([, part]) => scalarOf(part)),
  ]);
  return {
    lossValue,
    predictionValues,
    parts: Object.fromEntries(named.map(([name], at) => [name, partValues[at] as number])),
  };
}

async function scalarOf(tensor: tf.Scalar): Promise<number> {
  const [value] = await tensor.data<'float32'>();
  if (value === undefined) throw new TypeError('a scalar came back empty');
  return value;
}

/** Frees what a forward pass gave. */
export function disposeForward({ loss, predictions, parts = {} }: Forward): void {
  tf.dispose([loss, predictions, ...Object.values(parts)]);
}
