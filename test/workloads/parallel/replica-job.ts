import type { ModeSettings } from '../../../workloads/parallel/mode.ts';
import type { GroupModeName } from '../../../workloads/parallel/parallel-options.ts';
import type { Seat } from '../../../workloads/parallel/transports/shared-memory/host.ts';
import type { FaultChoice } from '../../../workloads/training/faults/names.ts';
import type { TrainSettings } from '../../../workloads/training/train.ts';
import type { TinyModel } from './tiny-models.ts';

/** What one replica is to train. */
export interface ReplicaJob {
  readonly seat: Seat;
  readonly mode: GroupModeName | null;
  readonly modeSettings?: Partial<ModeSettings>;
  readonly settings?: Partial<TrainSettings>;
  readonly model?: TinyModel;
  readonly seed?: number;
  readonly fault?: FaultChoice;
  /** This replica is held back to so many times its computing time. */
  readonly straggler?: number;
  readonly checkpoints?: number;
  /** Sums the gradients of so many batches before each update, as one that stands for several replicas. */
  readonly microBatches?: number;
  readonly version?: string;
}

export interface ReplicaOutcome {
  /** Values by name, in the order in which they were told. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  /** Moments of the same. */
  readonly momentsNs: Readonly<Record<string, readonly number[]>>;
  /** Moments at which a checkpoint was kept. */
  readonly checkpointsNs: readonly number[];
  /** After each step. */
  readonly parametersBySteps: readonly Float32Array[];
  readonly stepEndsNs: readonly number[];
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
  readonly steps: number;
  /** More tensors than before the training. */
  readonly tensorsLeft: number;
  /** Findings on health that warn. */
  readonly warnings: readonly string[];
}
