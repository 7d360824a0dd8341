import { clean, oneCellEach } from '../../../src/model/clean-text.ts';

/** How wide a text is on a terminal, and texts cut to a width. */

const zeroWidth = /^(?:\p{Mn}|\p{Me})$/u;
const wide =
  /^(?:[\u1100-\u115e\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]|[\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f90c}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}])$/u;

/** Cells that one character (a code point) takes: 0 for a combining mark, 2 for an East Asian wide one. */
export function cellsOf(character: string): 0 | 1 | 2 {
  if (oneCellEach.test(character)) return 1;
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Cells that a cleaned text takes. */
export function displayWidth(text: string): number {
  if (oneCellEach.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

/** The text cleaned and cut to `width` cells; a cut shows as `…`. */
export function truncate(text: string, width: number): string {
  const shown = clean(text);
  if (displayWidth(shown) <= width) return shown;
  if (width <= 0) return '';
  let cells = 0;
  let kept = '';
  for (const character of shown) {
    cells += cellsOf(character);
    if (cells > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text cleaned, cut or padded to exactly `width` cells. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = truncate(text, width);
  const padding = ' '.repeat(Math.max(0, width - displayWidth(shown)));
  return align === 'left' ? shown + padding : padding + shown;
}

/** The text cleaned and broken into lines of at most `width` cells, at spaces where there are any. */
export function wrap(text: string, width: number): string[] {
  if (width <= 0) return [];
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (line !== '' && displayWidth(line) + cellsOf(character) > width) {
        lines.push(line);
        line = '';
      }
      // A wide character fits no line of one cell.
      if (cellsOf(character) <= width) line += character;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}
