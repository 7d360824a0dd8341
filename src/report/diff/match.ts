import type { KernelCategory } from '../../analysis/categories.ts';
import type { KernelSpread } from './batches.ts';

/** A kernel of one side at one device position, with its words. */
export interface SideKernel extends KernelSpread {
  /** Which device of its run, from 0. */
  readonly position: number;
  readonly shortName: string;
  readonly category: KernelCategory;
  /** As the report has it: null for kernels that could not use them. */
  readonly tensorCores: boolean | null;
}

/** Kernels of the two sides that stand for each other. */
export interface Match {
  readonly by: 'name' | 'shortName' | 'category';
  readonly before: readonly SideKernel[];
  readonly after: readonly SideKernel[];
}

export interface Matches {
  readonly matched: readonly Match[];
  /** Without a namesake on the other side; those of them that a category match holds are here too. */
  readonly gone: readonly SideKernel[];
  readonly new: readonly SideKernel[];
}

/**
 * Matches kernels by device position and full name; what is left by position and short name, since template
 * arguments change with a version; what is left then by category, all of one together.
 */
export function matchKernels(before: readonly SideKernel[], after: readonly SideKernel[]): Matches {
  const byName = pair(before, after, ({ position, name }) => `${position}\n${name}`);
  const byShort = pair(byName.before, byName.after, ({ position, shortName }) => `${position}\n${shortName}`);
  const byCategory = pair(byShort.before, byShort.after, ({ category }) => category);
  const named = [
    ...merge(byName.pairs, ({ name }) => name, 'name'),
    ...merge(byShort.pairs, ({ shortName }) => shortName, 'shortName'),
  ];
  return {
    matched: [...named, ...merge(byCategory.pairs, ({ category }) => category, 'category')],
    gone: byShort.before,
    new: byShort.after,
  };
}

interface Pairs {
  readonly pairs: readonly (readonly [before: SideKernel[], after: SideKernel[]])[];
  readonly before: SideKernel[];
  readonly after: SideKernel[];
}

function pair(
  before: readonly SideKernel[],
  after: readonly SideKernel[],
  keyOf: (kernel: SideKernel) => string,
): Pairs {
  const groups = new Map<string, [SideKernel[], SideKernel[]]>();
  const groupOf = (kernel: SideKernel) => {
    const key = keyOf(kernel);
    const group = groups.get(key) ?? [[], []];
    groups.set(key, group);
    return group;
  };
  for (const kernel of before) groupOf(kernel)[0].push(kernel);
  for (const kernel of after) groupOf(kernel)[1].push(kernel);
  const all = [...groups.values()];
  return {
    pairs: all.filter(([left, right]) => left.length > 0 && right.length > 0),
    before: all.flatMap(([left, right]) => (right.length === 0 ? left : [])),
    after: all.flatMap(([left, right]) => (left.length === 0 ? right : [])),
  };
}

/** Puts the matches of all devices together: a change is told once, not once a device. */
function merge(pairs: Pairs['pairs'], keyOf: (kernel: SideKernel) => string, by: Match['by']): Match[] {
  const merged = new Map<string, { by: Match['by']; before: SideKernel[]; after: SideKernel[] }>();
  for (const [before, after] of pairs) {
    const [first] = before;
    if (first === undefined) continue;
    const key = keyOf(first);
    const entry = merged.get(key) ?? { by, before: [], after: [] };
    entry.before.push(...before);
    entry.after.push(...after);
    merged.set(key, entry);
  }
  return [...merged.values()];
}

/** Sum of the kernels' times. */
export function totalNs(kernels: readonly SideKernel[]): number {
  return kernels.reduce((sum, kernel) => sum + kernel.totalNs, 0);
}

/** Sum of the kernels' calls. */
export function totalCalls(kernels: readonly SideKernel[]): number {
  return kernels.reduce((sum, kernel) => sum + kernel.calls, 0);
}
