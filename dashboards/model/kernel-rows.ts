import type { KernelRow } from '../../src/analysis/kernels.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { isKnown, type Measured } from '../../src/model/measured.ts';
import { count, unknownMark } from '../../src/model/numbers.ts';
import type { SortColumn } from './choices.ts';

/** The rows by a column, largest first; those without that figure come last, in their order. */
export function sortKernels(rows: readonly KernelRow[], by: SortColumn): KernelRow[] {
  const rankOf = (row: KernelRow): number => {
    switch (by) {
      case 'share':
        return row.share;
      case 'calls':
        return row.calls;
      case 'mean':
        return row.meanSeconds;
      case 'occupancy':
        return row.occupancy.value?.occupancy ?? Number.NEGATIVE_INFINITY;
      case 'flops':
        return sortable(row.flopsPerSecond);
      case 'peak':
        return sortable(row.peakShare);
    }
  };
  // Equal ones (two absent figures among them) keep the order that they came in.
  const order = (one: number, other: number): number => (one === other ? 0 : one > other ? -1 : 1);
  return [...rows].sort((one, other) => order(rankOf(one), rankOf(other)));
}

function sortable(measured: Measured): number {
  return isKnown(measured) && !Number.isNaN(measured.value) ? measured.value : Number.NEGATIVE_INFINITY;
}

/** A run that reports steps has its kernels recorded; a machine that is looked at has not. */
export function noKernelsText(snapshot: Snapshot): string {
  const watched = snapshot.training === null && snapshot.state !== 'starting';
  return watched
    ? 'no kernels are recorded: start a program with `warpwatch run` to see them'
    : 'no kernel has ended yet';
}

/** What keeps more warps from an SM; a kernel that fills it is limited by nothing. */
export function limiterOf(limitedBy: string | null | undefined): string {
  return limitedBy ?? unknownMark;
}

/** Blocks of a launch over what all SMs hold at once. */
export function wavesText(waves: number): string {
  return waves < 10 ? waves.toFixed(2) : count(Math.round(waves));
}
