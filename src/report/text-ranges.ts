import { clean } from '../model/clean-text.ts';
import { count, shortTime } from '../model/numbers.ts';
import type { RangeReport, Report } from './report.ts';

/** Rows of the table in the forms that people read; `--json` has more. */
const shownRanges = 8;
const nameWidth = 42;

export const rangeHeads = ['range', 'calls', 'total', 'mean', 'longest'] as const;

/** The cells of a range's row. */
function rangeCells(range: RangeReport): string[] {
  return [
    clean(range.name),
    count(range.calls),
    shortTime(range.totalSeconds),
    shortTime(range.meanSeconds),
    shortTime(range.longestSeconds),
  ];
}

/** Rows that people see: the heaviest. */
export function rangeRows({ ranges }: Report): string[][] {
  return ranges.slice(0, shownRanges).map(rangeCells);
}

/** The ranges that the program named, as a table; nothing where there are none. */
export function rangesText(report: Report): string {
  const rows = [[...rangeHeads], ...rangeRows(report)];
  if (rows.length === 1) return '';
  const widths = rangeHeads.map((_head, at) => Math.max(...rows.map((cells) => (cells[at] ?? '').length)));
  return rows
    .map((cells) =>
      cells
        .map((cell, at) =>
          at === 0 ? cell.slice(0, nameWidth).padEnd(nameWidth) : cell.padStart(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
