import { createRequire } from 'node:module';
import type { Database, SQLite3Error, Statement } from 'node-sqlite3-wasm';

/** A compiled query, by its address in the library's memory. */
type Address = number;

/**
 * What of node-sqlite3-wasm is used. The functions whose names begin with `_` are SQLite's own, as the library's module
 * exports them, and not in its documentation: they read numbers three times as fast as the rows it makes
 * objects of. Where a later version lacks them, its documented rows serve.
 */
export interface SqliteLibrary {
  readonly Database: typeof Database;
  readonly SQLite3Error: typeof SQLite3Error;
  readonly _sqlite3_step?: (statement: Address) => number;
  readonly _sqlite3_column_type?: (statement: Address, column: number) => number;
  readonly _sqlite3_column_double?: (statement: Address, column: number) => number;
  readonly cwrap?: (name: string, result: 'string', args: readonly 'number'[]) => ColumnText;
}

type ColumnText = (statement: Address, column: number) => string;

/** SQLite's functions over one compiled query; https://www.sqlite.org/c3ref/funclist.html. */
export interface RawRows {
  readonly step: () => number;
  readonly typeOf: (column: number) => number;
  readonly numberOf: (column: number) => number;
  readonly textOf: (column: number) => string;
}

const require = createRequire(import.meta.url);
const packageName = 'node-sqlite3-wasm';

/** Loads the library, or returns it where it is loaded. */
export function sqliteLibrary(): SqliteLibrary {
  return require(packageName);
}

/** After a trap of WebAssembly the library's memory may be in any state: whoever asks next gets a new instance. */
export function forgetSqliteLibrary(): void {
  delete require.cache[require.resolve(packageName)];
}

/** SQLite's own functions, or null where this version of the library does not hand them out. */
export function rawRows(library: SqliteLibrary, statement: Statement): RawRows | null {
  const { _sqlite3_step: step, _sqlite3_column_type: typeOf, _sqlite3_column_double: numberOf } = library;
  const address = '_ptr' in statement ? statement._ptr : undefined;
  if (typeof address !== 'number' || !step || !typeOf || !numberOf || !library.cwrap) return null;
  const textOf = library.cwrap('sqlite3_column_text', 'string', ['number', 'number']);
  return {
    step: () => step(address),
    typeOf: (column) => typeOf(address, column),
    numberOf: (column) => numberOf(address, column),
    textOf: (column) => textOf(address, column),
  };
}
