import type { ParallelInfo } from '../../src/model/parallel.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Shard } from '../input/feed.ts';
import type { ScheduleName } from './schedules.ts';
import type { OptimizerChoice, Strategy } from './strategy.ts';
import type { TaskBatch, TrainingTask } from './task.ts';

/** The place of a training among several that train one model together. */
export interface Replica {
  /** The batches that are its own. */
  readonly shard: Shard;
  readonly parallel: ParallelInfo;
  /**
   * Joins the others and waits until all are there.
   * @param strategy what the training would do alone
   * @throws WarpwatchError where the replicas do not train the same, or one is missing
   */
  join<B extends TaskBatch>(joining: Joining<B>): Promise<GroupTraining<B>>;
}

/** What a replica brings when it joins. */
export interface Joining<B extends TaskBatch> {
  readonly task: TrainingTask<never, B>;
  readonly settings: JoiningSettings;
  readonly strategy: Strategy<B>;
  readonly probe: TrainingProbe;
}

export interface JoiningSettings extends OptimizerChoice {
  readonly batchSize: number;
  readonly steps: number | null;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
}

/** The strategy of a replica, and how its steps go with those of the others. */
export interface GroupTraining<B extends TaskBatch> extends Strategy<B> {
  /** How many steps of its own a replica is thought to have made by now: where the schedule stands. */
  readonly position: number;
  /**
   * Before each step: whether it is to be made, as long as the group has steps left. Waits where a mode has a replica wait.
   * @throws WarpwatchError where the group cannot go on
   */
  goesOn(): boolean | Promise<boolean>;
  /** After each step. */
  afterStep(): void | Promise<void>;
  /**
   * After the last step, as long as the task is there: takes in what the group has come to, and evaluates.
   * @param look looks at what the group has come to, before it is evaluated
   */
  finish(look: () => Promise<void>): Promise<void>;
}
