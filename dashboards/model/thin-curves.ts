import { type Curve, type HistoryCurve, historyCurves } from '../../src/analysis/snapshot.ts';
import type { Seconds } from '../../src/model/units.ts';

/** Points of the histories of a device, all curves over the same moments. */
export interface HistoryPoints {
  /** Seconds that only go on, ascending; not at even distances once they are thinned. */
  readonly x: readonly Seconds[];
  /** As long as `x`, or empty where nothing was ever known. */
  readonly curves: Readonly<Record<HistoryCurve, readonly number[]>>;
}

/** Up to which age, in intervals, how many points become one: an hour of half seconds is 600 points. */
const levels = [
  { age: 200, points: 1 },
  { age: 1000, points: 4 },
  { age: Number.POSITIVE_INFINITY, points: 32 },
] as const;

/**
 * Brings histories to what a chart can show: the newest points stay, older ones become means. Thinning what is thin
 * already changes little.
 */
export function thinHistory({ x, curves }: HistoryPoints, intervalSeconds: Seconds): HistoryPoints {
  const last = x.at(-1) ?? 0;
  const starts: number[] = [];
  let before = '';
  for (const [index, seconds] of x.entries()) {
    const age = (last - seconds) / intervalSeconds;
    const level = levels.find((each) => age < each.age) ?? levels[2];
    const bucket = `${level.points} ${Math.floor(seconds / intervalSeconds / level.points + 1e-6)}`;
    if (bucket !== before) starts.push(index);
    before = bucket;
  }
  const ends = starts.map((_, at) => starts[at + 1] ?? x.length);
  return {
    x: ends.map((end) => x[end - 1] ?? 0),
    curves: eachCurve((name) => means(curves[name], starts, ends)),
  };
}

/** The same for every curve of a history. */
export function eachCurve<T>(of: (name: HistoryCurve) => T): Record<HistoryCurve, T> {
  return Object.fromEntries(historyCurves.map((name) => [name, of(name)])) as Record<HistoryCurve, T>;
}

/** NaN where nothing of a stretch is known. */
function means(values: readonly number[], starts: readonly number[], ends: readonly number[]): number[] {
  if (values.length === 0) return [];
  return starts.map((start, at) => {
    const end = ends[at] ?? start + 1;
    if (end - start === 1) return values[start] ?? Number.NaN;
    const known = values.slice(start, end).filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/**
 * Brings a curve of a training to about `most` points. Each stretch keeps its least and its greatest value and one that
 * is not finite, so that neither a spike nor a NaN is lost. Stretches are equally long, however often it is thinned.
 */
export function thinCurve({ x, y }: Curve, most: number): Curve {
  if (y.length <= most) return { x, y };
  const kept: number[] = [];
  const first = x[0] ?? 0;
  const stretch = (((x.at(-1) ?? 0) - first) * 3) / most || 1;
  const stretchOf = (at: number): number => Math.floor(((x[at] ?? 0) - first) / stretch) || 0;
  for (let start = 0, end = 0; start < y.length; start = end) {
    let least = -1;
    let greatest = -1;
    let broken = -1;
    for (; end < y.length && stretchOf(end) === stretchOf(start); end++) {
      const value = y[end] ?? Number.NaN;
      if (!Number.isFinite(value)) broken = end;
      else {
        if (least < 0 || value < (y[least] ?? value)) least = end;
        if (greatest < 0 || value > (y[greatest] ?? value)) greatest = end;
      }
    }
    kept.push(...[...new Set([least, greatest, broken])].filter((at) => at >= 0).sort((a, b) => a - b));
  }
  // The newest value is what the figure beside the curve says.
  if (kept.at(-1) !== y.length - 1) kept.push(y.length - 1);
  return { x: kept.map((at) => x[at] ?? 0), y: kept.map((at) => y[at] ?? Number.NaN) };
}
