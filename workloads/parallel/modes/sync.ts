import { WarpwatchError } from '../../../src/model/errors.ts';
import { parallelMetrics } from '../../../src/model/parallel.ts';
import { withReducedMoments } from '../../backends/fused-batch-norm.ts';
import { readsAtOnce, viewOf, viewsOf } from '../../backends/host-values.ts';
import * as tf from '../../tf.ts';
import { wholeModel } from '../../training/strategy.ts';
import type { TaskBatch } from '../../training/task.ts';
import { Averaging } from '../averaging.ts';
import { watchGradients } from '../gradient-watch.ts';
import type { Mode, ModeTraining, Part } from '../mode.ts';
import { modeSummaries } from '../parallel-options.ts';
import { momentsReducer } from '../synchronised-moments.ts';

/**
 * Gradients are averaged in buckets (Li et al. 2020, PyTorch Distributed), moving statistics with them; then each replica makes
 * the same update with its own optimizer. With normalisations over all batches N replicas of batch B train as one of batch N·B.
 */
export const syncMode: Mode = {
  name: 'sync',
  summary: modeSummaries.sync,
  start: (part) => new SyncTraining(part),
};

class SyncTraining<B extends TaskBatch> implements ModeTraining<B> {
  readonly lockstep = true;
  readonly #part: Part<B>;
  readonly #variables: readonly tf.Variable[];
  readonly #statistics: readonly tf.Variable[];
  readonly #averaging: Averaging;
  readonly #reduceMoments: ((values: Float32Array) => void) | null;
  #version = 0;

  constructor(part: Part<B>) {
    const { task, mode } = part;
    if (mode.batchNorm === 'synchronised' && !readsAtOnce()) {
      throw new WarpwatchError(
        'usage',
        `--batch-norm synchronised reads tensors within a pass, which the ${tf.getBackend()} backend cannot: take another, or local.`,
      );
    }
    this.#part = part;
    this.#variables = task.parameters.map(({ variable }) => variable);
    this.#statistics = (task.statistics ?? []).map(({ variable }) => variable);
    // The last items are handed over first: the backward pass begins with the last layers, and statistics can wait.
    this.#averaging = new Averaging(
      part,
      [...this.#statistics, ...this.#variables].map(({ size }) => size),
    );
    this.#reduceMoments = mode.batchNorm === 'synchronised' ? momentsReducer(part) : null;
  }

  gradients(task: Part<B>['task'], batch: B, probe: Part<B>['probe']) {
    const { strategy } = this.#part;
    const compute = () => strategy.gradients(task, batch, probe);
    const overlapped = () => (this.#overlaps() ? this.#givingEarly(compute) : compute());
    return this.#reduceMoments === null ? overlapped() : withReducedMoments(this.#reduceMoments, overlapped);
  }

  optimizer(task: Part<B>['task'], choice: Parameters<Part<B>['strategy']['optimizer']>[1]) {
    const { strategy, slow, probe } = this.#part;
    const own = strategy.optimizer(task, choice);
    return {
      update: async (gradients: readonly tf.Tensor[], learningRate: number) => {
        const items = [...this.#statistics, ...gradients];
        const rest = this.#averaging.unfilled;
        const views = await viewsOf(rest.map((item) => items[item] as tf.Tensor));
        for (const [index, item] of rest.entries()) this.#averaging.fill(item, views[index] as Float32Array);
        slow();
        this.#averaging.give(true);
        const means = this.#averaging.take(items.map(({ shape }) => shape));
        for (const [index, variable] of this.#statistics.entries())
          variable.assign(means[index] as tf.Tensor);
        try {
          await own.update(means.slice(this.#statistics.length), learningRate);
        } finally {
          tf.dispose(means);
        }
        this.#version += 1;
        // Everyone's update is of the same parameters.
        probe.metric(parallelMetrics.staleness, 0);
        probe.metric(parallelMetrics.modelVersion, this.#version);
      },
      dispose: () => own.dispose(),
    };
  }

  isShared = () => true;
  takeShared = () => undefined;
  dispose = () => undefined;

  /** Elsewhere a gradient may not be complete when the tape says so, or not be there when its kernel has returned. */
  #overlaps(): boolean {
    const { mode, strategy } = this.#part;
    return mode.overlap && readsAtOnce() && strategy.gradients === wholeModel.gradients;
  }

  #givingEarly<T>(compute: () => T): T {
    const before = this.#statistics.length;
    return watchGradients(
      this.#variables,
      (variable, gradient, place) => {
        this.#averaging.add(before + variable, viewOf(gradient), place);
        this.#averaging.give(false);
      },
      compute,
    );
  }
}
