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
