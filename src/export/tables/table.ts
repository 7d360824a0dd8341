import type { Timeline } from '../../model/timeline.ts';
import type { Nanoseconds } from '../../model/units.ts';

export type TableId = 'executions' | 'kernels' | 'summaries' | 'steps' | 'samples' | 'host';

/** What stands in a cell; null for what is not known. Integers are `bigint`, since Unix nanoseconds are beyond 2^53. */
export type Cell = string | number | bigint | null;

export interface Column {
  /** With its unit, as in the model. Times are nanoseconds of Unix time. */
  readonly name: string;
  readonly type: 'integer' | 'real' | 'text';
  /** How its values go on, for formats that can use it. */
  readonly runs: 'repeat' | 'ascend' | 'vary';
}

/** Some rows of a table, by column. */
export interface Batch {
  readonly count: number;
  /** As many as the table has columns, each of `count` cells of the column's type. */
  readonly cells: readonly Cell[][];
}

/** A kind of row that a timeline can be written as: a file of this folder and a row in `index.ts`. */
export interface Table {
  readonly id: TableId;
  /** One line for help. */
  readonly describes: string;
  readonly columns: readonly Column[];
  /** The rows in pieces of at most `mostRows`; none where there is nothing. */
  batches(timeline: Timeline, mostRows: number): Iterable<Batch>;
}

/** A column of rows that are few enough to be objects. */
export interface RowColumn<Row> extends Column {
  of(row: Row): Cell;
}

/** The batches of rows that are objects. */
export function* rowBatches<Row>(
  rows: Iterable<Row>,
  columns: readonly RowColumn<Row>[],
  mostRows: number,
): Generator<Batch> {
  let cells: Cell[][] = columns.map(() => []);
  let count = 0;
  for (const row of rows) {
    for (const [at, column] of columns.entries()) cells[at]?.push(column.of(row));
    if (++count < mostRows) continue;
    yield { count, cells };
    cells = columns.map(() => []);
    count = 0;
  }
  if (count > 0) yield { count, cells };
}

/** A number as an integer cell: the nearest one; null where there is none. */
export function integer(value: number | null | undefined): bigint | null {
  return value === null || value === undefined || !Number.isFinite(value) ? null : BigInt(Math.round(value));
}

/** A text cell: null where nobody said. */
export function text(value: string): string | null {
  return value === '' ? null : value;
}

/** A moment of the timeline in nanoseconds of Unix time; null where it is not known. */
export function unixNs(timeline: Timeline, timeNs: Nanoseconds): bigint | null {
  return Number.isFinite(timeNs) ? timeline.originUnixNs + BigInt(Math.round(timeNs)) : null;
}
