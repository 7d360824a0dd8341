import { metrics } from '../../src/model/series.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Parameter } from '../models/builder.ts';
import * as tf from '../tf.ts';
import type { Gradients } from './gradients.ts';
import type { Forward, TaskBatch } from './task.ts';

/** A model in two parts, as two devices would hold them. */
export interface SplitModel<B extends TaskBatch> {
  readonly first: {
    readonly parameters: readonly Parameter[];
    /** The intermediate tensor. */
    forward(batch: B, training: boolean): tf.Tensor;
  };
  readonly second: {
    readonly parameters: readonly Parameter[];
    /** The loss of the intermediate tensor. */
    forward(intermediate: tf.Tensor, batch: B, training: boolean): Forward;
  };
}

/** Phases of the two parts; the backward ones follow from the forward ones. */
export const splitPhases = {
  first: { forward: 'first forward', backward: 'first backward', optimizer: 'first optimizer' },
  second: { forward: 'second forward', backward: 'second backward', optimizer: 'second optimizer' },
} as const;

/**
 * Gradients of a model in two parts. The first part computes the intermediate tensor I; the second the loss, the gradients of
 * its own parameters and dL/dI; from that alone the first has dL/dW1 = dL/dI · dI/dW1. Between two devices I and dL/dI
 * would cross: their sizes are the metrics `intermediateBytes` and `intermediateGradientBytes`.
 *
 * The second part's gradients are taken within the first part's tape, so that this one stays open while the second works,
 * as it does on a device that waits. TensorFlow.js' `dy`, which has to be there before the forward pass begins,
 * would have the first part compute I twice and move its moving statistics twice.
 */
export function splitGradients<B extends TaskBatch>(
  { first, second }: SplitModel<B>,
  batch: B,
  probe: TrainingProbe,
): Gradients {
  let joined: SecondPart | null = null;
  const variables = first.parameters.map(({ variable }) => variable);
  const { value, grads } = probe.phase(splitPhases.first.backward, () =>
    tf.variableGrads(() => {
      const intermediate = probe.phase(splitPhases.first.forward, () =>
        probe.layer('first', () => first.forward(batch, true)),
      );
      joined = secondPart(second, intermediate, batch, probe);
      probe.metric(metrics.intermediateBytes, intermediate.size * Float32Array.BYTES_PER_ELEMENT);
      probe.metric(
        metrics.intermediateGradientBytes,
        joined.intermediate.size * Float32Array.BYTES_PER_ELEMENT,
      );
      return join(intermediate, joined);
    }, variables),
  );
  value.dispose();
  if (joined === null) throw new TypeError('variableGrads did not run its function');
  const { loss, predictions, gradients, intermediate } = joined as SecondPart;
  intermediate.dispose();
  return {
    loss,
    predictions,
    gradients: [...variables.map(({ name }) => grads[name] as tf.Tensor), ...gradients],
  };
}

/** What the second part gives; all of it is kept. */
interface SecondPart extends Gradients {
  /** dL/dI. */
  readonly intermediate: tf.Tensor;
}

function secondPart<B extends TaskBatch>(
  { parameters, forward }: SplitModel<B>['second'],
  intermediate: tf.Tensor,
  batch: B,
  probe: TrainingProbe,
): SecondPart {
  let predictions: tf.Tensor | null = null;
  const { value, grads } = probe.phase(splitPhases.second.backward, () =>
    tf.valueAndGrads(() =>
      probe.phase(splitPhases.second.forward, () =>
        probe.layer('second', () => {
          const made = forward(intermediate, batch, true);
          predictions = tf.keep(made.predictions);
          return made.loss;
        }),
      ),
    )([intermediate, ...parameters.map(({ variable }) => variable)]),
  );
  if (predictions === null) throw new TypeError('valueAndGrads did not run its function');
  const [toIntermediate, ...gradients] = grads.map((gradient) => tf.keep(gradient));
  return {
    loss: tf.keep(value as tf.Scalar),
    predictions,
    gradients,
    intermediate: toIntermediate as tf.Tensor,
  };
}

/** The loss as a function of the intermediate tensor whose gradient is the one that the second part sent back. */
function join(intermediate: tf.Tensor, { loss, intermediate: gradient }: SecondPart): tf.Scalar {
  return tf.customGrad<tf.Scalar>(() => ({ value: loss.clone(), gradFunc: () => gradient.clone() }))(
    intermediate,
  );
}
