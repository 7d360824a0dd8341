import type { ActivityKind } from '../model/activity.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { forEachBusyInterval, type Interval, type LaunchMask, overlapNs } from './intervals.ts';
import { forEachRecorded, recordedNs } from './recorded.ts';
import type { Spans } from './utilization/spans.ts';

/** How much of a window executions fill, and the gaps between them. */
export interface Coverage {
  readonly windowNs: Nanoseconds;
  readonly busyNs: Nanoseconds;
  /** Gaps between two busy stretches, both within the window; what lies before the first or after the last is none. */
  readonly gaps: number;
  readonly gapNs: Nanoseconds;
  readonly longestGapNs: Nanoseconds;
}

/** The launches of a device, of the given kinds. */
export function launchesOf(timeline: Timeline, device: string, kinds: readonly ActivityKind[]): LaunchMask {
  return Uint8Array.from(timeline.launches, (launch) =>
    launch.device === device && kinds.includes(launch.kind) ? 1 : 0,
  );
}

/**
 * Measures how executions of the wanted launches cover a window. Exact, in nanoseconds.
 * @param recorded when their executions were recorded, as `recordedSpans` has it: other times are left out
 */
export function coverage(
  timeline: Timeline,
  wanted: LaunchMask,
  window: Interval,
  recorded: Spans | null = null,
): Coverage {
  let busyNs = 0;
  let gaps = 0;
  let gapNs = 0;
  let longestGapNs = 0;
  let previousEndNs = Number.NaN;
  const addGap = (begin: Nanoseconds, end: Nanoseconds): void => {
    gaps++;
    gapNs += end - begin;
    if (end - begin > longestGapNs) longestGapNs = end - begin;
  };
  // Gaps are as many as kernels, so what is recorded throughout takes the short way.
  const addGaps =
    recorded === null
      ? addGap
      : (begin: Nanoseconds, end: Nanoseconds): void =>
          forEachRecorded(recorded, { startNs: begin, endNs: end }, addGap);
  forEachBusyInterval(timeline.activity, wanted, (startNs, endNs) => {
    const from = Math.max(startNs, window.startNs);
    const to = Math.min(endNs, window.endNs);
    if (to <= from) return;
    busyNs += recorded === null ? to - from : recordedNs(recorded, { startNs: from, endNs: to });
    if (startNs > previousEndNs) addGaps(previousEndNs, startNs);
    previousEndNs = endNs;
  });
  return { windowNs: recordedNs(recorded, window), busyNs, gaps, gapNs, longestGapNs };
}

/**
 * Time within the windows in which a wanted execution runs.
 * @param windows ascending and apart from each other, as the steps of one training are
 */
export function busyWithin(
  timeline: Timeline,
  wanted: LaunchMask,
  windows: readonly Interval[],
): Nanoseconds {
  let busyNs = 0;
  let at = 0;
  forEachBusyInterval(timeline.activity, wanted, (startNs, endNs) => {
    while (at < windows.length && (windows[at] as Interval).endNs <= startNs) at++;
    for (let next = at; next < windows.length; next++) {
      const window = windows[next] as Interval;
      if (window.startNs >= endNs) break;
      busyNs += overlapNs({ startNs, endNs }, window);
    }
  });
  return busyNs;
}

/** First start to last end of a device's executions, or null where it has none. */
export function activeWindow(timeline: Timeline, wanted: LaunchMask): Interval | null {
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const block of timeline.activity) {
    for (let i = 0; i < block.count; i++) {
      if (wanted[block.launch[i] as number] !== 1) continue;
      const start = block.startNs[i] as number;
      if (start < startNs) startNs = start;
      const end = start + (block.durationNs[i] as number);
      if (end > endNs) endNs = end;
    }
  }
  return endNs > startNs ? { startNs, endNs } : null;
}
