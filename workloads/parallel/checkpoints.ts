import { parallelMarks } from '../../src/model/parallel.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Nanoseconds } from '../../src/model/units.ts';
import { evaluate } from '../training/evaluate.ts';
import type { TaskBatch, TrainingTask } from '../training/task.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

interface Kept {
  readonly atNs: Nanoseconds;
  readonly snapshot: Snapshot;
}

export interface CheckpointSettings {
  /** Evenly over the training; the last is that of its end. */
  readonly count: number;
  /** The replica and how many there are: they keep checkpoints in turn, so that these are evaluated side by side. */
  readonly rank: number;
  readonly size: number;
}

/** Parameters that were kept during a training, to be evaluated after it at the cost of no step. */
export class Checkpoints<B extends TaskBatch> {
  readonly #task: TrainingTask<never, B>;
  readonly #probe: TrainingProbe;
  readonly #settings: CheckpointSettings;
  readonly #kept: Kept[] = [];
  #next = 0;

  constructor(task: TrainingTask<never, B>, probe: TrainingProbe, settings: CheckpointSettings) {
    this.#task = task;
    this.#probe = probe;
    this.#settings = settings;
  }

  /** Whether one is to be kept by this replica now, with so much of the training done, 0..1; the end is not asked for. */
  isDue(done: number): boolean {
    const { count, rank, size } = this.#settings;
    let isDue = false;
    while (this.#next < count - 1 && done >= (this.#next + 1) / count) {
      isDue ||= this.#next % size === rank;
      this.#next += 1;
    }
    return isDue;
  }

  /** Whether this replica keeps that of the end. */
  get keepsLast(): boolean {
    const { count, rank, size } = this.#settings;
    return count > 0 && (count - 1) % size === rank;
  }

  /** @param text what is told of it, such as `after 16 steps` */
  async keep(text: string): Promise<void> {
    const atNs = this.#probe.now();
    const end = this.#probe.range(parallelMarks.checkpoint, text);
    this.#kept.push({ atNs, snapshot: await takeSnapshot(this.#task) });
    end();
  }

  /** Tells what an evaluation of each gives, as figures of the moment at which it was kept. Changes parameters and statistics. */
  async evaluate(batchSize: number, samples: number): Promise<void> {
    for (const { atNs, snapshot } of this.#kept) {
      restoreSnapshot(this.#task, snapshot);
      await evaluate(this.#task, { batchSize, samples, atNs }, this.#probe);
    }
  }
}
