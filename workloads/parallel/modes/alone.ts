import type { TaskBatch } from '../../training/task.ts';
import type { ModeTraining, Part } from '../mode.ts';

/** One replica that trains as it would without a group. */
export function trainAlone<B extends TaskBatch>({ strategy, slow }: Part<B>): ModeTraining<B> {
  return {
    lockstep: true,
    gradients: (task, batch, probe) => strategy.gradients(task, batch, probe),
    optimizer(task, choice) {
      const own = strategy.optimizer(task, choice);
      return {
        update(gradients, learningRate) {
          slow();
          return own.update(gradients, learningRate);
        },
        dispose: () => own.dispose(),
      };
    },
    isShared: () => true,
    takeShared: () => undefined,
    dispose: () => undefined,
  };
}
