/**
 * Brings the newest part of a history to the dot columns of a chart, so that `columns` always span the same time. Where
 * a column holds several values it shows their mean; where values stand apart, the line between two neighbours. NaN, and
 * the time before the first value, are gaps.
 * @param values at even intervals, oldest first
 * @param points how many values the whole window holds; not always a whole number
 */
export function timeWindow(values: readonly number[], points: number, columns: number): Float64Array {
  const placed = new Float64Array(Math.max(0, columns)).fill(Number.NaN);
  if (!(points > 0)) return placed;
  const before = values.length - points;
  const each = points / placed.length;
  for (let column = 0; column < placed.length; column += 1) {
    const start = before + column * each;
    placed[column] =
      each >= 1 ? meanOf(values, start, start + each) : between(values, start + each / 2 - 0.5);
  }
  return placed;
}

/** The mean of the known values from `start` to before `end`; NaN where none is known. */
function meanOf(values: readonly number[], start: number, end: number): number {
  let sum = 0;
  let known = 0;
  const last = Math.min(values.length, Math.round(end));
  for (let index = Math.max(0, Math.round(start)); index < last; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    sum += value;
    known += 1;
  }
  return known === 0 ? Number.NaN : sum / known;
}

/** The value at a place between two neighbours; that of the nearer one where the other is not known. */
function between(values: readonly number[], place: number): number {
  const left = Math.floor(place);
  const part = place - left;
  const one = values[left] ?? Number.NaN;
  const other = values[left + 1] ?? Number.NaN;
  if (Number.isFinite(one) && Number.isFinite(other)) return one + (other - one) * part;
  return part < 0.5 ? one : other;
}
