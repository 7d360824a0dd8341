/** The pages of a machine, in the order of their number keys from 1 on. */
export const pages = [
  'overview',
  'gpu',
  'processes',
  'kernels',
  'timeline',
  'ranks',
  'training',
  'findings',
  'sources',
] as const;
export type MachinePage = (typeof pages)[number];
/** `fleet` is page 0: all hosts, where more than one machine is watched. */
export type Page = 'fleet' | MachinePage;

/** Columns by which the kernel table can be sorted, largest first. */
export const sortColumns = ['share', 'calls', 'mean', 'occupancy', 'flops', 'peak'] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Orders of the process table: figures largest first, the rest from small to large. */
export const processSorts = ['memory', 'util', 'pid', 'user', 'device'] as const;
export type ProcessSort = (typeof processSorts)[number];

/** How much of the past the charts show. */
export const windowChoices = [60, 300, 900, 3600] as const;
export type WindowSeconds = (typeof windowChoices)[number];

/** The value `step` places on, around the end. */
export function next<T>(values: readonly T[], value: T, step: number): T {
  return values[(values.indexOf(value) + step + values.length) % values.length] ?? value;
}

/** The value `step` places on, or the last one there. */
export function nextInside<T>(values: readonly T[], value: T, step: number): T {
  const at = Math.max(0, Math.min(values.length - 1, values.indexOf(value) + step));
  return values[at] ?? value;
}
