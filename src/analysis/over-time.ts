import type { LaunchShape } from '../model/activity.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Nanoseconds, Ratio } from '../model/units.ts';
import { launchesOf } from './coverage.ts';
import { forEachBusyInterval, type Interval, type LaunchMask } from './intervals.ts';
import { forEachRecorded, recordedSpans } from './recorded.ts';
import { orderByTime } from './utilization/order.ts';
import { RunningSet } from './utilization/running.ts';
import type { Spans } from './utilization/spans.ts';

/** Figures of one device in equal stretches of a window. NaN stands where a figure is unknown. */
export interface OverTime {
  readonly startNs: Nanoseconds;
  readonly bucketNs: Nanoseconds;
  readonly kernelBusy: Float64Array;
  readonly gpuBusy: Float64Array;
  /** From launches: the mean of min(1, blocks of running kernels / SMs). */
  readonly smActive: Float64Array;
  /** Occupancy of the kernels weighted by their time; NaN where none runs whose occupancy is known. */
  readonly kernelOccupancy: Float64Array;
}

export interface OverTimeOptions {
  readonly buckets: number;
  /** Null where it is not known; smActive is then unknown. */
  readonly smCount: number | null;
  /** Theoretical occupancy, 0..1, of each launch of the timeline; NaN where it is not known. */
  readonly occupancy: Float64Array;
}

/** Divides a window into buckets and measures a device's launches in each: the same sums as over the whole. */
export function overTime(
  timeline: Timeline,
  device: string,
  window: Interval,
  { buckets, smCount, occupancy }: OverTimeOptions,
): OverTime {
  const kernels = launchesOf(timeline, device, ['kernel']);
  const all = launchesOf(timeline, device, ['kernel', 'memcpy', 'memset']);
  const bucketNs = (window.endNs - window.startNs) / buckets;
  const spread = new Spread(window.startNs, bucketNs, buckets, recordedSpans(timeline, device));
  return {
    startNs: window.startNs,
    bucketNs,
    kernelBusy: busyShares(timeline, kernels, spread),
    gpuBusy: busyShares(timeline, all, spread),
    smActive: smShares(timeline, kernels, smCount, spread),
    kernelOccupancy: occupancies(timeline, kernels, occupancy, spread),
  };
}

/** Adds stretches of time, each with a weight, to the buckets that they lie in. */
class Spread {
  readonly startNs: Nanoseconds;
  readonly bucketNs: Nanoseconds;
  readonly buckets: number;
  /** Of each bucket, the time in which executions were recorded; null where that is all of it. */
  readonly #recordedNs: Float64Array | null = null;

  constructor(startNs: Nanoseconds, bucketNs: Nanoseconds, buckets: number, recorded: Spans | null) {
    this.startNs = startNs;
    this.bucketNs = bucketNs;
    this.buckets = buckets;
    if (recorded === null) return;
    const recordedNs = new Float64Array(buckets);
    forEachRecorded(recorded, { startNs, endNs: startNs + bucketNs * buckets }, (from, to) =>
      this.add(recordedNs, from, to, 1),
    );
    this.#recordedNs = recordedNs;
  }

  add(sums: Float64Array, startNs: Nanoseconds, endNs: Nanoseconds, weight: number): void {
    const { bucketNs, buckets } = this;
    const from = Math.max(0, startNs - this.startNs);
    const to = Math.min(bucketNs * buckets, endNs - this.startNs);
    if (to <= from) return;
    const first = Math.min(buckets - 1, Math.floor(from / bucketNs));
    const last = Math.min(buckets - 1, Math.floor(to / bucketNs));
    if (first === last) {
      sums[first] = (sums[first] as number) + (to - from) * weight;
      return;
    }
    sums[first] = (sums[first] as number) + ((first + 1) * bucketNs - from) * weight;
    for (let at = first + 1; at < last; at++) sums[at] = (sums[at] as number) + bucketNs * weight;
    sums[last] = (sums[last] as number) + (to - last * bucketNs) * weight;
  }

  shares(sums: Float64Array): Float64Array {
    // A last digit may be off by the sum's rounding; a share is never above 1.
    const recordedNs = this.#recordedNs;
    return sums.map((sum, at) => {
      const lengthNs = recordedNs === null ? this.bucketNs : (recordedNs[at] as number);
      return lengthNs > 0 ? Math.min(1, sum / lengthNs) : Number.NaN;
    });
  }
}

function busyShares(timeline: Timeline, wanted: LaunchMask, spread: Spread): Float64Array {
  const sums = new Float64Array(spread.buckets);
  forEachBusyInterval(timeline.activity, wanted, (startNs, endNs) => spread.add(sums, startNs, endNs, 1));
  return spread.shares(sums);
}

function smShares(
  timeline: Timeline,
  kernels: LaunchMask,
  smCount: number | null,
  spread: Spread,
): Float64Array {
  const blocks = Float64Array.from(timeline.launches, ({ shape }, at) =>
    kernels[at] === 1 && shape !== null ? blockCount(shape) : 0,
  );
  if (smCount === null || smCount <= 0 || !blocks.some((number) => number > 0))
    return new Float64Array(spread.buckets).fill(Number.NaN);
  const sums = new Float64Array(spread.buckets);
  forEachLevel(timeline, blocks, (startNs, endNs, running) =>
    spread.add(sums, startNs, endNs, Math.min(1, running / smCount)),
  );
  return spread.shares(sums);
}

function blockCount({ grid }: LaunchShape): number {
  return grid[0] * grid[1] * grid[2];
}

/** Visits the stretches between starts and ends with the sum of what runs in each, in ascending order. */
function forEachLevel(
  timeline: Timeline,
  weights: Float64Array,
  visit: (startNs: Nanoseconds, endNs: Nanoseconds, running: number) => void,
): void {
  const { starts, ends, launches } = gather(timeline, weights);
  const set = new RunningSet();
  let running = 0;
  let nowNs = 0;
  const passTo = (toNs: Nanoseconds): void => {
    if (running > 0 && toNs > nowNs) visit(nowNs, toNs, running);
    nowNs = toNs;
  };
  const endUpTo = (limitNs: Nanoseconds): void => {
    while (set.size > 0 && set.nextEndNs <= limitNs) {
      passTo(set.nextEndNs);
      running -= weights[set.pop()] as number;
    }
  };
  for (const at of orderByTime(starts)) {
    const startNs = starts[at] as number;
    endUpTo(startNs);
    passTo(startNs);
    running += weights[launches[at] as number] as number;
    set.push(ends[at] as number, launches[at] as number);
  }
  endUpTo(Number.POSITIVE_INFINITY);
}

function gather(timeline: Timeline, weights: Float64Array) {
  const most = timeline.activity.reduce((sum, { count }) => sum + count, 0);
  const starts = new Float64Array(most);
  const ends = new Float64Array(most);
  const launches = new Uint32Array(most);
  let kept = 0;
  for (const { count, launch, startNs, durationNs } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      if (weights[launch[i] as number] === 0) continue;
      starts[kept] = startNs[i] as number;
      ends[kept] = (startNs[i] as number) + (durationNs[i] as number);
      launches[kept++] = launch[i] as number;
    }
  }
  return {
    starts: starts.subarray(0, kept),
    ends: ends.subarray(0, kept),
    launches: launches.subarray(0, kept),
  };
}

function occupancies(
  timeline: Timeline,
  kernels: LaunchMask,
  occupancy: Float64Array,
  spread: Spread,
): Float64Array {
  const weighted = new Float64Array(spread.buckets);
  const time = new Float64Array(spread.buckets);
  for (const { count, launch, startNs, durationNs } of timeline.activity) {
    for (let i = 0; i < count; i++) {
      const index = launch[i] as number;
      const value: Ratio = occupancy[index] as number;
      if (kernels[index] !== 1 || Number.isNaN(value)) continue;
      const start = startNs[i] as number;
      const end = start + (durationNs[i] as number);
      spread.add(weighted, start, end, value);
      spread.add(time, start, end, 1);
    }
  }
  return weighted.map((sum, at) => ((time[at] as number) > 0 ? sum / (time[at] as number) : Number.NaN));
}
