import * as tf from '../../tf.ts';
import { tidyForward } from '../evaluate.ts';
import { disposeForward } from '../gradients.ts';
import type { TaskBatch, TrainingTask } from '../task.ts';
import type { LayerInspector } from './inspector.ts';
import { layerOf } from './parameter-checks.ts';
import { shareData, withRestored } from './tensors.ts';

/**
 * Finds where the first number came from that was not finite, in a step whose loss was not. Takes the batch forward again
 * with the parameters as they were; what it costs does not matter any more.
 *
 * @param before the parameters before the update of the step
 * @returns a phrase such as `the activation of stage2/block1/conv1`, or null where layers cannot be looked at
 */
export async function originOfNotFinite<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  before: readonly tf.Tensor[],
  inspector: LayerInspector | null,
): Promise<string | null> {
  if (!batch.source.images.every(Number.isFinite)) return 'the input';
  // The backward pass meets the last layers first, and what is not finite goes on from there to all before.
  for (const [index, { name }] of [...task.parameters.entries()].reverse()) {
    if (await allFinite(before[index] as tf.Tensor)) continue;
    return `the ${name.slice(layerOf(name).length + 1)} of ${layerOf(name)}`;
  }
  if (inspector === null) return null;
  const layer = await firstLayer(task, batch, before, inspector);
  return layer === null ? 'the loss' : `the activation of ${layer}`;
}

/** The first layer in forward order whose output is not finite. */
async function firstLayer<B extends TaskBatch>(
  task: TrainingTask<never, B>,
  batch: B,
  before: readonly tf.Tensor[],
  inspector: LayerInspector,
): Promise<string | null> {
  const outputs: { layer: string; output: tf.Tensor }[] = [];
  const parameters = task.parameters.map(({ variable }) => variable);
  const statistics = (task.statistics ?? []).map(({ variable }) => variable);
  await withRestored([...parameters, ...statistics], async () => {
    for (const [index, variable] of parameters.entries()) variable.assign(before[index] as tf.Tensor);
    inspector.visit = (layer, output) => {
      if (output instanceof tf.Tensor) outputs.push({ layer, output: tf.keep(shareData(output)) });
    };
    try {
      disposeForward(tidyForward(task, batch, true));
    } finally {
      inspector.visit = null;
    }
  });
  try {
    for (const { layer, output } of outputs) {
      if (!(await allFinite(output))) return layer;
    }
    return null;
  } finally {
    tf.dispose(outputs.map(({ output }) => output));
  }
}

async function allFinite(tensor: tf.Tensor): Promise<boolean> {
  const values = await tensor.data<'float32'>();
  return values.every(Number.isFinite);
}
