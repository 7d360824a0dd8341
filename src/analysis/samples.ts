import { absent, known, type Measured } from '../model/measured.ts';
import type { SampledSeries, Timeline } from '../model/timeline.ts';
import { seriesOf } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
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

/** Mean of the samples of a figure taken within a window. */
export function meanSample(
  timeline: Timeline,
  device: string | null,
  metric: string,
  window: Interval,
): Measured {
  const entry = seriesOf(timeline, device, metric);
  if (entry === null)
    return absent(whyAbsent(timeline, device, metric, `Nothing samples ${metric} in this run.`));
  let sum = 0;
  let count = 0;
  for (let at = after(entry, window.startNs); at < entry.timesNs.length; at++) {
    if ((entry.timesNs[at] as number) > window.endNs) break;
    sum += entry.values[at] as number;
    count++;
  }
  if (count === 0) return absent(`No sample of ${metric} fell into this window; it was too short.`);
  return known(sum / count, entry.series.from);
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

/** Index of the first sample later than `timeNs`. */
function after(entry: SampledSeries, timeNs: Nanoseconds): number {
  let low = 0;
  let high = entry.timesNs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entry.timesNs[middle] as number) <= timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}
