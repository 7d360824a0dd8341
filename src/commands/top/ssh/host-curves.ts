import { drop, emptyHistory, type GrowingHistory } from '../../../analysis/history.ts';
import { type Curve, type HistoryCurve, historyCurves, type Snapshot } from '../../../analysis/snapshot.ts';
import { valueOrNaN } from '../../../model/measured.ts';
import type { Seconds } from '../../../model/units.ts';

/** Half an hour at one line a second: with 64 hosts of 8 GPUs, 60 MB. */
const mostPoints = 1800;
/** Old points go many at once. */
const trimPoints = 120;
/** Eight GPUs in seven parts each and the processor are 65: a snapshot has many more only where its sender means harm. */
const mostDevices = 80;

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
      extend(history, 1, (curve) => valueOrNaN(view[curve]));
      return { ...view, history };
    });
    const told = new Set(snapshot.devices.map(({ device }) => device.id));
    for (const [device, history] of this.#devices) {
      if (!told.has(device)) extend(history, 1, () => Number.NaN);
    }
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
    const gap = Math.min(intervals, mostPoints);
    for (const history of this.#devices.values()) extend(history, gap, () => Number.NaN);
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
  trim(curve.x, 1);
  trim(curve.y, 1);
  curve.x.push(step);
  curve.y.push(value);
  return curve;
}

/** Adds so many points of one value to each curve. */
function extend(history: GrowingHistory, points: number, told: (curve: HistoryCurve) => number): void {
  const excess = excessOf(history.util, points);
  if (excess > 0) drop(history, excess);
  for (const curve of historyCurves) {
    const value = told(curve);
    for (let point = 0; point < points; point++) history[curve].push(value);
  }
}

function trim(points: number[], newer: number): void {
  points.splice(0, excessOf(points, newer));
}

/** Old points go before new ones come: memory that an array has once grown to stays its own. */
function excessOf({ length }: readonly number[], newer: number): number {
  return length + newer > mostPoints + trimPoints ? length + newer - mostPoints : 0;
}
