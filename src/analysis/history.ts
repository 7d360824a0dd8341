import type { Device } from '../model/device.ts';
import { valueOrNaN } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import { type Nanoseconds, toSeconds } from '../model/units.ts';
import { type FigureSources, stateAt } from './device-view.ts';
import type { Interval } from './intervals.ts';
import { type History, type HistoryCurve, historyCurves } from './snapshot.ts';

/** One point of the history charts. */
const intervalNs = 0.5e9;
/** An hour. */
const mostPoints = 7200;
/** Old points go many at once: to move an hour of points for each new one would cost more than all else. */
const trimPoints = 240;

interface Curves {
  readonly history: Readonly<Record<HistoryCurve, number[]>> & Pick<History, 'intervalSeconds'>;
  /** End of the last point. */
  untilNs: Nanoseconds;
}

/** Keeps the curves of each device, and goes on with them from look to look. */
export class Histories {
  readonly #timeline: Timeline;
  readonly #sources: FigureSources;
  readonly #curves = new Map<string, Curves>();

  constructor(timeline: Timeline, sources: FigureSources) {
    this.#timeline = timeline;
    this.#sources = sources;
  }

  /** The curves of a device up to a moment: an hour of points, and up to two minutes more. */
  upTo(device: Device, completeNs: Nanoseconds): History {
    let curves = this.#curves.get(device.id);
    if (curves === undefined) {
      curves = { history: emptyHistory(), untilNs: 0 };
      this.#curves.set(device.id, curves);
    }
    // A run that is joined late: what would fall out of the history at once is not worked out.
    const behind = Math.floor((completeNs - curves.untilNs) / intervalNs) - mostPoints;
    if (behind > 0) curves.untilNs += behind * intervalNs;
    while (curves.untilNs + intervalNs <= completeNs) {
      const window = { startNs: curves.untilNs, endNs: curves.untilNs + intervalNs };
      this.#addPoint(curves.history, device, window);
      curves.untilNs = window.endNs;
    }
    const { history } = curves;
    const over = history.util.length - mostPoints;
    if (over > trimPoints) for (const curve of historyCurves) history[curve].splice(0, over);
    return history;
  }

  #addPoint(history: Curves['history'], device: Device, window: Interval): void {
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

function emptyHistory(): Curves['history'] {
  return {
    intervalSeconds: toSeconds(intervalNs),
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
