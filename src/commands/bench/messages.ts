import type { ModeSettings } from '../../../workloads/parallel/mode.ts';
import type { MpiSeat } from '../../../workloads/parallel/transports/mpi/seat.ts';
import type { Seat } from '../../../workloads/parallel/transports/shared-memory/host.ts';
import type { ParallelInfo } from '../../model/parallel.ts';
import type { TrainingWork } from '../train/messages.ts';
import type { OnLoss, ReplicaFault } from './options.ts';

/** What the replicas of a run have in common. */
export interface GroupWork {
  /** Of the recording. */
  readonly directory: string;
  readonly work: Omit<TrainingWork, 'adapter'>;
  /** GPU of each replica in turn, as `TrainingWork.adapter`; empty for the best. */
  readonly adapters: readonly string[];
  readonly parallel: ParallelInfo;
  readonly modeSettings: ModeSettings;
  /** How often parameters are kept during the training, and on how many samples they are evaluated after it. */
  readonly checkpoints: number;
  readonly evaluationSamples: number;
  readonly faults: readonly ReplicaFault[];
  /** Whether each kernel is recorded. */
  readonly kernels: boolean;
}

/** What the process that hosts all replicas of a run is told. */
export interface GroupOrder extends GroupWork {
  readonly onLoss: OnLoss;
  /** A replica that neither waits for others nor shows any sign of life for so long is taken as hung. */
  readonly deadlineSeconds: number;
}

/** A replica's place among those that it trains with. */
export type ReplicaPlace =
  | { readonly transport: 'shared-memory'; readonly seat: Seat }
  | { readonly transport: 'mpi'; readonly seat: MpiSeat };

/** What the thread of one replica is given. */
export interface ReplicaOrder extends GroupWork {
  readonly place: ReplicaPlace;
  /** One word that the replica changes with each sign of life. */
  readonly signs: Int32Array;
}
