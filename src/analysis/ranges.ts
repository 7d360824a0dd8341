import type { Timeline } from '../model/timeline.ts';
import { type Seconds, toSeconds } from '../model/units.ts';

/** A range that the program named, over all of its threads. */
export interface RangeFigures {
  readonly name: string;
  readonly calls: number;
  /** Sum of the durations; ranges of one name may nest or overlap. */
  readonly totalSeconds: Seconds;
  readonly meanSeconds: Seconds;
  readonly longestSeconds: Seconds;
}

/** PyTorch's profiler and NVTX name the range of a step so; each has a name of its own. */
const stepName = /^ProfilerStep\s*#\s*\d+$/;

/** The ranges that the program named (NVTX, `record_function`), apart from its steps, the longest in all first. */
export function namedRanges({ host }: Timeline): RangeFigures[] {
  const sums = host.names.map(() => ({ calls: 0, totalNs: 0, longestNs: 0 }));
  for (const { count, name, durationNs } of host.blocks) {
    for (let i = 0; i < count; i++) {
      const sum = sums[name[i] as number];
      if (sum === undefined) continue;
      const ns = durationNs[i] as number;
      sum.calls++;
      sum.totalNs += ns;
      if (ns > sum.longestNs) sum.longestNs = ns;
    }
  }
  const byName = new Map<string, { calls: number; totalNs: number; longestNs: number }>();
  for (const [at, { name, kind }] of host.names.entries()) {
    const sum = sums[at];
    if (kind !== 'annotation' || stepName.test(name) || sum === undefined || sum.calls === 0) continue;
    const known = byName.get(name);
    byName.set(name, {
      calls: sum.calls + (known?.calls ?? 0),
      totalNs: sum.totalNs + (known?.totalNs ?? 0),
      longestNs: Math.max(sum.longestNs, known?.longestNs ?? 0),
    });
  }
  return [...byName]
    .map(([name, { calls, totalNs, longestNs }]) => ({
      name,
      calls,
      totalSeconds: toSeconds(totalNs),
      meanSeconds: toSeconds(totalNs / calls),
      longestSeconds: toSeconds(longestNs),
    }))
    .sort((a, b) => b.totalSeconds - a.totalSeconds || (a.name < b.name ? -1 : 1));
}
