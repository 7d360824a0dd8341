import type { RankRow } from '../../src/analysis/details.ts';
import type { ReplicasView } from '../../src/analysis/replica-view.ts';
import { isKnown } from '../../src/model/measured.ts';

export const noRanksText = 'no process records kernels: start the program with `warpwatch run` to see it';

/** Whether the rows are ranks of a distributed training; otherwise they are processes that record kernels. */
export function areRanks(rows: readonly RankRow[]): boolean {
  return rows.some(({ rank }) => rank !== null);
}

/** A sentence on who keeps the others waiting. */
export interface Verdict {
  readonly text: string;
  /** Somebody does. */
  readonly isBad: boolean;
}

/** Null where there is nothing to compare. */
export function rankVerdict(rows: readonly RankRow[]): Verdict | null {
  if (rows.length < 2 || !areRanks(rows)) return null;
  const slow = rows.filter(({ straggler }) => straggler);
  if (slow.length === 0) return { text: 'no rank keeps the others waiting', isBad: false };
  const names = slow.map(({ rank }) => `rank ${rank}`).join(', ');
  return { text: `the others wait for ${names} in communication`, isBad: true };
}

/** Null where there is nothing to compare. */
export function replicaVerdict({ rows, verdict }: ReplicasView): Verdict | null {
  if (verdict !== '') return { text: verdict, isBad: rows.some(({ straggler }) => straggler) };
  if (rows.length < 2 || !rows.some(({ wait }) => isKnown(wait))) return null;
  return { text: 'no replica keeps the others waiting for long', isBad: false };
}
