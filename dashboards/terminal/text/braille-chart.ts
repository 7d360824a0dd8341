import { type Line, type Role, type Span, span } from './style.ts';

/** Cells from one gap of a dashed line to the next. */
const dashPeriod = 3;
/** Dot columns from one dot of a dotted line to the next. */
const dotPeriod = 4;

/** A braille cell is two dots wide and four high. */
export const dotsAcross = 2;
export const dotsDown = 4;

/** Bits of the dots of U+2800, by row and column (Unicode: Braille Patterns). */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * One curve, a value a dot column: the range that it covers there, NaN where nothing is known. The stroke tells
 * curves apart without colour: a line, one with gaps, one of dots, or everything from the ground up.
 */
export interface Trace {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly stroke: 'line' | 'dashed' | 'dotted' | 'area';
  readonly role: Role;
}

/** The values at the lower and the upper edge of a chart. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/**
 * Draws curves on one scale into `height` lines of `width` cells. Later traces take the colour of cells they
 * share. Values beyond the scale stay at its edge; NaN and infinite ones leave a gap.
 */
export function brailleChart(traces: readonly Trace[], scale: Scale, width: number, height: number): Line[] {
  if (width <= 0 || height <= 0) return [];
  const dots = new Uint8Array(width * height);
  const owner = new Uint8Array(width * height);
  for (const [index, trace] of traces.entries()) {
    strokeOf(trace, scale, width, height, (column, row) => {
      const cell = Math.floor(row / dotsDown) * width + Math.floor(column / dotsAcross);
      dots[cell] = (dots[cell] ?? 0) | (dotBits[row % dotsDown]?.[column % dotsAcross] ?? 0);
      owner[cell] = index;
    });
  }
  return Array.from({ length: height }, (_, row) => rowOf(dots, owner, traces, row * width, width));
}

/** The dot row, counted from the top, at which a value stands in a chart of `height` cells. */
export function dotRow(value: number, scale: Scale, height: number): number {
  const last = height * dotsDown - 1;
  const fromTop = (scale.high - value) / (scale.high - scale.low);
  return Math.min(last, Math.max(0, Math.round(fromTop * last)));
}

function strokeOf(
  trace: Trace,
  scale: Scale,
  width: number,
  height: number,
  put: (column: number, row: number) => void,
): void {
  const columns = Math.min(width * dotsAcross, trace.low.length);
  let previousTop = -1;
  let previousBottom = -1;
  for (let column = 0; column < columns; column += 1) {
    const low = trace.low[column] ?? Number.NaN;
    const high = trace.high[column] ?? Number.NaN;
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      previousTop = -1;
      continue;
    }
    let top = dotRow(high, scale, height);
    let bottom = dotRow(low, scale, height);
    const [ownTop, ownBottom] = [top, bottom];
    if (trace.stroke === 'area') {
      bottom = height * dotsDown - 1;
    } else if (previousTop >= 0) {
      // A steep curve stays in one piece: this column reaches to where the one before ended.
      if (previousBottom < top - 1) top = previousBottom + 1;
      if (previousTop > bottom + 1) bottom = previousTop - 1;
    }
    previousTop = ownTop;
    previousBottom = ownBottom;
    // A steep part is never left out: it is what the eye looks for.
    const flat = bottom - top <= ownBottom - ownTop + 1;
    if (trace.stroke === 'dashed' && flat && Math.floor(column / dotsAcross) % dashPeriod === 0) continue;
    if (trace.stroke === 'dotted' && flat && column % dotPeriod !== 0) continue;
    for (let row = top; row <= bottom; row += 1) put(column, row);
  }
}

function rowOf(
  dots: Uint8Array,
  owner: Uint8Array,
  traces: readonly Trace[],
  start: number,
  width: number,
): Line {
  const spans: Span[] = [];
  let text = '';
  let role: Role = 'plain';
  for (let cell = start; cell < start + width; cell += 1) {
    const pattern = dots[cell] ?? 0;
    const own = pattern === 0 ? 'plain' : (traces[owner[cell] ?? 0]?.role ?? 'plain');
    if (own !== role && text !== '') {
      spans.push(span(text, role));
      text = '';
    }
    role = own;
    text += pattern === 0 ? ' ' : String.fromCharCode(0x2800 + pattern);
  }
  spans.push(span(text, role));
  return spans;
}
