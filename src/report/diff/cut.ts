import type { Interval } from '../../analysis/intervals.ts';
import type { ActivityBlock, LaunchTotals, SummaryBlock, Timeline } from '../../model/timeline.ts';

/**
 * The part of a timeline that the host called for within a window; where the call is not known, the part that began
 * within it. Host work, samples and marks stay, since figures over a window pick their own.
 */
export function cutTimeline(timeline: Timeline, window: Interval): Timeline {
  const launchTotals = timeline.launches.map((): LaunchTotals => ({ calls: 0, durationNs: 0, longestNs: 0 }));
  let extent: Timeline['extent'] = null;
  const activity: ActivityBlock[] = [];
  for (const block of timeline.activity) {
    const kept = cutBlock(block, window);
    if (kept.count === 0) continue;
    activity.push(kept);
    extent = widen(extent, addTotals(launchTotals, kept));
  }
  for (const block of timeline.summaries) {
    const summed = addSummedTotals(launchTotals, block, window);
    if (summed !== null) extent = widen(extent, summed);
  }
  const steps = timeline.steps.filter(({ startNs }) => startNs >= window.startNs && startNs < window.endNs);
  for (const { startNs, endNs } of steps) extent = widen(extent, { startNs, endNs });
  return { ...timeline, activity, launchTotals, steps, extent };
}

function widen(extent: Timeline['extent'], { startNs, endNs }: Interval): Interval {
  if (extent === null) return { startNs, endNs };
  return { startNs: Math.min(extent.startNs, startNs), endNs: Math.max(extent.endNs, endNs) };
}

function cutBlock(block: ActivityBlock, { startNs, endNs }: Interval): ActivityBlock {
  const kept: number[] = [];
  for (let i = 0; i < block.count; i++) {
    const call = block.calls === undefined ? Number.NaN : (block.calls.startNs[i] as number);
    const at = Number.isNaN(call) ? (block.startNs[i] as number) : call;
    if (at >= startNs && at < endNs) kept.push(i);
  }
  if (kept.length === block.count) return block;
  const pick = (column: Float64Array) => Float64Array.from(kept, (i) => column[i] as number);
  const pickIndex = (column: Uint32Array) => Uint32Array.from(kept, (i) => column[i] as number);
  return {
    count: kept.length,
    startNs: pick(block.startNs),
    durationNs: pick(block.durationNs),
    launch: pickIndex(block.launch),
    queue: pickIndex(block.queue),
    ...(block.calls && {
      calls: { startNs: pick(block.calls.startNs), thread: pickIndex(block.calls.thread) },
    }),
  };
}

function addTotals(launchTotals: readonly LaunchTotals[], block: ActivityBlock): Interval {
  const { count, startNs: starts, durationNs: durations, launch } = block;
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    const duration = durations[i] as number;
    const totals = launchTotals[launch[i] as number];
    if (totals !== undefined) {
      totals.calls++;
      totals.durationNs += duration;
      totals.longestNs = Math.max(totals.longestNs, duration);
    }
    startNs = Math.min(startNs, start);
    endNs = Math.max(endNs, start + duration);
  }
  return { startNs, endNs };
}

/** Of what is summed by the second, the seconds that began within the window; null where none did. */
function addSummedTotals(
  launchTotals: readonly LaunchTotals[],
  { count, startNs, durationNs, launch, executions, totalNs, longestNs }: SummaryBlock,
  window: Interval,
): Interval | null {
  let extent: Interval | null = null;
  for (let i = 0; i < count; i++) {
    const start = startNs[i] as number;
    const totals = launchTotals[launch[i] as number];
    if (totals === undefined || start < window.startNs || start >= window.endNs) continue;
    totals.calls += executions[i] as number;
    totals.durationNs += totalNs[i] as number;
    totals.longestNs = Math.max(totals.longestNs, longestNs[i] as number);
    extent = widen(extent, { startNs: start, endNs: start + (durationNs[i] as number) });
  }
  return extent;
}
