import type { ParallelInfo } from '../../src/model/parallel.ts';
import type { Replica } from '../training/replica.ts';
import { joinGroup } from './group-run.ts';
import type { Mode, ModeSettings } from './mode.ts';
import type { Transport } from './transport.ts';

export interface ReplicaSettings {
  /** Of a group of one where `mode` is null. */
  readonly transport: Transport;
  /** Says too which replicas are slowed. */
  readonly parallel: ParallelInfo;
  /** null for one replica that trains as it would without a group: what the modes are compared with. */
  readonly mode: Mode | null;
  readonly modeSettings: ModeSettings;
  /** How many times the parameters are kept, evenly over the training and at its end; 0 for never. */
  readonly checkpoints: number;
  /** Samples that each of them is evaluated on after the training; 0 for none. */
  readonly evaluationSamples: number;
  /** Of warpwatch; the same in all replicas. */
  readonly version: string;
}

/** The place of a training in a group, for `TrainContext.replica`. Its transport stays the caller's to close. */
export function createReplica(settings: ReplicaSettings): Replica {
  const { transport, parallel } = settings;
  return {
    shard: { index: transport.rank, count: transport.size },
    parallel,
    join: (joining) => joinGroup(settings, joining),
  };
}
