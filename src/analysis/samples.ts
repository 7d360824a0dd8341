import { absent, known, type Measured } from '../model/measured.ts';
import type { SampledSeries, Timeline } from '../model/timeline.ts';
import { seriesOf } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { distrust, isFigure } from './device-figures.ts';
import type { Interval } from './intervals.ts';

/** Why a figure that was never sampled is missing: the collector's own reason, or `fallback`. */
export function whyAbsent(
  timeline: Timeline,
  device: string | null,
  metric: string,
  fallback: string,
): string {
  const said = timeline.absences.findLast((entry) => entry.device === device && entry.metric === metric);
  return said?.why ?? fallback;
}

/** Mean of the samples of a figure taken within a window, of the most trusted source that took any. */
export function meanSample(
  timeline: Timeline,
  device: string | null,
  metric: string,
  window: Interval,
): Measured {
  const entries = timeline.series.filter(
    ({ series }) => series.device === device && series.metric === metric,
  );
  if (entries.length === 0)
    return absent(whyAbsent(timeline, device, metric, `Nothing samples ${metric} in this run.`));
  if (isFigure(metric)) {
    entries.sort((a, b) => distrust(metric, a.series.from) - distrust(metric, b.series.from));
  }
  for (const entry of entries) {
    const mean = meanWithin(entry, window);
    if (mean !== null) return known(mean, entry.series.from);
  }
  return absent(`No sample of ${metric} fell into this window; it was too short.`);
}

/** Null where no sample fell into the window. */
function meanWithin(entry: SampledSeries, window: Interval): number | null {
  let sum = 0;
  let count = 0;
  for (let at = after(entry, window.startNs); at < entry.timesNs.length; at++) {
    if ((entry.timesNs[at] as number) > window.endNs) break;
    sum += entry.values[at] as number;
    count++;
  }
  return count === 0 ? null : sum / count;
}

/** The last sample up to `nowNs`, unless it is older than `freshNs`: a stale value is no value. */
export function latestSample(
  timeline: Timeline,
  device: string | null,
  metric: string,
  nowNs: Nanoseconds,
  freshNs: Nanoseconds,
): Measured {
  const entry = seriesOf(timeline, device, metric);
  if (entry === null)
    return absent(whyAbsent(timeline, device, metric, `Nothing samples ${metric} in this run.`));
  const at = after(entry, nowNs) - 1;
  const timeNs = entry.timesNs[at];
  const value = entry.values[at];
  if (timeNs === undefined || value === undefined || nowNs - timeNs > freshNs) {
    return absent(`The last sample of ${metric} is too old to show.`);
  }
  return known(value, entry.series.from);
}

/** A sample is the present for so long at least; a slower source has this many of its own intervals, up to a limit. */
const freshNs = 3e9;
const freshIntervals = 3;
const freshAtMostNs = 60e9;
/** One sample alone does not tell its interval: the slowest tier of a collector asks every five seconds. */
const freshAloneNs = 8e9;
/** The interval is the mean of so many. */
const intervalsLookedAt = 4;

/**
 * The last sample of a series up to `nowNs`, or NaN where it is older than its source's own pace explains.
 * @param event its samples are events, of which the last never gets old
 */
export function freshValue(entry: SampledSeries, nowNs: Nanoseconds, event = false): number {
  const { timesNs, values } = entry;
  // Mostly the last one is it.
  const last = timesNs.length - 1;
  const at = last >= 0 && (timesNs[last] as number) <= nowNs ? last : after(entry, nowNs) - 1;
  const timeNs = timesNs[at];
  if (timeNs === undefined) return Number.NaN;
  const old = !event && nowNs - timeNs > keepsFreshNs(timesNs, at);
  return old ? Number.NaN : (values[at] as number);
}

function keepsFreshNs(timesNs: readonly number[], at: number): Nanoseconds {
  if (at === 0) return freshAloneNs;
  const intervals = Math.min(at, intervalsLookedAt);
  const meanNs = ((timesNs[at] as number) - (timesNs[at - intervals] as number)) / intervals;
  return Math.min(freshAtMostNs, Math.max(freshNs, freshIntervals * meanNs));
}

/** The value that was sampled last by whichever rank: ranks may evaluate by turns. Null where none was. */
export function newestValue(timeline: Timeline, metric: string): number | null {
  let newest: { readonly timeNs: Nanoseconds; readonly value: number } | null = null;
  for (const { series, timesNs, values } of timeline.series) {
    const [timeNs, value] = [timesNs.at(-1), values.at(-1)];
    if (series.device !== null || series.metric !== metric) continue;
    if (timeNs === undefined || value === undefined || timeNs < (newest?.timeNs ?? timeNs)) continue;
    newest = { timeNs, value };
  }
  return newest?.value ?? null;
}

/** Index of the first sample later than `timeNs`. */
export function after(entry: Pick<SampledSeries, 'timesNs'>, timeNs: Nanoseconds): number {
  let low = 0;
  let high = entry.timesNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entry.timesNs[middle] as number) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
