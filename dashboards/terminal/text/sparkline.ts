import { type Line, type Role, type Span, span } from './style.ts';

const levels = '▁▂▃▄▅▆▇█';

/**
 * A curve in one row: the newest `width` values of `values` (oldest first), or the mean of equal parts where there
 * are more. Scaled from its smallest to its largest value. A part that holds NaN is marked `×`: it is the news.
 */
export function sparkline(values: readonly number[], width: number, role: Role): Line {
  if (values.length === 0 || width <= 0) return [];
  const cells = Math.min(width, values.length);
  const means = Array.from({ length: cells }, (_, cell) => {
    const start = Math.floor((cell * values.length) / cells);
    const end = Math.max(start + 1, Math.floor(((cell + 1) * values.length) / cells));
    let sum = 0;
    for (let index = start; index < end; index += 1) sum += values[index] ?? Number.NaN;
    return sum / (end - start);
  });
  const finite = means.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const spans: Span[] = [];
  for (const mean of means) {
    if (!Number.isFinite(mean)) {
      spans.push(span('×', 'bad'));
      continue;
    }
    const level = high > low ? Math.round(((mean - low) / (high - low)) * (levels.length - 1)) : 0;
    spans.push(span(levels.charAt(level), role));
  }
  return spans;
}
