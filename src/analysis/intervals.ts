import type { ActivityBlock } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { orderByTime } from './utilization/order.ts';

/** A stretch of time, `startNs` included and `endNs` not. */
export interface Interval {
  readonly startNs: Nanoseconds;
  readonly endNs: Nanoseconds;
}

/** Which launches count: one entry a launch of the timeline, 1 for yes. */
export type LaunchMask = Uint8Array;

/**
 * Calls `visit` for each stretch in which at least one of the wanted executions runs: the exact union of their
 * intervals, in ascending order, none touching the next. Executions of no length count for nothing.
 */
export function forEachBusyInterval(
  blocks: readonly ActivityBlock[],
  wanted: LaunchMask,
  visit: (startNs: Nanoseconds, endNs: Nanoseconds) => void,
): void {
  if (startsAscend(blocks, wanted)) mergeAscending(blocks, wanted, visit);
  else mergeSorted(blocks, wanted, visit);
}

function startsAscend(blocks: readonly ActivityBlock[], wanted: LaunchMask): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const { count, startNs, launch } of blocks) {
    for (let i = 0; i < count; i++) {
      if (wanted[launch[i] as number] !== 1) continue;
      const start = startNs[i] as number;
      if (start < last) return false;
      last = start;
    }
  }
  return true;
}

function mergeAscending(
  blocks: readonly ActivityBlock[],
  wanted: LaunchMask,
  visit: (startNs: Nanoseconds, endNs: Nanoseconds) => void,
): void {
  let openNs = 0;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const { count, startNs, durationNs, launch } of blocks) {
    for (let i = 0; i < count; i++) {
      if (wanted[launch[i] as number] !== 1 || durationNs[i] === 0) continue;
      const start = startNs[i] as number;
      const end = start + (durationNs[i] as number);
      if (start > endNs) {
        if (endNs > openNs) visit(openNs, endNs);
        openNs = start;
        endNs = end;
      } else if (end > endNs) {
        endNs = end;
      }
    }
  }
  if (endNs > openNs) visit(openNs, endNs);
}

/** The union of intervals in any order: sorted by their starts, in linear time. */
function mergeSorted(
  blocks: readonly ActivityBlock[],
  wanted: LaunchMask,
  visit: (startNs: Nanoseconds, endNs: Nanoseconds) => void,
): void {
  const { starts, ends } = gather(blocks, wanted);
  let openNs = 0;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const at of orderByTime(starts)) {
    const start = starts[at] as number;
    const end = ends[at] as number;
    if (start > endNs) {
      if (endNs > openNs) visit(openNs, endNs);
      openNs = start;
      endNs = end;
    } else if (end > endNs) {
      endNs = end;
    }
  }
  if (endNs > openNs) visit(openNs, endNs);
}

function gather(
  blocks: readonly ActivityBlock[],
  wanted: LaunchMask,
): { starts: Float64Array; ends: Float64Array } {
  const total = blocks.reduce((sum, block) => sum + block.count, 0);
  const starts = new Float64Array(total);
  const ends = new Float64Array(total);
  let kept = 0;
  for (const { count, startNs, durationNs, launch } of blocks) {
    for (let i = 0; i < count; i++) {
      if (wanted[launch[i] as number] !== 1 || durationNs[i] === 0) continue;
      const start = startNs[i] as number;
      starts[kept] = start;
      ends[kept] = start + (durationNs[i] as number);
      kept++;
    }
  }
  return { starts: starts.subarray(0, kept), ends: ends.subarray(0, kept) };
}

/** Length of what `first` and `second` share. */
export function overlapNs(first: Interval, second: Interval): Nanoseconds {
  return Math.max(0, Math.min(first.endNs, second.endNs) - Math.max(first.startNs, second.startNs));
}
