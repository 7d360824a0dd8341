import { blank, fitLine, type Line, type Role, type Span, span } from './style.ts';
import { displayWidth, fit, truncate } from './width.ts';

const columnGap = 2;

export interface Column<Row> {
  readonly title: string;
  readonly titleRole?: Role;
  /** In cells; the first column of a table takes all that is left and at least this. */
  readonly width: number;
  readonly align: 'left' | 'right';
  /** Where room is short, columns with the highest number go first. 0 stays. */
  readonly rank: number;
  cell(row: Row): Line;
}

/**
 * A head line and one line a row, each of exactly `width` cells. Columns that find no room are left out by rank.
 * @param rule Whether the title of the first column is drawn out into a rule, where no frame parts the panels.
 */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  rule = false,
): Line[] {
  const shown = columnsThatFit(columns, width);
  const taken = shown.slice(1).reduce((sum, column) => sum + column.width + columnGap, 0);
  const widthOf = (index: number): number =>
    index === 0 ? Math.max(0, width - taken) : (shown[index]?.width ?? 0);
  const head = shown.flatMap((column, index) => {
    const cell =
      index === 0 && rule
        ? ruledTitle(column.title, widthOf(0))
        : [span(fit(column.title, widthOf(index), column.align), column.titleRole ?? 'dim')];
    return index === 0 ? cell : [blank(columnGap), ...cell];
  });
  const body = rows.map((row) =>
    shown.flatMap((column, index) => {
      const cell = alignLine(column.cell(row), widthOf(index), column.align);
      return index === 0 ? cell : [blank(columnGap), ...cell];
    }),
  );
  return [head, ...body].map((line) => fitLine(line, width));
}

/** A line cut or padded to `width` cells, at the left or the right. */
export function alignLine(line: Line, width: number, align: 'left' | 'right'): Line {
  if (align === 'left') return fitLine(line, width);
  const cells = line.reduce((sum, part) => sum + displayWidth(part.text), 0);
  return cells >= width ? fitLine(line, width) : [blank(width - cells), ...line];
}

/** The title of a panel drawn out to `width` cells: `── devices ─────`. */
export function ruledTitle(title: string, width: number): Span[] {
  if (width < 4) return [span('─'.repeat(Math.max(0, width)), 'rule')];
  const shown = truncate(title, width - 4);
  const rest = Math.max(0, width - displayWidth(shown) - 4);
  return [span('── ', 'rule'), span(shown, 'title'), span(` ${'─'.repeat(rest)}`, 'rule')];
}

function columnsThatFit<Row>(columns: readonly Column<Row>[], width: number): readonly Column<Row>[] {
  let shown = columns;
  while (shown.length > 1) {
    const needed = shown.reduce((sum, column) => sum + column.width + columnGap, -columnGap);
    if (needed <= width) return shown;
    const worst = shown.reduce((most, column) => Math.max(most, column.rank), 0);
    if (worst === 0) return shown;
    const last = shown.findLastIndex((column) => column.rank === worst);
    shown = shown.filter((_, index) => index !== last);
  }
  return shown;
}
