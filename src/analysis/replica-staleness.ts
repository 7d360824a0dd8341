import { absent, known, type Measured } from '../model/measured.ts';
import { type ModeName, type ParallelInfo, parallelMetrics } from '../model/parallel.ts';
import type { Step } from '../model/training.ts';
import { eachSampleOf, extentOf, type ReplicaSeries } from './replica-records.ts';

/** Updates by their staleness. */
export type StalenessCounts = ReadonlyMap<number, number>;

export interface StalenessRow {
  readonly staleness: number;
  readonly updates: number;
}

/** Where the staleness of a mode is from, or why it has none. */
const byMode: Readonly<Record<ModeName | 'command', { readonly from: string } | { readonly why: string }>> = {
  single: { from: 'one replica alone' },
  sync: { from: 'sync, in lockstep' },
  async: { from: 'workload' },
  local: {
    why: 'Between two averages each replica trains weights of its own: none of its updates is stale.',
  },
  command: { why: 'A program that is not warpwatch’s own does not tell how stale its updates are.' },
};

/** The staleness of the updates of these steps; null where the mode knows none, or nobody tells it. */
export function stalenessCounts(
  series: ReplicaSeries,
  replica: number,
  { mode }: ParallelInfo,
  steps: readonly Step[],
): StalenessCounts | null {
  const entry = series(replica, parallelMetrics.staleness);
  const extent = extentOf(steps);
  const counts = new Map<number, number>();
  if (entry !== null && extent !== null) {
    eachSampleOf(entry, extent, (value) => {
      if (Number.isFinite(value)) counts.set(Math.round(value), (counts.get(Math.round(value)) ?? 0) + 1);
    });
    return counts;
  }
  // In lockstep nobody updates between a replica's taking the parameters and the update of all.
  if (mode === 'single' || mode === 'sync') return steps.length > 0 ? counts.set(0, steps.length) : counts;
  return null;
}

/** All of them together; null where none is known. */
export function sumCounts(several: readonly (StalenessCounts | null)[]): StalenessCounts | null {
  const known = several.filter((counts) => counts !== null);
  if (known.length === 0) return null;
  const sums = new Map<number, number>();
  for (const counts of known) {
    for (const [staleness, updates] of counts) sums.set(staleness, (sums.get(staleness) ?? 0) + updates);
  }
  return sums;
}

/** Ascending. */
export function stalenessRows(counts: StalenessCounts | null): StalenessRow[] {
  return [...(counts ?? [])]
    .map(([staleness, updates]) => ({ staleness, updates }))
    .sort((a, b) => a.staleness - b.staleness);
}

/** A figure of the updates, such as their mean; absent with the reason of the mode. */
export function ofUpdates(
  mode: ModeName | 'command',
  rows: readonly StalenessRow[] | null,
  figure: (rows: readonly StalenessRow[]) => number,
): Measured {
  const said = byMode[mode];
  if (rows === null || rows.length === 0) {
    if ('why' in said) return absent(said.why);
    return absent(
      rows === null
        ? 'The replicas do not tell how stale their updates are.'
        : 'No update of parameters was told.',
    );
  }
  return known(figure(rows), 'from' in said ? said.from : 'workload');
}

export function meanOfUpdates(rows: readonly StalenessRow[]): number {
  const updates = rows.reduce((sum, row) => sum + row.updates, 0);
  return rows.reduce((sum, row) => sum + row.staleness * row.updates, 0) / updates;
}

/** The staleness that so large a share of the updates does not go beyond. */
export function quantileOfUpdates(rows: readonly StalenessRow[], share: number): number {
  const wanted = share * rows.reduce((sum, row) => sum + row.updates, 0);
  let updates = 0;
  for (const row of rows) {
    updates += row.updates;
    if (updates >= wanted) return row.staleness;
  }
  return rows.at(-1)?.staleness ?? Number.NaN;
}
