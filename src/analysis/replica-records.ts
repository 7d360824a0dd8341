import { rankOf } from '../model/series.ts';
import type { SampledSeries, Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import type { Interval } from './intervals.ts';
import { after } from './samples.ts';

/** The samples of a figure that a replica told, or null where it told none. */
export type ReplicaSeries = (replica: number, metric: string) => SampledSeries | null;

/** Looks the figures of replicas up: a replica is the rank of its number, and one alone has no rank. */
export function replicaSeries({ series }: Timeline): ReplicaSeries {
  const found = new Map<string, SampledSeries>();
  for (const entry of series) {
    const { device, metric } = entry.series;
    if (device !== null) continue;
    const rank = rankOf(entry.series);
    const key = `${rank ?? 0} ${metric}`;
    if (rank !== null || !found.has(key)) found.set(key, entry);
  }
  return (replica, metric) => found.get(`${replica} ${metric}`) ?? null;
}

/** The whole steps of each replica, in order. */
export function stepsByReplica({ steps }: Timeline, replicas: number): Step[][] {
  const own: Step[][] = Array.from({ length: replicas }, () => []);
  for (const step of steps) own[step.rank ?? 0]?.push(step);
  return own;
}

/** The last `most` steps of each replica, in order; looks no further back than that takes. */
export function lastStepsByReplica({ steps }: Timeline, replicas: number, most: number): Step[][] {
  const own: Step[][] = Array.from({ length: replicas }, () => []);
  let missing = replicas;
  for (let at = steps.length - 1; at >= 0 && missing > 0; at--) {
    const step = steps[at] as Step;
    const list = own[step.rank ?? 0];
    if (list === undefined || list.length >= most) continue;
    list.push(step);
    if (list.length === most) missing -= 1;
  }
  return own.map((list) => list.reverse());
}

/** From the first step's start to the last one's end; null for none. */
export function extentOf(steps: readonly Step[]): Interval | null {
  const [first, last] = [steps[0], steps.at(-1)];
  return first === undefined || last === undefined ? null : { startNs: first.startNs, endNs: last.endNs };
}

/**
 * Calls `take` with each sample that belongs to a stretch of steps: figures of a step are sampled before its end, also those of
 * what comes before its start.
 */
export function eachSampleOf(
  entry: SampledSeries,
  { startNs, endNs }: Interval,
  take: (value: number) => void,
): void {
  for (let at = after(entry, startNs); at < entry.timesNs.length; at++) {
    if ((entry.timesNs[at] as number) > endNs) return;
    take(entry.values[at] as number);
  }
}
