import { WarpwatchError } from '../../../src/model/errors.ts';
import { parallelMetrics } from '../../../src/model/parallel.ts';
import { viewsOf } from '../../backends/host-values.ts';
import type * as tf from '../../tf.ts';
import { wholeModel } from '../../training/strategy.ts';
import type { TaskBatch } from '../../training/task.ts';
import type { Mode, ModeTraining, Part } from '../mode.ts';
import { modeSummaries } from '../parallel-options.ts';
import { ParameterServers } from '../parameter-servers.ts';
import { sharedVariables } from '../snapshot.ts';

/**
 * Parameter servers (Li et al. 2014): a replica computes gradients at what it pulled, has the servers update by them, and pulls
 * again. With a bound it is stale synchronous parallel (Ho et al. 2013); rates by staleness are those of Zhang et al. 2016.
 */
export const asyncMode: Mode = {
  name: 'async',
  summary: modeSummaries.async,
  start: (part) => new AsyncTraining(part),
};

class AsyncTraining<B extends TaskBatch> implements ModeTraining<B> {
  readonly #part: Part<B>;
  readonly #servers: ParameterServers;
  readonly #statistics: readonly tf.Variable[];
  #steps = 0;

  constructor(part: Part<B>) {
    if (part.strategy.optimizer !== wholeModel.optimizer) {
      throw new WarpwatchError(
        'usage',
        'The servers of the mode async know one optimizer for all parameters, and this workload has others: take sync or local.',
      );
    }
    this.#part = part;
    this.#servers = new ParameterServers(part);
    this.#statistics = sharedVariables(part.task).slice(part.task.parameters.length);
  }

  /** With a bound all make the same steps: who waits for the slowest can be sure that it comes. */
  get lockstep(): boolean {
    return this.#part.mode.stalenessBound !== null;
  }

  gradients(task: Part<B>['task'], batch: B, probe: Part<B>['probe']) {
    this.#waitForSlowest();
    return this.#part.strategy.gradients(task, batch, probe);
  }

  optimizer() {
    const { slow, probe } = this.#part;
    return {
      update: async (gradients: readonly tf.Tensor[], learningRate: number) => {
        const views = await viewsOf([...gradients, ...this.#statistics]);
        slow();
        const { staleness, version } = this.#servers.push(views, learningRate);
        this.#servers.pull();
        this.#steps += 1;
        probe.metric(parallelMetrics.staleness, staleness);
        probe.metric(parallelMetrics.modelVersion, version);
      },
      dispose: () => undefined,
    };
  }

  isShared = () => true;

  takeShared(): void {
    this.#servers.pull();
  }

  dispose(): void {
    this.#servers.close();
  }

  #waitForSlowest(): void {
    const { transport, mode } = this.#part;
    if (mode.stalenessBound === null) return;
    const wanted = this.#steps - mode.stalenessBound;
    if (transport.progress().slowestSteps >= wanted) return;
    transport.waitForSlowest(wanted);
    // What the slowest has done meanwhile belongs to what this step begins with.
    this.#servers.pull();
  }
}
