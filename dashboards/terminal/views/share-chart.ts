import { isKnown } from '../../../src/model/measured.ts';
import { percent } from '../../../src/model/numbers.ts';
import type { Seconds } from '../../../src/model/units.ts';
import { inReadingOrder, type ShareCurve, type Stroke } from '../../model/share-curves.ts';
import { brailleChart, dotRow, dotsAcross, dotsDown, type Scale, type Trace } from '../text/braille-chart.ts';
import { figure } from '../text/figure.ts';
import { blank, type Line, type Span, span } from '../text/style.ts';
import { timeWindow } from '../text/time-window.ts';

/** All shares stand on one scale, so that the gap between the curves is the gap between the figures. */
export const shareScale: Scale = { low: 0, high: 1 };

const axisWidth = 5;
const labelWidth = 18;
const labelsFrom = { width: 50, height: 3 } as const;

const glyphs: Readonly<Record<Stroke, string>> = { line: '━', dashed: '╍', dotted: '┈', area: '█' };

/** `━ util 97%`. */
function labelOf(curve: ShareCurve): Line {
  return [
    span(`${glyphs[curve.stroke]} ${curve.name} `, curve.tone),
    figure(curve.value, percent, curve.tone),
  ];
}

/** The labels of all curves, util first, for a title line. */
export function labelsOf(curves: readonly ShareCurve[]): Line[] {
  return inReadingOrder(curves).map(labelOf);
}

/** `━97% ╍41% █12%`, where words have no room. */
export function shortLabels(curves: readonly ShareCurve[]): Line {
  return inReadingOrder(curves).flatMap((curve) => [
    blank(1),
    span(glyphs[curve.stroke], curve.tone),
    figure(curve.value, percent, curve.tone),
  ]);
}

/** Whether the labels stand beside the chart, where their curves end. */
export function labelsBeside(width: number, height: number): boolean {
  return width >= labelsFrom.width && height >= labelsFrom.height;
}

/** A chart of shares over the last `windowSeconds`, with its scale at the left and labels at the right. */
export function shareChart(
  curves: readonly ShareCurve[],
  intervalSeconds: Seconds,
  windowSeconds: Seconds,
  width: number,
  height: number,
): Line[] {
  const rows = Math.max(1, height);
  const beside = labelsBeside(width, rows);
  const columns = Math.max(1, width - axisWidth - (beside ? labelWidth : 0));
  const points = windowSeconds / intervalSeconds;
  const traces = curves.map(({ values, stroke, tone }): Trace => {
    const placed = timeWindow(values, points, columns * dotsAcross);
    return { low: placed, high: placed, stroke, role: tone };
  });
  const labels = beside ? labelRows(curves, rows) : [];
  return brailleChart(traces, shareScale, columns, rows).map((line, row) => [
    ...axisLabel(row, rows),
    ...line,
    ...(beside ? [blank(1), ...(labels[row] ?? [])] : []),
  ]);
}

/** `100%│` at the top, `  0%│` at the bottom, half way in the middle row where there is one. */
function axisLabel(row: number, rows: number): Span[] {
  const middle = rows % 2 === 1 && row === (rows - 1) / 2 && rows >= 5;
  const text = row === 0 ? '100%' : row === rows - 1 ? '0%' : middle ? '50%' : '';
  return [span(text.padStart(axisWidth - 1), 'dim'), span(text === '' ? '│' : '┤', 'rule')];
}

/** Each label in the row where its curve ends; those that would meet are moved apart, in order of their values. */
function labelRows(curves: readonly ShareCurve[], rows: number): Line[] {
  const wanted = inReadingOrder(curves)
    .slice(0, rows)
    .map((curve) => ({
      line: labelOf(curve),
      row: isKnown(curve.value)
        ? Math.floor(dotRow(curve.value.value, shareScale, rows) / dotsDown)
        : rows - 1,
    }))
    .sort((one, other) => one.row - other.row);
  const placed = Array.from({ length: rows }, (): Line => []);
  let free = 0;
  for (const [index, { line, row }] of wanted.entries()) {
    const last = rows - (wanted.length - index);
    const at = Math.max(free, Math.min(Number.isFinite(row) ? row : last, last));
    placed[at] = line;
    free = at + 1;
  }
  return placed;
}
