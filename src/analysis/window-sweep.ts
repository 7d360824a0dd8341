import type { ActivityBlock } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import type { Interval, LaunchMask } from './intervals.ts';
import { orderByTime } from './utilization/order.ts';
import { RunningSet } from './utilization/running.ts';

/** What a sweep needs of each launch, one entry a launch of the timeline. */
export interface LaunchWeights {
  readonly wanted: LaunchMask;
  /** Blocks of the grid; 0 where it is not known. */
  readonly blocks: Float64Array;
  /** Operations of one execution, and occupancy 0..1; NaN where they are not known. */
  readonly flops: Float64Array;
  readonly occupancy: Float64Array;
}

/** Sums over a window; an execution that reaches out of it counts in proportion. */
export interface WindowSums {
  /** At least one ran. */
  readonly busyNs: Nanoseconds;
  /** ∫ min(SMs, Σ blocks of those that run) dt. */
  readonly filledNs: number;
  /** Σ of their times within the window. */
  readonly kernelNs: Nanoseconds;
  readonly flops: number;
  /** Σ of the times of those whose operations are known. */
  readonly countedNs: Nanoseconds;
  /** Σ of occupancy × time, and of the times, of those whose occupancy is known. */
  readonly occupiedNs: number;
  readonly occupancyKnownNs: Nanoseconds;
}

/**
 * Goes once over the executions of a window: what a live view asks for many times a second. Executions whose starts do
 * not ascend, as those of several streams, are sorted first.
 * @param smCount NaN where it is not known
 */
export function sweepWindow(
  blocks: readonly ActivityBlock[],
  weights: LaunchWeights,
  window: Interval,
  smCount: number,
): WindowSums {
  const sweep = new WindowSweep(weights, window, smCount);
  if (sweep.addInOrder(blocks)) return sweep.finish();
  const sorted = new WindowSweep(weights, window, smCount);
  sorted.addSorted(blocks);
  return sorted.finish();
}

class WindowSweep {
  busyNs = 0;
  filledNs = 0;
  kernelNs = 0;
  flops = 0;
  countedNs = 0;
  occupiedNs = 0;
  occupancyKnownNs = 0;
  readonly #weights: LaunchWeights;
  readonly #fromNs: Nanoseconds;
  readonly #toNs: Nanoseconds;
  readonly #smCount: number;
  readonly #running = new RunningSet();
  #blocks = 0;
  #nowNs = Number.NEGATIVE_INFINITY;
  // Mostly one runs at a time: it stays out of the heap. Its launch is -1 where there is none.
  #aloneLaunch = -1;
  #aloneEndNs = 0;

  constructor(weights: LaunchWeights, { startNs, endNs }: Interval, smCount: number) {
    this.#weights = weights;
    this.#fromNs = startNs;
    this.#toNs = endNs;
    this.#smCount = smCount;
  }

  /** False as soon as a start comes before the one ahead of it. */
  addInOrder(blocks: readonly ActivityBlock[]): boolean {
    const { wanted } = this.#weights;
    let last = Number.NEGATIVE_INFINITY;
    for (const { count, startNs, durationNs, launch } of blocks) {
      for (let i = 0; i < count; i++) {
        const index = launch[i] as number;
        if (wanted[index] !== 1) continue;
        const start = startNs[i] as number;
        if (start < last) return false;
        last = start;
        this.#add(start, durationNs[i] as number, index);
      }
    }
    return true;
  }

  addSorted(blocks: readonly ActivityBlock[]): void {
    const { wanted } = this.#weights;
    const most = blocks.reduce((sum, { count }) => sum + count, 0);
    const starts = new Float64Array(most);
    const durations = new Float64Array(most);
    const launches = new Uint32Array(most);
    let kept = 0;
    for (const { count, startNs, durationNs, launch } of blocks) {
      for (let i = 0; i < count; i++) {
        const index = launch[i] as number;
        if (wanted[index] !== 1) continue;
        starts[kept] = startNs[i] as number;
        durations[kept] = durationNs[i] as number;
        launches[kept++] = index;
      }
    }
    for (const at of orderByTime(starts.subarray(0, kept)))
      this.#add(starts[at] as number, durations[at] as number, launches[at] as number);
  }

  finish(): WindowSums {
    this.#endUpTo(Number.POSITIVE_INFINITY);
    return this;
  }

  #add(startNs: Nanoseconds, durationNs: Nanoseconds, launch: number): void {
    const from = startNs > this.#fromNs ? startNs : this.#fromNs;
    const end = startNs + durationNs;
    const to = end < this.#toNs ? end : this.#toNs;
    if (to <= from) return;
    this.#count(launch, to - from, durationNs);
    this.#endUpTo(from);
    this.#pass(from);
    if (this.#aloneLaunch < 0 && this.#running.size === 0) {
      this.#aloneLaunch = launch;
      this.#aloneEndNs = to;
    } else {
      if (this.#aloneLaunch >= 0) this.#running.push(this.#aloneEndNs, this.#aloneLaunch);
      this.#aloneLaunch = -1;
      this.#running.push(to, launch);
    }
    this.#blocks += this.#weights.blocks[launch] as number;
  }

  #count(launch: number, insideNs: Nanoseconds, durationNs: Nanoseconds): void {
    const flops = this.#weights.flops[launch] as number;
    const occupancy = this.#weights.occupancy[launch] as number;
    this.kernelNs += insideNs;
    if (!Number.isNaN(flops)) {
      this.countedNs += insideNs;
      this.flops += flops * (insideNs / durationNs);
    }
    if (!Number.isNaN(occupancy)) {
      this.occupancyKnownNs += insideNs;
      this.occupiedNs += occupancy * insideNs;
    }
  }

  #endUpTo(limitNs: Nanoseconds): void {
    if (this.#aloneLaunch >= 0) {
      if (this.#aloneEndNs > limitNs) return;
      this.#pass(this.#aloneEndNs);
      this.#aloneLaunch = -1;
      this.#blocks = 0;
      return;
    }
    const running = this.#running;
    while (running.size > 0 && running.nextEndNs <= limitNs) {
      this.#pass(running.nextEndNs);
      this.#blocks -= this.#weights.blocks[running.pop()] as number;
    }
  }

  #pass(toNs: Nanoseconds): void {
    const passedNs = toNs - this.#nowNs;
    this.#nowNs = toNs;
    if (this.#aloneLaunch < 0 && this.#running.size === 0) return;
    this.busyNs += passedNs;
    this.filledNs += Math.min(this.#smCount, this.#blocks) * passedNs;
  }
}
