import { type Nanoseconds, nanosecondsPerSecond, toSeconds } from '../model/units.ts';
import type { KernelHistory } from './details.ts';
import type { Interval } from './intervals.ts';
import type { KernelRow } from './kernels.ts';

/** One point of the curves. */
const intervalNs = 1e9;
/** A quarter of an hour. */
const mostPoints = 900;
/** Old points go many at once. */
const trimPoints = 60;
/** A program has thousands of kernels; curves are kept of those that matter. */
const mostKernels = 64;

interface Curves {
  calls: number;
  totalSeconds: number;
  readonly timeShare: number[];
  readonly meanSeconds: number[];
}

/** Curves of the heaviest kernels, out of their totals from look to look: what came in since counts for the time since. */
export class KernelHistories {
  readonly #curves = new Map<string, Curves>();
  #lookNs: Nanoseconds | null = null;

  /**
   * @param rows the kernel table, the heaviest first
   * @param recordedIn of a stretch, the time in which a device's kernels were recorded
   */
  look(
    rows: readonly KernelRow[],
    nowNs: Nanoseconds,
    recordedIn: (device: string, stretch: Interval) => Nanoseconds,
  ): void {
    const sinceNs = nowNs - (this.#lookNs ?? nowNs);
    if (this.#lookNs !== null && sinceNs < intervalNs) return;
    // A look that comes late stands for all intervals since the last one: the rate is their mean.
    const points = Math.min(mostPoints, Math.max(1, Math.round(sinceNs / intervalNs)));
    const stretch = { startNs: nowNs - sinceNs, endNs: nowNs };
    this.#lookNs = nowNs;
    for (const row of rows.slice(0, mostKernels))
      this.#add(row, toSeconds(recordedIn(row.device, stretch)), points);
  }

  /** Null where none is kept. */
  of({ device, name }: Pick<KernelRow, 'device' | 'name'>): KernelHistory | null {
    const curves = this.#curves.get(keyOf(device, name));
    if (curves === undefined) return null;
    const { timeShare, meanSeconds } = curves;
    return { intervalSeconds: intervalNs / nanosecondsPerSecond, timeShare, meanSeconds };
  }

  #add({ device, name, calls, totalSeconds }: KernelRow, recordedSeconds: number, points: number): void {
    const key = keyOf(device, name);
    const curves = this.#curves.get(key);
    if (curves === undefined) {
      // What it took before the first look has no place on the axis.
      if (this.#curves.size < 2 * mostKernels)
        this.#curves.set(key, { calls, totalSeconds, timeShare: [], meanSeconds: [] });
      return;
    }
    const more = calls - curves.calls;
    const seconds = totalSeconds - curves.totalSeconds;
    for (let point = 0; point < points; point++) {
      // Outside of the windows that are recorded it is not known whether it ran.
      curves.timeShare.push(recordedSeconds > 0 ? Math.min(1, seconds / recordedSeconds) : Number.NaN);
      curves.meanSeconds.push(more > 0 ? seconds / more : Number.NaN);
    }
    curves.calls = calls;
    curves.totalSeconds = totalSeconds;
    const over = curves.timeShare.length - mostPoints;
    if (over <= trimPoints) return;
    curves.timeShare.splice(0, over);
    curves.meanSeconds.splice(0, over);
  }
}

function keyOf(device: string, name: string): string {
  return `${device}\n${name}`;
}
