import { byteSize, percent } from '../../../src/model/numbers.ts';
import { type ProcessRow, processRows, whyNoProcess } from '../../model/process-rows.ts';
import { figure } from '../text/figure.ts';
import { blank, fitLine, type Line, span } from '../text/style.ts';
import { type Column, table } from '../text/table.ts';
import type { UiState } from '../ui-state.ts';
import { type DrawView, type ViewState, windowStart } from './view.ts';

/** Cells that the command gets before any other column but the pid goes. */
const leastCommand = 24;
const gap = 2;

/** Every process on every device: who it is, what it holds, what it runs. */
export const processes: DrawView = ({ snapshot, ui }, width, height) => {
  const rows = processRows(snapshot, ui);
  const title = 'processes';
  const note: Line = [span(noteOf(rows.length, ui), 'dim')];
  if (rows.length === 0) return { title, note, lines: [[span(whyNoProcess(snapshot, ui.filter), 'dim')]] };
  const start = firstProcess(rows.length, ui, height);
  const shown = rows.slice(start, start + Math.max(0, height - 1));
  const chosen = ui.page === 'processes' ? rows[ui.cursor] : undefined;
  return { title, note, lines: linesOf(shown, chosen, ui, width) };
};

/**
 * The process that a line of the view shows, as an index into `processRows`; null for the head and below the last.
 * @param line From 0, inside the panel's frame.
 * @param height Lines of the view.
 */
export function processAt(
  { snapshot, ui }: Omit<ViewState, 'bare'>,
  line: number,
  height: number,
): number | null {
  const rows = processRows(snapshot, ui).length;
  const index = firstProcess(rows, ui, height) + line - 1;
  return line >= 1 && line < height && index < rows ? index : null;
}

function firstProcess(rows: number, ui: UiState, height: number): number {
  return windowStart(Math.min(ui.cursor, rows - 1), rows, Math.max(0, height - 1));
}

function linesOf(
  rows: readonly ProcessRow[],
  chosen: ProcessRow | undefined,
  ui: UiState,
  width: number,
): Line[] {
  const columns = columnsFor(width - leastCommand - gap, chosen, ui);
  const taken = widthOf(columns);
  const [head = [], ...cells] = table(columns, rows, taken);
  const room = Math.max(0, width - taken - gap);
  return [
    [...head, blank(gap), ...fitLine([span('command', 'dim')], room)],
    ...rows.map((row, index): Line => {
      const { command, name } = row.process;
      const text = command === '' ? `[${name === '' ? 'no name known' : name}]` : command;
      const told: Line = [span(row.lead, 'rule'), span(text, row === chosen ? 'strong' : 'plain')];
      return [...(cells[index] ?? []), blank(gap), ...fitLine(told, room)];
    }),
  ];
}

/** The columns left of the command that `room` holds; the least telling go first. */
function columnsFor(room: number, chosen: ProcessRow | undefined, ui: UiState): Column<ProcessRow>[] {
  let columns = allColumns(chosen, ui);
  while (widthOf(columns) > room) {
    const worst = Math.max(...columns.map((column) => column.rank));
    if (worst === 0) break;
    columns = columns.filter((column) => column.rank !== worst);
  }
  return columns;
}

function widthOf(columns: readonly Column<ProcessRow>[]): number {
  return columns.reduce((sum, column) => sum + column.width + gap, -gap);
}

function allColumns(chosen: ProcessRow | undefined, ui: UiState): Column<ProcessRow>[] {
  const text = (
    title: string,
    width: number,
    rank: number,
    pick: (row: ProcessRow) => string,
    sorted = false,
  ): Column<ProcessRow> => ({
    title: sorted ? `${title}▾` : title,
    titleRole: sorted ? 'strong' : 'dim',
    width,
    align: 'left',
    rank,
    cell: (row) => [span(pick(row))],
  });
  return [
    {
      ...text('  pid', 9, 0, () => '', ui.processSort === 'pid'),
      cell: (row) => [
        span(row === chosen ? '▸ ' : '  ', 'key'),
        span(String(row.process.pid), row === chosen ? 'selected' : 'strong'),
      ],
    },
    text('user', 9, 3, (row) => row.process.user || '–', ui.processSort === 'user'),
    text('device', 8, 2, (row) => row.device, ui.processSort === 'device'),
    text('kind', 8, 6, (row) => row.process.kind),
    {
      ...text('memory', 8, 1, () => '', ui.processSort === 'memory'),
      align: 'right',
      cell: (row) => [figure(row.process.memoryBytes, byteSize)],
    },
    {
      ...text('util', 5, 4, () => '', ui.processSort === 'util'),
      titleRole: 'coarse',
      align: 'right',
      cell: (row) => [figure(row.process.util, percent, 'coarse')],
    },
    text('container', 12, 5, (row) => row.process.container),
  ];
}

function noteOf(shown: number, ui: UiState): string {
  const filter = ui.filter === '' ? '' : ` with "${ui.filter}"`;
  return `${shown} ${shown === 1 ? 'row' : 'rows'}${filter}, ${ui.processTree ? 'tree, ' : ''}by ${ui.processSort}`;
}
