import type { RankRow } from '../../analysis/details.ts';
import type { ReplicaFigures } from '../../analysis/replica-view.ts';
import type { Snapshot } from '../../analysis/snapshot.ts';

/** A rank of a distributed training as metrics tell it; null for what it does not. */
export interface RankFigures {
  readonly rank: number;
  readonly steps: number | null;
  readonly samplesPerSecond: number | null;
  readonly stepSeconds: number | null;
  readonly compute: number | null;
  readonly communication: number | null;
  readonly wait: number | null;
  readonly loss: number | null;
  readonly straggler: boolean;
}

/** Empty where the training is not distributed. Replicas say more of themselves than their kernels do. */
export function ranksOf({ details: { ranks, replicas } }: Snapshot): readonly RankFigures[] {
  if (replicas !== null) return replicas.rows.map(ofReplica);
  return (ranks ?? []).flatMap((row) => (row.rank === null ? [] : [ofRank(row, row.rank)]));
}

function ofReplica(row: ReplicaFigures): RankFigures {
  return {
    rank: row.replica,
    steps: row.steps,
    samplesPerSecond: row.samplesPerSecond.value,
    stepSeconds: row.stepSeconds.value,
    compute: row.compute.value,
    communication: row.communicate.value,
    wait: row.wait.value,
    loss: row.loss.value,
    straggler: row.straggler,
  };
}

function ofRank(row: RankRow, rank: number): RankFigures {
  return {
    rank,
    steps: row.step,
    samplesPerSecond: null,
    stepSeconds: row.stepSeconds.value,
    compute: row.computeShare.value,
    communication: row.communicationShare.value,
    wait: null,
    loss: null,
    straggler: row.straggler,
  };
}
