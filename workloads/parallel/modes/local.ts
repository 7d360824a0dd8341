import { parallelMetrics } from '../../../src/model/parallel.ts';
import { viewsOf } from '../../backends/host-values.ts';
import * as tf from '../../tf.ts';
import type { TaskBatch } from '../../training/task.ts';
import { Averaging } from '../averaging.ts';
import type { Mode, ModeTraining, Part } from '../mode.ts';
import { modeSummaries } from '../parallel-options.ts';
import { sharedVariables } from '../snapshot.ts';

/** Local SGD (Stich 2019): replicas train by themselves, and average parameters and moving statistics every so many steps. */
export const localMode: Mode = {
  name: 'local',
  summary: modeSummaries.local,
  start: (part) => new LocalTraining(part),
};

class LocalTraining<B extends TaskBatch> implements ModeTraining<B> {
  readonly lockstep = true;
  readonly #part: Part<B>;
  readonly #variables: readonly tf.Variable[];
  readonly #averaging: Averaging;
  #steps = 0;
  #averages = 0;

  constructor(part: Part<B>) {
    this.#part = part;
    this.#variables = sharedVariables(part.task);
    this.#averaging = new Averaging(
      part,
      this.#variables.map(({ size }) => size),
    );
  }

  gradients(task: Part<B>['task'], batch: B, probe: Part<B>['probe']) {
    return this.#part.strategy.gradients(task, batch, probe);
  }

  optimizer(task: Part<B>['task'], choice: Parameters<Part<B>['strategy']['optimizer']>[1]) {
    const { strategy, slow, probe } = this.#part;
    const own = strategy.optimizer(task, choice);
    return {
      update: async (gradients: readonly tf.Tensor[], learningRate: number) => {
        await own.update(gradients, learningRate);
        this.#steps += 1;
        slow();
        if (this.isShared(this.#steps)) await this.#average();
        probe.metric(parallelMetrics.modelVersion, this.#averages);
      },
      dispose: () => own.dispose(),
    };
  }

  isShared(steps: number): boolean {
    return steps % this.#part.mode.averageEvery === 0;
  }

  async takeShared(): Promise<void> {
    if (!this.isShared(this.#steps)) await this.#average();
  }

  dispose = () => undefined;

  async #average(): Promise<void> {
    const views = await viewsOf(this.#variables);
    for (const [item, view] of views.entries()) this.#averaging.fill(item, view);
    this.#averaging.give(true);
    const means = this.#averaging.take(this.#variables.map(({ shape }) => shape));
    for (const [index, variable] of this.#variables.entries()) variable.assign(means[index] as tf.Tensor);
    tf.dispose(means);
    this.#averages += 1;
  }
}
