import { WarpwatchError } from '../../src/model/errors.ts';
import { parallelMetrics } from '../../src/model/parallel.ts';
import type { GroupTraining, Joining } from '../training/replica.ts';
import type { OptimizerChoice } from '../training/strategy.ts';
import type { TaskBatch } from '../training/task.ts';
import { Checkpoints } from './checkpoints.ts';
import { factsOf } from './common-facts.ts';
import type { ModeTraining } from './mode.ts';
import { trainAlone } from './modes/alone.ts';
import { checkMode } from './parallel-options.ts';
import type { ReplicaSettings } from './replica.ts';
import { checksumOf, normOf, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { Straggling } from './straggling.ts';
import type { Transport } from './transport.ts';

/**
 * Joins the others and begins to train by the mode.
 * @throws WarpwatchError where the replicas do not train the same, one is missing, or the mode cannot do what is asked for
 */
export async function joinGroup<B extends TaskBatch>(
  settings: ReplicaSettings,
  joining: Joining<B>,
): Promise<GroupTraining<B>> {
  const { transport, mode, modeSettings, parallel } = settings;
  const { steps } = joining.settings;
  if (steps === null) {
    throw new WarpwatchError('usage', 'Replicas train for a number of steps each: give --steps.');
  }
  checkMode(parallel.mode, modeSettings);
  transport.agree(await factsOf(settings, joining));
  const factor = parallel.stragglers.find(({ replica }) => replica === transport.rank)?.factor ?? 1;
  const straggling = new Straggling(transport, factor);
  const part = { ...joining, transport, mode: modeSettings, slow: () => straggling.hold() };
  const training = mode === null ? trainAlone(part) : mode.start(part);
  return new GroupRun(settings, joining, steps, training, straggling);
}

/** What one step was told with, or all of them so far. */
interface Spending {
  readonly waitSeconds: number;
  readonly communicateSeconds: number;
  readonly slowedSeconds: number;
}

class GroupRun<B extends TaskBatch> implements GroupTraining<B> {
  readonly #settings: ReplicaSettings;
  readonly #joining: Joining<B>;
  readonly #transport: Transport;
  /** Of each replica. */
  readonly #plannedSteps: number;
  readonly #training: ModeTraining<B>;
  readonly #straggling: Straggling;
  readonly #checkpoints: Checkpoints<B>;
  #steps = 0;
  #groupSteps = 0;
  #spentBefore: Spending;

  constructor(
    settings: ReplicaSettings,
    joining: Joining<B>,
    plannedSteps: number,
    training: ModeTraining<B>,
    straggling: Straggling,
  ) {
    const { transport, checkpoints: count } = settings;
    const { rank, size } = transport;
    this.#settings = settings;
    this.#joining = joining;
    this.#transport = transport;
    this.#plannedSteps = plannedSteps;
    this.#training = training;
    this.#straggling = straggling;
    this.#checkpoints = new Checkpoints(joining.task, joining.probe, { count, rank, size });
    this.#spentBefore = this.#spending();
  }

  get position(): number {
    return this.#training.lockstep ? this.#steps : this.#groupSteps / this.#transport.size;
  }

  goesOn(): boolean {
    if (!this.#training.lockstep) this.#groupSteps = this.#transport.progress().groupSteps;
    return this.position < this.#plannedSteps;
  }

  gradients(task: Joining<B>['task'], batch: B, probe: Joining<B>['probe']) {
    this.#spentBefore = this.#spending();
    return this.#training.gradients(task, batch, probe);
  }

  optimizer(task: Joining<B>['task'], choice: OptimizerChoice) {
    const own = this.#training.optimizer(task, choice);
    return {
      update: async (gradients: Parameters<typeof own.update>[0], learningRate: number) => {
        await own.update(gradients, learningRate);
        this.#steps += 1;
        this.#groupSteps = this.#transport.endStep();
        this.#tellStep();
      },
      dispose: () => {
        own.dispose();
        this.#training.dispose();
      },
    };
  }

  async afterStep(): Promise<void> {
    const { lockstep } = this.#training;
    if (!this.#training.isShared(this.#steps)) return;
    if (!this.#checkpoints.isDue(this.position / this.#plannedSteps)) return;
    // The parameters of this replica are as old as its last step.
    if (!lockstep) await this.#training.takeShared();
    await this.#checkpoints.keep(this.#where());
  }

  async finish(): Promise<void> {
    const { task, settings, probe } = this.#joining;
    // What the others still have to hand in belongs to the parameters of the end.
    this.#transport.barrier();
    await this.#training.takeShared();
    if (this.#checkpoints.keepsLast) await this.#checkpoints.keep(this.#where());
    const last = await takeSnapshot(task);
    probe.metric(parallelMetrics.parameterChecksum, checksumOf(last));
    probe.metric(parallelMetrics.parameterNorm, normOf(last));
    await this.#checkpoints.evaluate(settings.batchSize, this.#settings.evaluationSamples);
    restoreSnapshot(task, last);
  }

  /** Figures of the step that ends now. */
  #tellStep(): void {
    const { probe } = this.#joining;
    const now = this.#spending();
    for (const key of ['waitSeconds', 'communicateSeconds', 'slowedSeconds'] as const) {
      probe.metric(parallelMetrics[key], now[key] - this.#spentBefore[key]);
    }
    probe.metric(parallelMetrics.groupSteps, this.#groupSteps);
  }

  #spending(): Spending {
    const { waitSeconds, communicateSeconds } = this.#transport.spent;
    return { waitSeconds, communicateSeconds, slowedSeconds: this.#straggling.slowedSeconds };
  }

  #where(): string {
    const { groupSteps } = this.#transport.progress();
    return `after ${groupSteps} ${groupSteps === 1 ? 'step' : 'steps'} of all replicas`;
  }
}
