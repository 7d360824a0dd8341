import type { LaneColumns } from '../../../src/report/html/columns.ts';
import { laneCategories, overviewBuckets } from '../../../src/report/html/page-data.ts';

/** Executions between two checkpoints of the running sums. */
const checkpointEvery = 64;
const categories = laneCategories.length;
/** Where executions of one stream overlap, more than this many boxes from one pixel on cannot be told apart. */
const mostBoxesAPixel = 8;

/** One mark of a lane: a box of one execution, or many that share a pixel. */
export interface MarkVisitor {
  /** @param index of the execution; pixels from the left of the lane */
  box(index: number, fromPx: number, toPx: number): void;
  /** Executions `from` to `to` (not included) in one pixel: how busy it is, 0..1, and mostly with what. */
  blend(atPx: number, share: number, category: number, from: number, to: number): void;
}

/**
 * The executions of one stream, made ready to be drawn at any zoom with work for the pixels alone: binary searches find
 * the executions of a pixel, and running sums by category, kept every 64 executions, say what it holds.
 */
export class Lane {
  readonly count: number;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly launch: Uint32Array;
  readonly #category: Uint8Array;
  /** The latest end up to each execution: ascending, also where executions overlap. */
  readonly #lastEndNs: Float64Array;
  /** Time by category before every 64th execution. */
  readonly #sumsNs: Float64Array;
  readonly #scratch = new Float64Array(categories);

  /** @param categoryOf by launch of the page */
  constructor({ startNs, durationNs, launch }: LaneColumns, categoryOf: Uint8Array) {
    this.count = startNs.length;
    this.startNs = startNs;
    this.durationNs = durationNs;
    this.launch = launch;
    this.#category = categoryOf;
    this.#lastEndNs = new Float64Array(this.count);
    this.#sumsNs = new Float64Array((Math.floor(this.count / checkpointEvery) + 1) * categories);
    this.#sum();
  }

  #sum(): void {
    const sums = new Float64Array(categories);
    let lastEndNs = 0;
    for (let i = 0; i < this.count; i++) {
      if (i % checkpointEvery === 0) this.#sumsNs.set(sums, (i / checkpointEvery) * categories);
      const duration = this.durationNs[i] as number;
      const end = (this.startNs[i] as number) + duration;
      if (end > lastEndNs) lastEndNs = end;
      this.#lastEndNs[i] = lastEndNs;
      const category = this.categoryAt(i);
      sums[category] = (sums[category] as number) + duration;
    }
    if (this.count % checkpointEvery === 0)
      this.#sumsNs.set(sums, (this.count / checkpointEvery) * categories);
  }

  categoryAt(index: number): number {
    return this.#category[this.launch[index] as number] as number;
  }

  /** Visits what a stretch of `widthPx` pixels shows, from left to right. */
  forEachMark(fromNs: number, toNs: number, widthPx: number, visitor: MarkVisitor): void {
    const pixelNs = (toNs - fromNs) / widthPx;
    let i = lowerBound(this.#lastEndNs, fromNs, 0, this.count);
    let boxPx = Number.NaN;
    let boxes = 0;
    while (i < this.count) {
      const start = this.startNs[i] as number;
      if (start >= toNs) return;
      const duration = this.durationNs[i] as number;
      const atPx = Math.floor((start - fromNs) / pixelNs);
      const nextPixelNs = fromNs + (atPx + 1) * pixelNs;
      if (duration >= pixelNs) {
        visitor.box(i, (start - fromNs) / pixelNs, (start + duration - fromNs) / pixelNs);
        boxes = atPx === boxPx ? boxes + 1 : 1;
        boxPx = atPx;
        i = boxes < mostBoxesAPixel ? i + 1 : this.#firstStartFrom(nextPixelNs, i + 1);
        continue;
      }
      let next = this.#firstStartFrom(nextPixelNs, i + 1);
      // The last to start in a pixel may reach far out of it: it is a box of its own.
      if (next - 1 > i && (this.durationNs[next - 1] as number) >= pixelNs) next--;
      const category = this.#heaviest(i, next);
      const busyNs = this.#scratch.reduce((sum, part) => sum + part, 0);
      visitor.blend(Math.max(0, atPx), Math.min(1, busyNs / pixelNs), category, i, next);
      i = next;
    }
  }

  /** The execution at a moment, or the nearest within the tolerance; -1 for none. */
  at(timeNs: number, toleranceNs: number): number {
    const after = lowerBound(this.startNs, timeNs, 0, this.count);
    let best = -1;
    let bestNs = toleranceNs;
    // Of several that overlap the one that started last is on top; very many at once do not overlap.
    for (let i = Math.min(after, this.count - 1); i >= 0 && i > after - checkpointEvery; i--) {
      const start = this.startNs[i] as number;
      const end = start + (this.durationNs[i] as number);
      const distance = timeNs < start ? start - timeNs : timeNs > end ? timeNs - end : 0;
      if (distance === 0 && start <= timeNs) return i;
      if (distance < bestNs) {
        bestNs = distance;
        best = i;
      }
    }
    return best;
  }

  /** Indices of the executions that touch a stretch: `from` to `to`, not included. */
  within(fromNs: number, toNs: number): { readonly from: number; readonly to: number } {
    const from = lowerBound(this.#lastEndNs, fromNs, 0, this.count);
    return { from, to: lowerBound(this.startNs, toNs, from, this.count) };
  }

  /** Next index whose start is at or after a moment: doubling steps, since it is near as a rule. */
  #firstStartFrom(timeNs: number, from: number): number {
    let step = 8;
    let low = from;
    while (low + step < this.count && (this.startNs[low + step] as number) < timeNs) {
      low += step;
      step *= 2;
    }
    return lowerBound(this.startNs, timeNs, low, Math.min(this.count, low + step + 1));
  }

  /** Leaves the time by category in the scratch and returns the largest. */
  #heaviest(from: number, to: number): number {
    const sums = this.#scratch.fill(0);
    const first = Math.ceil(from / checkpointEvery);
    const last = Math.floor(to / checkpointEvery);
    if (last <= first) {
      this.#addEach(from, to);
    } else {
      this.#addEach(from, first * checkpointEvery);
      for (let category = 0; category < categories; category++)
        sums[category] =
          (sums[category] as number) +
          (this.#sumsNs[last * categories + category] as number) -
          (this.#sumsNs[first * categories + category] as number);
      this.#addEach(last * checkpointEvery, to);
    }
    let heaviest = 0;
    let mostNs = -1;
    for (let category = 0; category < categories; category++) {
      if ((sums[category] as number) <= mostNs) continue;
      mostNs = sums[category] as number;
      heaviest = category;
    }
    // Executions of no length leave no sum, yet they have a category.
    return mostNs > 0 ? heaviest : this.categoryAt(from);
  }

  #addEach(from: number, to: number): void {
    const sums = this.#scratch;
    for (let i = from; i < to; i++) {
      const category = this.categoryAt(i);
      sums[category] = (sums[category] as number) + (this.durationNs[i] as number);
    }
  }
}

/** How busy a lane is in equal stretches of the whole window: drawn until, or where not, all executions are there. */
export interface Overview {
  /** 0..255. */
  readonly busy: Uint8Array;
  readonly category: Uint8Array;
}

/** @param bytes as `LaneData.overview` holds them */
export function overviewOf(bytes: Uint8Array): Overview {
  return { busy: bytes.subarray(0, overviewBuckets), category: bytes.subarray(overviewBuckets) };
}

/** First index in `from..to` whose value is at least `value`; `to` where there is none. Values ascend. */
export function lowerBound(values: ArrayLike<number>, value: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
