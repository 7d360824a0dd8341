import type { Device } from '../model/device.ts';
import { valueOrNaN } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, type Seconds, toSeconds } from '../model/units.ts';
import { type FigureSources, stateAt } from './device-view.ts';
import type { Interval } from './intervals.ts';
import { type History, type HistoryCurve, historyCurves } from './snapshot.ts';

/** One point of the history charts. */
const intervalNs = 0.5e9;
/** An hour. */
const mostPoints = 7200;
/** Old points go many at once: to move an hour of points for each new one would cost more than all else. */
const trimPoints = 240;

/** A history that is gone on with. */
export type GrowingHistory = Record<HistoryCurve, number[]> &
  Pick<History, 'intervalSeconds'> & { dropped: number };

/** Keeps the curves of each device, and goes on with them from look to look. */
export class Histories {
  readonly #timeline: Timeline;
  readonly #sources: FigureSources;
  readonly #curves = new Map<string, GrowingHistory>();

  constructor(timeline: Timeline, sources: FigureSources) {
    this.#timeline = timeline;
    this.#sources = sources;
  }

  /** The curves of a device up to a moment: an hour of points, and up to two minutes more. */
  upTo(device: Device, completeNs: Nanoseconds): History {
    const history = this.#curves.get(device.id) ?? emptyHistory(toSeconds(intervalNs));
    this.#curves.set(device.id, history);
    let next = history.dropped + history.util.length;
    // A run that is joined late: what would fall out of the history at once is not worked out.
    const until = Math.floor(completeNs / intervalNs);
    if (until - next > mostPoints) {
      next = until - mostPoints;
      drop(history, history.util.length);
      history.dropped = next;
    }
    for (; next < until; next++) {
      const startNs = next * intervalNs;
      this.#addPoint(history, device, { startNs, endNs: startNs + intervalNs });
    }
    const over = history.util.length - mostPoints;
    if (over > trimPoints) drop(history, over);
    return history;
  }

  #addPoint(history: GrowingHistory, device: Device, window: Interval): void {
    const { sampled, launches } = this.#sources;
    const here = stateAt(this.#timeline, device.id, window.endNs).condition === 'present';
    const counted = here ? sampled.number(device.id, 'smActive', window.endNs) : Number.NaN;
    const launched = launches.has(device.id)
      ? launches.over(device, window, Number.isNaN(counted) && here)
      : null;
    for (const curve of historyCurves) {
      if (curve === 'kernelBusy') {
        const busy = launched === null ? Number.NaN : valueOrNaN(launched.kernelBusy);
        const unknown = here && Number.isNaN(busy);
        history.kernelBusy.push(unknown ? sampled.number(device.id, curve, window.endNs) : busy);
      } else if (curve === 'peakShare') {
        history.peakShare.push(launched === null ? Number.NaN : valueOrNaN(launched.peakShare));
      } else if (curve === 'smActive') {
        const filled = launched === null || !here ? Number.NaN : valueOrNaN(launched.smActive);
        history.smActive.push(Number.isNaN(counted) ? filled : counted);
      } else {
        history[curve].push(here ? sampled.number(device.id, curve, window.endNs) : Number.NaN);
      }
    }
  }
}

/** Takes the oldest points away. */
export function drop(history: GrowingHistory, points: number): void {
  for (const curve of historyCurves) history[curve].splice(0, points);
  history.dropped += points;
}

/** A history without a point. */
export function emptyHistory(intervalSeconds: Seconds): GrowingHistory {
  return {
    dropped: 0,
    intervalSeconds,
    util: [],
    kernelBusy: [],
    smActive: [],
    occupancy: [],
    tensorActive: [],
    dramActive: [],
    peakShare: [],
    powerWatts: [],
  };
}
