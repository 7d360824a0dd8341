import { inputMetrics } from '../model/health.ts';
import { type SampledSeries, seriesOf, type Timeline } from '../model/timeline.ts';
import type { Nanoseconds, Ratio, Seconds } from '../model/units.ts';

/** How long steps waited for their batches, for trainings that say so themselves. */
export interface InputWait {
  /** Of the time of steps. */
  readonly share: Ratio;
  readonly waitSeconds: Seconds;
  readonly stepSeconds: Seconds;
  /** Steps that told of it. */
  readonly steps: number;
  /** Mean of the batches that were ready, and the most that can be; null where there is no queue or nobody says. */
  readonly queueDepth: number | null;
  readonly queueCapacity: number | null;
  /** Of the fetches at which no batch was ready. */
  readonly emptyShare: Ratio | null;
}

/** Each loader starts with a batch that nothing could have fetched before. */
const firstWaits = 1;

/**
 * Null where nobody reports waits, or there are none but the first.
 * @param sinceNs what is older counts no more
 * @param mostValues the newest so many
 */
export function inputWait(
  timeline: Timeline,
  sinceNs: Nanoseconds = Number.NEGATIVE_INFINITY,
  mostValues = 300,
): InputWait | null {
  const waits = seriesOf(timeline, null, inputMetrics.waitSeconds);
  if (waits === null) return null;
  const from = firstAfter(waits, sinceNs, firstWaits, mostValues);
  const own = waits.values.slice(from).filter((wait) => wait >= 0 && wait < Number.POSITIVE_INFINITY);
  const stepSeconds = meanStepSeconds(timeline, waits.timesNs[from] ?? Number.POSITIVE_INFINITY);
  if (own.length === 0 || !(stepSeconds > 0)) return null;
  const waitSeconds = meanOf(own);
  return {
    share: Math.min(1, waitSeconds / stepSeconds),
    waitSeconds,
    stepSeconds,
    steps: own.length,
    ...queueOf(timeline, sinceNs, mostValues),
  };
}

function queueOf(
  timeline: Timeline,
  sinceNs: Nanoseconds,
  mostValues: number,
): Pick<InputWait, 'queueDepth' | 'queueCapacity' | 'emptyShare'> {
  const capacity = seriesOf(timeline, null, inputMetrics.queueCapacity)?.values.at(-1) ?? null;
  const queueCapacity = capacity !== null && capacity > 0 ? capacity : null;
  const depths = seriesOf(timeline, null, inputMetrics.queueDepth);
  if (depths === null || capacity === 0) return { queueDepth: null, queueCapacity, emptyShare: null };
  const own = depths.values
    .slice(firstAfter(depths, sinceNs, firstWaits, mostValues))
    .filter((depth) => depth >= 0);
  if (own.length === 0) return { queueDepth: null, queueCapacity, emptyShare: null };
  return {
    queueDepth: meanOf(own),
    queueCapacity,
    emptyShare: own.filter((depth) => depth === 0).length / own.length,
  };
}

function firstAfter({ timesNs }: SampledSeries, sinceNs: Nanoseconds, least: number, most: number): number {
  let from = Math.max(least, timesNs.length - most);
  while (from < timesNs.length && (timesNs[from] as number) < sinceNs) from++;
  return from;
}

/** Of steps that end at or after a moment. */
function meanStepSeconds({ steps }: Timeline, fromNs: Nanoseconds): Seconds {
  let sumNs = 0;
  let count = 0;
  for (let at = steps.length - 1; at >= 0; at--) {
    const { startNs, endNs } = steps[at] ?? { startNs: 0, endNs: 0 };
    if (endNs < fromNs) break;
    sumNs += endNs - startNs;
    count++;
  }
  return sumNs / count / 1e9;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
