import { plural } from './numbers.ts';
import type { ParallelInfo, Straggler, TransportName } from './parallel.ts';

export const transportWords: Readonly<Record<TransportName, string>> = {
  none: '',
  'shared-memory': 'shared memory',
  mpi: 'MPI',
};

/** A group in words, the most telling first: `sync · 2 replicas · shared memory · buckets of 4 MiB`. */
export function groupText({ mode, replicas, transport, settings }: ParallelInfo): string {
  return [mode, plural(replicas, 'replica'), transportWords[transport], settings]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Who is slowed on purpose: `straggler 1 at 2.0x, on purpose`; '' where nobody is. */
export function stragglersText(stragglers: readonly Straggler[]): string {
  if (stragglers.length === 0) return '';
  const each = stragglers.map(({ replica, factor }) => `${replica} at ${factorText(factor)}`);
  return `${stragglers.length === 1 ? 'straggler' : 'stragglers'} ${each.join(', ')}, on purpose`;
}

/** `2.0x`, and no digit less than was asked for. */
function factorText(factor: number): string {
  return `${Number.isInteger(factor) ? factor.toFixed(1) : factor}x`;
}
