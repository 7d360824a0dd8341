import type { Gradients } from '../training/gradients.ts';
import type { Optimizer } from '../training/optimizers.ts';
import type { Joining } from '../training/replica.ts';
import type { OptimizerChoice } from '../training/strategy.ts';
import type { TaskBatch } from '../training/task.ts';
import type { Account } from './account.ts';
import type { GroupModeName } from './parallel-options.ts';
import type { Snapshot } from './snapshot.ts';
import type { Transport } from './transport.ts';

/** A way for replicas to train one model: one file in `modes/` and a row of its table. */
export interface Mode {
  readonly name: GroupModeName;
  /** One line for help. */
  readonly summary: string;
  /** Begins in a replica, once all have the same model; the same in each. */
  start<B extends TaskBatch>(part: Part<B>): ModeTraining<B>;
}

/** What a mode begins with in a replica. */
export interface Part<B extends TaskBatch> extends Joining<B> {
  readonly transport: Transport;
  /** Counts what a mode copies to and from the transport's memory. */
  readonly account: Account;
  readonly mode: ModeSettings;
  /** What all replicas begin with. */
  readonly initial: Snapshot;
  /** Holds the replica back where it is a straggler; to be called once a step's gradients are there, before they are handed over. */
  readonly slow: () => void;
}

/** Settings of all modes; each takes its own. */
export interface ModeSettings {
  /** Of the average of gradients, in bytes. */
  readonly bucketBytes: number;
  /** Whether a bucket is handed over as soon as its gradients are there, while the backward pass goes on. */
  readonly overlap: boolean;
  /** Steps between two averages of parameters. */
  readonly averageEvery: number;
  /** Parameter servers, and how parameters are dealt out to them. */
  readonly servers: number;
  readonly placement: 'round-robin' | 'size';
  /** The most steps that a replica may be ahead of the slowest; null for any. */
  readonly stalenessBound: number | null;
  /** Whether an update that is late by k others is applied at the learning rate over k + 1. */
  readonly staleRate: 'constant' | 'inverse';
  /** Whose batches a normalisation takes the moments of: those of its replica, or of all. */
  readonly batchNorm: 'local' | 'synchronised';
}

/** A replica's training in a mode. */
export interface ModeTraining<B extends TaskBatch> {
  /** Waits first where the mode has a replica wait. */
  gradients(task: Joining<B>['task'], batch: B, probe: Joining<B>['probe']): Gradients;
  /** Its `update` tells the probe `staleness` and `modelVersion` where the mode has them. */
  optimizer(task: Joining<B>['task'], choice: OptimizerChoice): Optimizer;
  /** Whether all replicas make the same number of steps, or the group's steps are shared by who is there first. */
  readonly lockstep: boolean;
  /** Whether the parameters of this replica are the group's own after so many steps; only then are they worth keeping. */
  isShared(steps: number): boolean;
  /** After the last step and before a checkpoint: brings the group's parameters and statistics into the task. */
  takeShared(): void | Promise<void>;
  dispose(): void;
}
