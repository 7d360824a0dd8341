import { clean } from '../../../src/model/clean-text.ts';
import type { Told, Tone } from '../../model/tone.ts';
import { cellsOf, displayWidth } from './width.ts';

/**
 * What a piece of text means. Views name the meaning; a theme turns it into colours, or into nothing. No view
 * relies on colour alone: glyphs and words tell the same.
 */
export type Role =
  | Tone
  | 'rule'
  | 'title'
  | 'key'
  | 'selected'
  | 'loss'
  | 'accuracy'
  | 'input'
  | 'forward'
  | 'backward'
  | 'optimizer'
  | 'outside';

/** Parameters of the SGR sequence of each role, such as `1;38;5;39`; '' for the terminal's own look. */
export type Theme = Readonly<Record<Role, string>>;

export interface Span {
  readonly text: string;
  readonly role: Role;
}

/** One row of a view, from left to right. */
export type Line = readonly Span[];

/** A piece of text, cleaned of all that a terminal would obey. */
export function span(text: string, role: Role = 'plain'): Span {
  return { text: clean(text), role };
}

/** What the models say, as a span. */
export function toldSpan({ text, tone }: Told): Span {
  return span(text, tone);
}

/** `count` spaces. */
export function blank(count: number): Span {
  return { text: ' '.repeat(Math.max(0, count)), role: 'plain' };
}

/** Cells that a line takes. */
export function lineWidth(line: Line): number {
  let cells = 0;
  for (const part of line) cells += displayWidth(part.text);
  return cells;
}

/** The line cut (with `…`) or padded to exactly `width` cells. */
export function fitLine(line: Line, width: number): Line {
  const cells = lineWidth(line);
  if (cells === width) return line;
  if (cells < width) return [...line, blank(width - cells)];
  if (width <= 0) return [];
  const kept: Span[] = [];
  let left = width - 1;
  let role: Role = 'plain';
  for (const part of line) {
    const text = leading(part.text, left);
    if (text !== '') kept.push({ text, role: part.role });
    role = part.role;
    left -= displayWidth(text);
    if (text !== part.text) break;
  }
  kept.push({ text: '…', role }, blank(left));
  return kept;
}

/** `left` and `right` at the ends of a line of `width` cells; what does not fit is cut from the left part. */
export function justify(left: Line, right: Line, width: number): Line {
  const rightWidth = lineWidth(right);
  if (rightWidth === 0 || rightWidth + 1 >= width) return fitLine(left, width);
  return [...fitLine(left, width - rightWidth - 1), blank(1), ...right];
}

/** The parts of a line with `separator` between those that are there. */
export function join(parts: readonly Line[], separator: Span): Line {
  const joined: Span[] = [];
  for (const part of parts) {
    if (part.length === 0) continue;
    if (joined.length > 0) joined.push(separator);
    joined.push(...part);
  }
  return joined;
}

/** The line as a string with SGR sequences, each of which is ended before the next text. */
export function renderLine(line: Line, theme: Theme): string {
  let rendered = '';
  let open = '';
  for (const part of line) {
    if (part.text === '') continue;
    const look = theme[part.role];
    if (look !== open) {
      if (open !== '') rendered += '\u001b[0m';
      if (look !== '') rendered += `\u001b[${look}m`;
      open = look;
    }
    rendered += part.text;
  }
  return open === '' ? rendered : `${rendered}\u001b[0m`;
}

/** The longest beginning of a text that takes at most `width` cells. */
function leading(text: string, width: number): string {
  let cells = 0;
  let kept = '';
  for (const character of text) {
    cells += cellsOf(character);
    if (cells > width) break;
    kept += character;
  }
  return kept;
}
