import type { Scale } from './braille-chart.ts';

/** A curve brought to the dot columns of a chart. */
export interface CurveColumns {
  /** The range in each column; NaN where there is a gap. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Columns in which a value was NaN or infinite. */
  readonly broken: ReadonlySet<number>;
}

/**
 * Spreads points over `columns` by their x. A column keeps the least and the greatest of its values, so that a
 * spike is never averaged away; between points the line is straight, and a NaN breaks it.
 */
export function curveColumns(x: readonly number[], y: readonly number[], columns: number): CurveColumns {
  const low = new Float64Array(Math.max(0, columns)).fill(Number.NaN);
  const high = new Float64Array(Math.max(0, columns)).fill(Number.NaN);
  const broken = new Set<number>();
  const points = Math.min(x.length, y.length);
  const first = x[0] ?? 0;
  const spread = (x[points - 1] ?? 0) - first;
  let previousColumn = -1;
  let previousValue = Number.NaN;
  for (let point = 0; point < points; point += 1) {
    const share = spread > 0 ? ((x[point] ?? first) - first) / spread : 0;
    const column = Math.min(columns - 1, Math.max(0, Math.round(share * (columns - 1))));
    const value = y[point] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      broken.add(column);
      previousColumn = -1;
      continue;
    }
    if (previousColumn >= 0) {
      for (let between = previousColumn + 1; between < column; between += 1) {
        const part = (between - previousColumn) / (column - previousColumn);
        low[between] = high[between] = previousValue + (value - previousValue) * part;
      }
    }
    low[column] = least(value, low[column]);
    high[column] = -least(-value, -(high[column] ?? Number.NaN));
    previousColumn = column;
    previousValue = value;
  }
  for (const column of broken) low[column] = high[column] = Number.NaN;
  return { low, high, broken };
}

function least(value: number, before: number | undefined): number {
  return before === undefined || Number.isNaN(before) ? value : Math.min(value, before);
}

/** The scale that holds every finite value, a little wider where they are all the same. */
export function scaleOf(values: readonly number[]): Scale {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { low: 0, high: 1 };
  if (low < high) return { low, high };
  // A share that does not change: no scale of shares goes below nothing or beyond all.
  if (low >= 0 && low <= 1) return { low: 0, high: 1 };
  // Half of the smallest double is 0.
  const margin = Math.abs(low) / 2 || 0.5;
  return { low: low - margin, high: high + margin };
}
