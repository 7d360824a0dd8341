import type { KernelReport } from '../../../src/report/report.ts';
import type { KernelColumn } from './kernel-columns.ts';

/** What the reader asks of the kernel table. */
export interface KernelQuery {
  /** Id of the column, or `name`. */
  readonly sortBy: string;
  readonly descending: boolean;
  /** Part of the name; case does not matter. */
  readonly filter: string;
  /** '' for all. */
  readonly category: string;
}

export const firstQuery: KernelQuery = {
  sortBy: 'totalSeconds',
  descending: true,
  filter: '',
  category: '',
};

/** Indices of the kernels that a query asks for, in its order. */
export function selectKernels(
  kernels: readonly KernelReport[],
  columns: readonly KernelColumn[],
  { sortBy, descending, filter, category }: KernelQuery,
): number[] {
  const column = columns.find(({ id }) => id === sortBy);
  const value = (kernel: KernelReport): string | number | null =>
    sortBy === 'name' ? kernel.shortName : (column?.value(kernel) ?? null);
  const wanted = filter.trim().toLowerCase();
  return kernels
    .map((kernel, at) => ({ kernel, at, value: value(kernel) }))
    .filter(
      ({ kernel }) =>
        (category === '' || kernel.category === category) &&
        (wanted === '' ||
          kernel.name.toLowerCase().includes(wanted) ||
          kernel.shortName.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => order(a.value, b.value, descending) || a.at - b.at)
    .map(({ at }) => at);
}

/** Unknown values come last, whichever way. */
function order(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const ascending =
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
  return descending ? -ascending : ascending;
}

/** The query after a press on a column's head: the other way round, or that column with the largest first. */
export function sortedBy(query: KernelQuery, column: string, isText: boolean): KernelQuery {
  if (query.sortBy === column) return { ...query, descending: !query.descending };
  return { ...query, sortBy: column, descending: !isText };
}
