import type { Curve } from '../../../src/analysis/snapshot.ts';
import { count } from '../../../src/model/numbers.ts';
import { brailleChart, dotsAcross } from '../text/braille-chart.ts';
import { curveColumns, scaleOf } from '../text/curve.ts';
import { blank, fitLine, justify, type Line, type Role, span } from '../text/style.ts';
import { cellsOf } from '../text/width.ts';

const axisWidth = 7;
const stepAxisFrom = 6;

/** How a curve is named and drawn. */
export interface CurveLook {
  readonly title: Line;
  readonly role: Role;
  format(value: number): string;
}

/**
 * A curve over its steps with its title, the values at its edges and, where there is room, the first and the last
 * step. Where a value is NaN the curve has a gap and a `×` below it.
 */
export function curveChart(curve: Curve, look: CurveLook, width: number, height: number): Line[] {
  const stepAxis = height >= stepAxisFrom ? 1 : 0;
  const rows = height - 1 - stepAxis;
  const columns = width - axisWidth;
  if (rows < 1 || columns < 4) return [fitLine(look.title, Math.max(0, width))].slice(0, Math.max(0, height));
  const scale = scaleOf(curve.y);
  const { low, high, broken } = curveColumns(curve.x, curve.y, columns * dotsAcross);
  const chart = brailleChart([{ low, high, stroke: 'line', role: look.role }], scale, columns, rows);
  const marks = new Set([...broken].map((column) => Math.floor(column / dotsAcross)));
  const empty = !curve.y.some(Number.isFinite);
  const lines = chart.map((line, row): Line => {
    const value = row === 0 ? scale.high : row === rows - 1 ? scale.low : null;
    const label = value === null || empty ? '' : look.format(value);
    return [
      span(label.padStart(axisWidth - 1).slice(0, axisWidth - 1), 'dim'),
      span(label === '' ? '│' : '┤', 'rule'),
      ...(row === rows - 1 ? withMarks(line, marks) : line),
    ];
  });
  const first = curve.x[0];
  const last = curve.x.at(-1);
  const steps: Line[] =
    stepAxis === 0 || first === undefined || last === undefined
      ? []
      : [
          [
            blank(axisWidth),
            ...justify([span(`step ${count(first)}`, 'dim')], [span(count(last), 'dim')], columns),
          ],
        ];
  return [look.title, ...lines, ...steps];
}

/** The line with `×` in the marked cells. */
function withMarks(line: Line, marks: ReadonlySet<number>): Line {
  if (marks.size === 0) return line;
  let cell = 0;
  return line.flatMap((part) =>
    [...part.text].map((character) => {
      const marked = marks.has(cell);
      cell += cellsOf(character);
      return marked ? span('×', 'bad') : span(character, part.role);
    }),
  );
}
