import { drop, emptyHistory, type GrowingHistory } from '../../../analysis/history.ts';
import { type Curve, historyCurves, type Snapshot } from '../../../analysis/snapshot.ts';
import { valueOrNaN } from '../../../model/measured.ts';
import type { Seconds } from '../../../model/units.ts';

/** Half an hour at one line a second: with 64 hosts of 8 GPUs, 60 MB. */
const mostPoints = 1800;
/** Old points go many at once. */
const trimPoints = 120;
/** A snapshot has more devices than this only where its sender means harm. */
const mostDevices = 64;

/** The curves of one host, made of the moments that it sends: what came before we listened is not known. */
export class HostCurves {
  readonly #intervalSeconds: Seconds;
  readonly #devices = new Map<string, GrowingHistory>();
  readonly #loss: MutableCurve = { x: [], y: [] };
  readonly #accuracy: MutableCurve = { x: [], y: [] };
  #untilSeconds = Number.NaN;

  constructor(intervalSeconds: Seconds) {
    this.#intervalSeconds = intervalSeconds;
  }

  /** Takes a moment in. @param nowSeconds when it came */
  add(snapshot: Snapshot, nowSeconds: Seconds): Snapshot {
    // By the time between two, not by the count: a sender's interval is never quite ours.
    this.#skip(Math.round((nowSeconds - this.#untilSeconds) / this.#intervalSeconds) - 1);
    this.#untilSeconds = nowSeconds;
    const devices = snapshot.devices.map((view) => {
      const history = this.#historyOf(view.device.id);
      for (const curve of historyCurves) history[curve].push(valueOrNaN(view[curve]));
      trimHistory(history);
      return { ...view, history };
    });
    const { training } = snapshot;
    if (training === null) return { ...snapshot, devices };
    const loss = append(this.#loss, training.loss);
    const accuracy = append(this.#accuracy, training.accuracy);
    return { ...snapshot, devices, training: { ...training, loss, accuracy } };
  }

  /** For a host that speaks no more: its curves go on without a value, since their end is the present. */
  skipTo(nowSeconds: Seconds): void {
    const intervals = Math.floor((nowSeconds - this.#untilSeconds) / this.#intervalSeconds);
    if (!(intervals > 0)) return;
    this.#untilSeconds += intervals * this.#intervalSeconds;
    this.#skip(intervals);
  }

  #skip(intervals: number): void {
    if (!(intervals > 0)) return;
    const gap = Array.from({ length: Math.min(intervals, mostPoints) }, () => Number.NaN);
    for (const history of this.#devices.values()) {
      for (const curve of historyCurves) history[curve].push(...gap);
      trimHistory(history);
    }
  }

  #historyOf(device: string): GrowingHistory {
    const existing = this.#devices.get(device);
    if (existing !== undefined) return existing;
    const history = emptyHistory(this.#intervalSeconds);
    if (this.#devices.size < mostDevices) this.#devices.set(device, history);
    return history;
  }
}

type MutableCurve = { readonly [K in keyof Curve]: number[] };

/** A step that was told before is not told anew. A training that begins again begins a new curve. */
function append(curve: MutableCurve, newest: Curve): Curve {
  const [step] = newest.x;
  const [value] = newest.y;
  const last = curve.x.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (step === undefined || value === undefined || step === last) return curve;
  if (step < last) for (const points of [curve.x, curve.y]) points.length = 0;
  curve.x.push(step);
  curve.y.push(value);
  for (const points of [curve.x, curve.y]) trim(points);
  return curve;
}

function trimHistory(history: GrowingHistory): void {
  const { length } = history.util;
  if (length > mostPoints + trimPoints) drop(history, length - mostPoints);
}

function trim(points: number[]): void {
  if (points.length > mostPoints + trimPoints) points.splice(0, points.length - mostPoints);
}
