import type { Ratio } from '../../../src/model/units.ts';
import { type Line, type Role, type Span, span } from './style.ts';

/** One part of a stacked bar. */
export interface Part {
  readonly share: Ratio;
  readonly glyph: string;
  readonly role: Role;
}

/**
 * A bar of `width` cells, heavy as far as the ratio goes and thin after it, in steps of half a cell:
 * `━━━━━╸────`. NaN draws as empty.
 */
export function bar(ratio: Ratio, width: number, role: Role): Line {
  const cells = Math.max(0, width);
  const share = Number.isNaN(ratio) ? 0 : Math.min(1, Math.max(0, ratio));
  const halves = Math.round(share * cells * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2 === 1 ? '╸' : '';
  return [span('━'.repeat(full) + half, role), span('─'.repeat(cells - full - half.length), 'rule')];
}

/**
 * Parts one after the other over `width` cells; the ends are rounded in sum, so that the bar is never longer than
 * `width` and no part drifts. What the parts leave is filled with `·`.
 */
export function stackedBar(parts: readonly Part[], width: number): Line {
  const spans: Span[] = [];
  let sum = 0;
  let drawn = 0;
  for (const part of parts) {
    sum += Number.isFinite(part.share) ? Math.max(0, part.share) : 0;
    const end = Math.min(width, Math.round(sum * width));
    if (end > drawn) spans.push(span(part.glyph.repeat(end - drawn), part.role));
    drawn = Math.max(drawn, end);
  }
  if (drawn < width) spans.push(span('·'.repeat(width - drawn), 'rule'));
  return spans;
}
