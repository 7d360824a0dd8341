import { absent, known, type Measured } from '../model/measured.ts';
import type { SampledSeries, Timeline } from '../model/timeline.ts';
import type { Nanoseconds } from '../model/units.ts';
import { type DeviceFigure, distrust, figureRows, isFigure } from './device-figures.ts';
import { after, freshValue } from './samples.ts';

/** What of one device is sampled: for each figure its series, the most trusted source first. */
type FiguresOfDevice = Map<DeviceFigure, SampledSeries[]>;

/** Fans may run above what is called full speed (nvml.h). */
const fanAtMost = 2;
/** Shares are quotients of counters read one after the other: so much above 1 is rounding. */
const rounding = 0.01;

/** Figures that are sampled, by device, out of a timeline that grows. Series and absences are looked through once. */
export class SampledFigures {
  readonly #timeline: Timeline;
  readonly #devices = new Map<string, FiguresOfDevice>();
  readonly #absences = new Map<string, string>();
  #indexedSeries = 0;
  #indexedAbsences = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Whether a source has ever sampled the figure. */
  isSampled(device: string, figure: DeviceFigure): boolean {
    this.#index();
    return this.#devices.get(device)?.has(figure) ?? false;
  }

  /**
   * The fresh value of the most trusted source that has one; else the collector's reason, or `fallback` where nothing
   * ever sampled it.
   */
  value(device: string, figure: DeviceFigure, nowNs: Nanoseconds, fallback: string): Measured {
    this.#index();
    const entries = this.#devices.get(device)?.get(figure);
    let outside: Measured | null = null;
    for (const entry of entries ?? []) {
      const value = freshValue(entry, nowNs, figureRows[figure].event);
      if (Number.isNaN(value)) continue;
      const { from } = entry.series;
      if (isPossible(figure, value)) return known(clamped(figure, value), from);
      outside ??= absent(`${from} gave ${value} for ${figureRows[figure].label}, which cannot be.`);
    }
    if (outside !== null) return outside;
    const why = this.#absences.get(keyOf(device, figure));
    if (why !== undefined) return absent(why);
    return absent(entries === undefined ? fallback : `The last sample of ${figure} is too old to show.`);
  }

  /** The same as a number for a curve, NaN where it is unknown. */
  number(device: string, figure: DeviceFigure, nowNs: Nanoseconds): number {
    this.#index();
    for (const entry of this.#devices.get(device)?.get(figure) ?? []) {
      const value = freshValue(entry, nowNs, figureRows[figure].event);
      if (isPossible(figure, value)) return clamped(figure, value);
    }
    return Number.NaN;
  }

  /** When the event happened whose number `value` gives; null where none was seen. */
  eventNs(device: string, figure: DeviceFigure, nowNs: Nanoseconds): Nanoseconds | null {
    this.#index();
    const entry = this.#devices
      .get(device)
      ?.get(figure)
      ?.find((each) => isPossible(figure, freshValue(each, nowNs, true)));
    return entry?.timesNs[after(entry, nowNs) - 1] ?? null;
  }

  #index(): void {
    const { series, absences } = this.#timeline;
    for (; this.#indexedSeries < series.length; this.#indexedSeries++) {
      this.#addSeries(series[this.#indexedSeries] as SampledSeries);
    }
    for (; this.#indexedAbsences < absences.length; this.#indexedAbsences++) {
      const entry = absences[this.#indexedAbsences];
      if (entry === undefined || entry.device === null) continue;
      this.#absences.set(keyOf(entry.device, entry.metric), entry.why);
    }
  }

  #addSeries(entry: SampledSeries): void {
    const { device, metric } = entry.series;
    if (device === null || !isFigure(metric)) return;
    const figures: FiguresOfDevice = this.#devices.get(device) ?? new Map();
    this.#devices.set(device, figures);
    const entries = [...(figures.get(metric) ?? []), entry];
    entries.sort((a, b) => distrust(metric, a.series.from) - distrust(metric, b.series.from));
    figures.set(metric, entries);
  }
}

/** Samples of a figure from some moment on, oldest first. */
export interface FigureSamples {
  readonly from: string;
  readonly timesNs: readonly number[];
  readonly values: readonly number[];
}

/** Those of the most trusted source that has any; null where none has. Values that cannot be are left out. */
export function samplesSince(
  { series }: Timeline,
  device: string,
  figure: DeviceFigure,
  sinceNs: Nanoseconds,
): FigureSamples | null {
  const entries = series
    .filter((entry) => entry.series.device === device && entry.series.metric === figure)
    .sort((a, b) => distrust(figure, a.series.from) - distrust(figure, b.series.from));
  for (const entry of entries) {
    const timesNs: number[] = [];
    const values: number[] = [];
    const first = entry.timesNs.findLastIndex((timeNs) => timeNs < sinceNs) + 1;
    for (let at = first; at < entry.values.length; at++) {
      const value = entry.values[at] as number;
      if (!isPossible(figure, value)) continue;
      timesNs.push(entry.timesNs[at] as number);
      values.push(clamped(figure, value));
    }
    if (values.length > 0) return { from: entry.series.from, timesNs, values };
  }
  return null;
}

function keyOf(device: string, metric: string): string {
  return `${device}\n${metric}`;
}

/** No NaN, no infinity, no share above the whole. */
function isPossible(figure: DeviceFigure, value: number): boolean {
  if (!Number.isFinite(value)) return false;
  const { unit } = figureRows[figure];
  if (unit === 'celsius') return true;
  return value >= 0 && (unit !== 'ratio' || value <= mostOf(figure) + rounding);
}

function clamped(figure: DeviceFigure, value: number): number {
  return figureRows[figure].unit === 'ratio' ? Math.min(value, mostOf(figure)) : value;
}

function mostOf(figure: DeviceFigure): number {
  return figure === 'fanSpeed' ? fanAtMost : 1;
}
