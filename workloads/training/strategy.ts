import type { TrainingProbe } from '../../src/model/training.ts';
import { computeGradients, type Gradients } from './gradients.ts';
import { createOptimizer, type Optimizer, type OptimizerName, type OptimizerSettings } from './optimizers.ts';
import type { TaskBatch, TrainingTask } from './task.ts';

/** What the settings of a training say of its optimizer. */
export interface OptimizerChoice extends OptimizerSettings {
  readonly optimizer: OptimizerName;
}

/** How a batch changes a model: where its gradients come from, and what updates the parameters by them. */
export interface Strategy<B extends TaskBatch = TaskBatch> {
  /** Gradients of all parameters of the task; everything that it returns belongs to the caller. */
  gradients(task: TrainingTask<never, B>, batch: B, probe: TrainingProbe): Gradients;
  /** An optimizer of all parameters of the task. */
  optimizer(task: TrainingTask<never, B>, choice: OptimizerChoice): Optimizer;
}

/** The model as one: one backward pass, one optimizer. */
export const wholeModel: Strategy<never> = {
  gradients: computeGradients,
  optimizer: ({ parameters }, choice) => createOptimizer(choice.optimizer, parameters, choice),
};
