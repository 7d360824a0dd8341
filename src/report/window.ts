import type { Interval } from '../analysis/intervals.ts';
import type { Timeline } from '../model/timeline.ts';
import { toSeconds } from '../model/units.ts';
import type { ReportWindow } from './report.ts';

/** A stretch of a timeline in Unix time. */
export function toWindow(timeline: Timeline, { startNs, endNs }: Interval): ReportWindow {
  const unix = (timeNs: number) => String(timeline.originUnixNs + BigInt(Math.round(timeNs)));
  return { startNs: unix(startNs), endNs: unix(endNs), seconds: toSeconds(endNs - startNs) };
}
