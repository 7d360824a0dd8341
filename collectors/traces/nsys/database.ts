import type { Database, Statement } from 'node-sqlite3-wasm';
import { messageOf, WarpwatchError } from '../../../src/model/errors.ts';
import { forgetSqliteLibrary, rawRows, type SqliteLibrary, sqliteLibrary } from './library.ts';
import type { Place } from './place.ts';

/** A value of a row: a column, or an expression over one; `null` where this file's table has no such column. */
export interface Field {
  readonly column: string;
  /** Turns the quoted column into an expression of SQL. */
  readonly sql?: (column: string) => string;
}

/** Called for each row; the arrays are used again for the next one. NaN and null stand for what is no number, no text. */
export type VisitRow = (numbers: Float64Array, texts: readonly (string | null)[]) => void;

export interface Query {
  readonly table: string;
  readonly numbers: readonly Field[];
  readonly texts?: readonly Field[];
  /** What stands after WHERE. */
  readonly where?: string;
}

const sqliteRow = 100;
const sqliteInteger = 1;
const sqliteFloat = 2;
const sqliteText = 3;
/**
 * Bytes that a row takes at the least, its pointer included: a damaged tree of pages can lead to the same page again and
 * again, and would otherwise have no end.
 */
const fewestRowBytes = 4;

/**
 * The tables of an exported report. They vary by version, so that nothing of them is taken for granted. What is damaged
 * ends the reading of its table, and is told in `damage`.
 */
export class TraceDatabase {
  readonly damage: string[];
  readonly #library: SqliteLibrary;
  readonly #database: Database;
  readonly #columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** Views and virtual tables: an export has none, and a view may have no end. */
  readonly #notTables = new Set<string>();
  readonly #mostRows: number;
  /** Whether the library's memory can no longer be relied on. */
  #trapped = false;

  /**
   * @param path as the user knows it
   * @param sizeBytes of the database
   * @throws WarpwatchError `bad-data` where it is no database
   */
  constructor(place: Place, path: string, sizeBytes: number, library = sqliteLibrary()) {
    this.damage = [...place.damage];
    this.#mostRows = Math.ceil(sizeBytes / fewestRowBytes);
    this.#library = library;
    try {
      this.#database = new library.Database(place.path, { fileMustExist: true, readOnly: !place.copied });
    } catch (cause) {
      throw new WarpwatchError('unreadable', `${path} cannot be opened: ${messageOf(cause)}.`, { cause });
    }
    try {
      // Without shared memory, which the library does not have, a log is read in this mode alone.
      this.#database.exec('PRAGMA locking_mode = EXCLUSIVE');
      // Lets SQLite open a file that is shorter than it says.
      this.#database.exec('PRAGMA writable_schema = ON');
      this.#columns = columnsByTable(this.#database, this.#notTables);
    } catch (cause) {
      this.close();
      throw this.#isTrap(cause) || this.#isSqlite(cause) ? notReadable(path, cause) : cause;
    }
  }

  get tables(): readonly string[] {
    return [...this.#columns.keys()];
  }

  has(table: string, column?: string): boolean {
    const columns = this.#columns.get(table);
    return columns !== undefined && (column === undefined || columns.has(column));
  }

  /**
   * Visits every row of a table, in the order of the file; of a table that is not there, none.
   * @returns the number of rows
   */
  scan(query: Query, visit: VisitRow): number {
    const { table, numbers, texts = [], where } = query;
    if (this.#notTables.delete(table)) {
      this.damage.push(
        `${table} is no plain table, as it is in an export of Nsight Systems, and was not read.`,
      );
    }
    if (this.#trapped || !this.has(table)) return 0;
    let rows = 0;
    try {
      // The names keep apart what would otherwise be one member of a row.
      const fields = [...numbers, ...texts].map((field, at) => `${this.#expression(table, field)} AS c${at}`);
      const condition = where === undefined ? '' : ` WHERE ${where}`;
      const statement = this.#database.prepare(
        `SELECT ${fields.join(', ')} FROM ${quoted(table)}${condition}`,
      );
      try {
        this.#eachRow(statement, numbers.length, texts.length, (found, strings) => {
          if (rows >= this.#mostRows) throw new EndlessTable();
          visit(found, strings);
          rows++;
        });
      } finally {
        finalize(statement);
      }
    } catch (error) {
      this.#tellDamage(table, rows, error);
    }
    return rows;
  }

  close(): void {
    try {
      this.#database.close();
    } catch {
      // A damaged database says once more that it is damaged.
    }
  }

  #expression(table: string, { column, sql }: Field): string {
    if (!this.has(table, column)) return 'NULL';
    return sql ? sql(quoted(column)) : quoted(column);
  }

  #eachRow(statement: Statement, numbers: number, texts: number, visit: VisitRow): void {
    const found = new Float64Array(numbers);
    const strings: (string | null)[] = new Array(texts).fill(null);
    const raw = rawRows(this.#library, statement);
    if (raw === null) {
      for (const row of statement.iterate()) {
        const values = Object.values(row);
        for (let i = 0; i < numbers; i++) found[i] = asNumber(values[i]);
        for (let i = 0; i < texts; i++) strings[i] = asText(values[numbers + i]);
        visit(found, strings);
      }
      return;
    }
    const { step, typeOf, numberOf, textOf } = raw;
    while (step() === sqliteRow) {
      for (let i = 0; i < numbers; i++) {
        const type = typeOf(i);
        found[i] = type === sqliteInteger || type === sqliteFloat ? numberOf(i) : Number.NaN;
      }
      for (let i = 0; i < texts; i++) {
        strings[i] = typeOf(numbers + i) === sqliteText ? textOf(numbers + i) : null;
      }
      visit(found, strings);
    }
    // Resets the query, which tells the error that ended it.
    statement.finalize();
  }

  #tellDamage(table: string, rows: number, error: unknown): void {
    const before = rows === 0 ? 'No row' : `Only the first ${rows.toLocaleString('en')} rows`;
    if (error instanceof EndlessTable) {
      this.damage.push(`${table} is damaged: it has more rows than the file can hold.`);
    } else if (this.#isTrap(error) || this.#isSqlite(error)) {
      this.damage.push(`${before} of ${table} could be read: ${messageOf(error)}.`);
    } else {
      throw error;
    }
  }

  #isSqlite(error: unknown): boolean {
    return error instanceof this.#library.SQLite3Error;
  }

  /** Whether the library itself broke down, so that nothing more can be asked of it. */
  #isTrap(error: unknown): boolean {
    const overflow = error instanceof RangeError && error.message.includes('call stack');
    if (!(error instanceof Error && error.name === 'RuntimeError') && !overflow) return false;
    this.#trapped = true;
    forgetSqliteLibrary();
    return true;
  }
}

class EndlessTable extends Error {}

/** Tables by name, with their columns. */
function columnsByTable(database: Database, notTables: Set<string>): Map<string, Set<string>> {
  const columns = new Map<string, Set<string>>();
  for (const entry of database.all('SELECT name, type, rootpage FROM sqlite_master')) {
    const { name, type, rootpage } = entry;
    if (typeof name !== 'string' || name.startsWith('sqlite_')) continue;
    if (type === 'table' && Number(rootpage) > 0) {
      const info = database.all('SELECT name FROM pragma_table_info(?)', [name]);
      columns.set(name, new Set(info.map((column) => String(column['name']))));
    } else if (type === 'view' || type === 'table') {
      notTables.add(name);
    }
  }
  return columns;
}

function notReadable(path: string, cause: unknown): WarpwatchError {
  const said = messageOf(cause);
  const what = said.includes('not a database')
    ? 'begins as an SQLite database and is none: it is encrypted, or damaged from the start'
    : `is a damaged SQLite database: ${said}`;
  return new WarpwatchError('bad-data', `${path} ${what}; export the report again with \`nsys export\`.`, {
    cause,
  });
}

function finalize(statement: Statement): void {
  try {
    if (!statement.isFinalized) statement.finalize();
  } catch {
    // What went wrong with it has been told.
  }
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function asNumber(value: unknown): number {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN;
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
