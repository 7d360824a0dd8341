import type { Spread } from '../../../src/analysis/bench/result.ts';
import { element, withShare } from '../dom.ts';
import type { Entry } from '../sections/simple-table.ts';

/** A median with the ends of its interval, where there are some. */
export function spreadEntry(spread: Spread, format: (value: number) => string): Entry {
  if (spread.value === null) return { why: spread.why };
  return element(
    'span',
    { 'data-tip': `From ${spread.from}.` },
    format(spread.value),
    element('small', { class: 'ends' }, endsText(spread, format)),
  );
}

/** The same with a bar below it, and whiskers where the interval ends. */
export function barEntry(spread: Spread, most: number, format: (value: number) => string): Entry {
  const entry = spreadEntry(spread, format);
  if (spread.value === null || !(entry instanceof Node)) return entry;
  const bar = withShare(element('span', { class: 'bar', 'aria-hidden': 'true' }), spread.value / most);
  if (spread.low !== null && spread.high !== null) {
    const whisker = element('span', { class: 'whisker' });
    whisker.style.left = `${(spread.low / most) * 100}%`;
    whisker.style.width = `${((spread.high - spread.low) / most) * 100}%`;
    bar.append(whisker);
  }
  return element('span', { class: 'with-bar' }, entry, bar);
}

/** The furthest that bars and whiskers reach. */
export function reachOf(spreads: readonly Spread[]): number {
  const ends = spreads.map((spread) =>
    spread.value === null ? 0 : Math.max(spread.value, spread.high ?? 0),
  );
  return Math.max(Number.MIN_VALUE, ...ends);
}

function endsText(
  spread: Extract<Spread, { readonly value: number }>,
  format: (value: number) => string,
): string {
  return spread.low === null || spread.high === null ? '' : ` ${format(spread.low)}..${format(spread.high)}`;
}
