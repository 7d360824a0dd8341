import { WarpwatchError } from '../../src/model/errors.ts';
import { parallelMetrics } from '../../src/model/parallel.ts';
import type { GroupTraining, Joining } from '../training/replica.ts';
import type { OptimizerChoice } from '../training/strategy.ts';
import type { TaskBatch } from '../training/task.ts';
import { Account } from './account.ts';
import { Checkpoints } from './checkpoints.ts';
import { factsOf } from './common-facts.ts';
import type { ModeTraining } from './mode.ts';
import { trainAlone } from './modes/alone.ts';
import { checkMode } from './parallel-options.ts';
import type { ReplicaSettings } from './replica.ts';
import { checksumOf, normOf, restoreSnapshot, takeSnapshot } from './snapshot.ts';
import { Straggling } from './straggling.ts';
import type { Spent } from './transport.ts';

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
  const initial = await takeSnapshot(joining.task);
  transport.agree(factsOf(settings, joining, initial));
  const factor = parallel.stragglers.find(({ replica }) => replica === transport.rank)?.factor ?? 1;
  const account = new Account(transport);
  const straggling = new Straggling(transport, account, factor);
  const slow = () => straggling.hold();
  const part = { ...joining, transport, account, initial, mode: modeSettings, slow };
  const training = mode === null ? trainAlone(part) : mode.start(part);
  return new GroupRun({ ...settings, account, straggling, plannedSteps: steps }, joining, training);
}

/** Seconds so far. */
interface Spending extends Spent {
  readonly slowedSeconds: number;
}

interface GroupRunSettings extends ReplicaSettings {
  readonly account: Account;
  readonly straggling: Straggling;
  /** Of each replica. */
  readonly plannedSteps: number;
}

class GroupRun<B extends TaskBatch> implements GroupTraining<B> {
  readonly #settings: GroupRunSettings;
  readonly #joining: Joining<B>;
  readonly #training: ModeTraining<B>;
  readonly #checkpoints: Checkpoints<B>;
  #steps = 0;
  #groupSteps = 0;
  /** When the step began. */
  #before: Spending;

  constructor(settings: GroupRunSettings, joining: Joining<B>, training: ModeTraining<B>) {
    const { transport, checkpoints: count } = settings;
    const { rank, size } = transport;
    this.#settings = settings;
    this.#joining = joining;
    this.#training = training;
    this.#checkpoints = new Checkpoints(joining.task, joining.probe, { count, rank, size });
    this.#before = this.#spending();
  }

  get position(): number {
    return this.#training.lockstep ? this.#steps : this.#groupSteps / this.#settings.transport.size;
  }

  goesOn(): boolean {
    if (!this.#training.lockstep) this.#groupSteps = this.#settings.transport.progress().groupSteps;
    return this.position < this.#settings.plannedSteps;
  }

  gradients(task: Joining<B>['task'], batch: B, probe: Joining<B>['probe']) {
    this.#before = this.#spending();
    return this.#training.gradients(task, batch, probe);
  }

  optimizer(task: Joining<B>['task'], choice: OptimizerChoice) {
    const own = this.#training.optimizer(task, choice);
    return {
      update: async (gradients: Parameters<typeof own.update>[0], learningRate: number) => {
        await own.update(gradients, learningRate);
        this.#steps += 1;
        this.#groupSteps = this.#settings.transport.endStep();
        this.#tellStep();
      },
      dispose: () => {
        own.dispose();
        this.#training.dispose();
      },
    };
  }

  async afterStep(): Promise<void> {
    if (!this.#training.isShared(this.#steps)) return;
    if (!this.#checkpoints.isDue(this.position / this.#settings.plannedSteps)) return;
    await this.#training.takeShared();
    await this.#checkpoints.keep(this.#where());
  }

  async finish(look: () => Promise<void>): Promise<void> {
    const { task, settings, probe } = this.#joining;
    // What the others still have to hand in belongs to the parameters of the end.
    this.#settings.transport.barrier();
    await this.#training.takeShared();
    if (this.#checkpoints.keepsLast) await this.#checkpoints.keep(this.#where());
    const last = await takeSnapshot(task);
    probe.metric(parallelMetrics.parameterChecksum, checksumOf(last));
    probe.metric(parallelMetrics.parameterNorm, normOf(last));
    await look();
    await this.#checkpoints.evaluate(settings.batchSize, this.#settings.evaluationSamples);
    restoreSnapshot(task, last);
  }

  /** Figures of the step that ends now. */
  #tellStep(): void {
    const { probe } = this.#joining;
    const now = this.#spending();
    for (const key of ['waitSeconds', 'communicateSeconds', 'slowedSeconds'] as const) {
      probe.metric(parallelMetrics[key], now[key] - this.#before[key]);
    }
    probe.metric(parallelMetrics.groupSteps, this.#groupSteps);
  }

  #spending(): Spending {
    const { account, straggling } = this.#settings;
    return { ...account.spent, slowedSeconds: straggling.slowedSeconds };
  }

  #where(): string {
    const { groupSteps } = this.#settings.transport.progress();
    return `after ${groupSteps} ${groupSteps === 1 ? 'step' : 'steps'} of all replicas`;
  }
}
