/** The pages, in the order of their number keys. */
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
export type Page = (typeof pages)[number];

/** Columns by which the kernel table can be sorted, largest first. */
export const sortColumns = ['share', 'calls', 'mean', 'occupancy', 'flops', 'peak'] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Orders of the process table: figures largest first, the rest from small to large. */
export const processSorts = ['memory', 'util', 'pid', 'user', 'device'] as const;
export type ProcessSort = (typeof processSorts)[number];

/** How much of the past the charts show. */
export const windowChoices = [60, 300, 900, 3600] as const;
export type WindowSeconds = (typeof windowChoices)[number];
