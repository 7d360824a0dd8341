import type { ActivityKind } from '../../model/activity.ts';
import type { LaunchTotals, Timeline } from '../../model/timeline.ts';
import { toSeconds } from '../../model/units.ts';
import { categoryOf, type KernelCategory } from '../categories.ts';
import type { CategoryFigures } from './figures.ts';

/** Sum of a part of the totals over a device's launches of one kind. */
export function sumTotals(
  timeline: Timeline,
  device: string,
  kind: ActivityKind,
  part: (totals: LaunchTotals) => number,
): number {
  let sum = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (totals !== undefined && launch.device === device && launch.kind === kind) sum += part(totals);
  }
  return sum;
}

/** A device's kernel time by category, the largest first. */
export function categoryFigures(timeline: Timeline, device: string): CategoryFigures[] {
  const sums = new Map<KernelCategory, { calls: number; durationNs: number }>();
  let totalNs = 0;
  for (const [index, launch] of timeline.launches.entries()) {
    const totals = timeline.launchTotals[index];
    if (launch.kind !== 'kernel' || launch.device !== device || totals === undefined || totals.calls === 0)
      continue;
    const category = categoryOf(launch.name);
    const sum = sums.get(category) ?? { calls: 0, durationNs: 0 };
    sum.calls += totals.calls;
    sum.durationNs += totals.durationNs;
    totalNs += totals.durationNs;
    sums.set(category, sum);
  }
  return [...sums]
    .map(([category, { calls, durationNs }]) => ({
      category,
      calls,
      seconds: toSeconds(durationNs),
      share: totalNs > 0 ? durationNs / totalNs : 0,
    }))
    .sort((a, b) => b.seconds - a.seconds);
}
