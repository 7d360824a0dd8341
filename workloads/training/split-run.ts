import { WarpwatchError } from '../../src/model/errors.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Model } from '../models/model.ts';
import { softmaxCrossEntropy } from '../models/softmax-cross-entropy.ts';
import { applyStages } from '../models/stages.ts';
import type * as tf from '../tf.ts';
import { classification, type LabelledBatch } from './classification.ts';
import { createOptimizer, type OptimizerName, optimizers } from './optimizers.ts';
import { type Recipe, runResNet } from './resnet-run.ts';
import { defaultCut, type SplitValues } from './split.ts';
import { type SplitModel, splitGradients, splitPhases } from './split-gradients.ts';
import type { Strategy } from './strategy.ts';
import type { TrainContext, TrainSummary } from './train.ts';

/** How one part is updated. */
export interface PartOptimizer {
  readonly optimizer: OptimizerName;
  /** Highest learning rate. */
  readonly learningRate: number;
  readonly weightDecay: number;
}

export interface PartOptimizers {
  readonly first: PartOptimizer;
  readonly second: PartOptimizer;
}

/** Trains a ResNet in two parts as the options say. */
export async function runSplit(values: SplitValues, context: TrainContext): Promise<TrainSummary> {
  const parts = {
    first: partOptimizer(values.optimizerFirst, values.learningRateFirst),
    second: partOptimizer(values.optimizerSecond, values.learningRateSecond),
  };
  // What the training says of itself; each part has its own.
  const told = {
    optimizer: parts.second.optimizer,
    learningRate: highestRate(parts),
    weightDecay: Math.max(parts.first.weightDecay, parts.second.weightDecay),
  };
  const recipe = splitRecipe(values.cut ?? defaultCut, parts, context.probe);
  return runResNet({ ...values, ...told }, context, recipe);
}

function partOptimizer(optimizer: OptimizerName, learningRate: number | null): PartOptimizer {
  const kind = optimizers[optimizer];
  return { optimizer, learningRate: learningRate ?? kind.learningRate, weightDecay: kind.weightDecay };
}

/** Training a model in two parts, cut before the stage `cut`. */
export function splitRecipe(cut: string, parts: PartOptimizers, probe: TrainingProbe): Recipe {
  return (model: Model, dataset: Dataset) => ({
    task: classification(model, dataset),
    strategy: splitStrategy(splitModel(model, cut), parts, probe),
  });
}

/**
 * A classifier in two parts, cut before the stage `cut`.
 * @throws WarpwatchError `usage` where there is no such stage, or nothing before it; the model is freed then
 */
export function splitModel(model: Model, cut: string): SplitModel<LabelledBatch> {
  const at = model.stages.findIndex(({ name }) => name === cut);
  if (at < 1) {
    const choices = model.stages.slice(1).map(({ name }) => name);
    model.dispose();
    throw new WarpwatchError(
      'usage',
      `--cut takes a stage of ${model.name}, ${choices.join(', ')}, not "${cut}".`,
    );
  }
  const [before, after] = [model.stages.slice(0, at), model.stages.slice(at)];
  return {
    first: {
      parameters: before.flatMap(({ parameters }) => parameters),
      forward: ({ images }, training) => applyStages(before, images, training),
    },
    second: {
      parameters: after.flatMap(({ parameters }) => parameters),
      forward(intermediate, { oneHot }, training) {
        const predictions = applyStages(after, intermediate, training) as tf.Tensor2D;
        return { loss: softmaxCrossEntropy(predictions, oneHot), predictions };
      },
    },
  };
}

/**
 * Two parts with an optimizer each. Their rates follow one schedule; the metrics `learningRateFirst` and
 * `learningRateSecond` tell them.
 */
export function splitStrategy(
  model: SplitModel<LabelledBatch>,
  parts: PartOptimizers,
  probe: TrainingProbe,
): Strategy<LabelledBatch> {
  return {
    gradients: (_task, batch, watcher) => splitGradients(model, batch, watcher),
    optimizer() {
      const first = createOptimizer(parts.first.optimizer, model.first.parameters, parts.first);
      const second = createOptimizer(parts.second.optimizer, model.second.parameters, parts.second);
      const highest = highestRate(parts);
      const rateOf = (part: PartOptimizer, rate: number) =>
        highest === 0 ? 0 : (rate * part.learningRate) / highest;
      const mine = model.first.parameters.length;
      return {
        update(gradients, learningRate) {
          const rates = [rateOf(parts.first, learningRate), rateOf(parts.second, learningRate)] as const;
          probe.phase(splitPhases.first.optimizer, () => first.update(gradients.slice(0, mine), rates[0]));
          probe.phase(splitPhases.second.optimizer, () => second.update(gradients.slice(mine), rates[1]));
          probe.metric('learningRateFirst', rates[0]);
          probe.metric('learningRateSecond', rates[1]);
        },
        dispose() {
          first.dispose();
          second.dispose();
        },
      };
    },
  };
}

/** The rate that the schedule is told of. */
function highestRate({ first, second }: PartOptimizers): number {
  return Math.max(first.learningRate, second.learningRate);
}
