import { statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ascendingOrder, inOrderOf } from '../../../../collectors/traces/nsys/columns.ts';
import { TraceDatabase } from '../../../../collectors/traces/nsys/database.ts';
import { type SqliteLibrary, sqliteLibrary } from '../../../../collectors/traces/nsys/library.ts';
import { kernelRow, writeReport } from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys database');
const path = writeReport(join(temporaryDirectory(), 'report.sqlite'), {
  CUPTI_ACTIVITY_KIND_KERNEL: [
    kernelRow(),
    kernelRow({ start: null, end: 'text' }),
    kernelRow({ start: 2.5 }),
  ],
});

function open(library?: SqliteLibrary): TraceDatabase {
  const { size, mtime } = statSync(path);
  const place = {
    path,
    copied: true,
    damage: [],
    modified: mtime,
    sizeBytes: () => size,
    hasChanged: () => false,
  };
  return new TraceDatabase(place, path, size, library);
}

function rowsOf(database: TraceDatabase): unknown[] {
  const rows: unknown[] = [];
  const columns = ['start', 'absent', 'end', 'neither', 'streamId'].map((column) => ({ column }));
  const text = { column: 'gridX', sql: (name: string) => `'grid ' || ${name}` };
  database.scan(
    { table: 'CUPTI_ACTIVITY_KIND_KERNEL', numbers: columns, texts: [{ column: 'end' }, text] },
    (numbers, texts) => rows.push([...numbers, ...texts]),
  );
  database.close();
  return rows;
}

test('columns that are missing, empty or of another type come as NaN and null', () => {
  assert.equal(rowsOf(open()), [
    [1000, Number.NaN, 11_000, Number.NaN, 7, null, 'grid 108'],
    [Number.NaN, Number.NaN, Number.NaN, Number.NaN, 7, 'text', 'grid 108'],
    [2.5, Number.NaN, 10_002.5, Number.NaN, 7, null, 'grid 108'],
  ]);
});

test('the documented rows of the library give the same as the fast ones', () => {
  const { Database, SQLite3Error } = sqliteLibrary();
  assert.equal(rowsOf(open({ Database, SQLite3Error })), rowsOf(open()));
});

test('a trap of the library is damage, and the next file gets a new instance', () => {
  const library = sqliteLibrary();
  const trapping = {
    ...library,
    _sqlite3_step: () => {
      throw Object.assign(new Error('memory access out of bounds'), { name: 'RuntimeError' });
    },
  };
  const database = open(trapping);
  assert.equal(rowsOf(database), []);
  assert.match(database.damage.join(), 'memory access out of bounds');
  assert.is.not(sqliteLibrary(), library);
  assert.is(rowsOf(open()).length, 3);
});

test('values are ordered, equal ones as they come', () => {
  const keys = Float64Array.of(3, 5, 1, 4, 4, 1, 9, 2);
  const order = ascendingOrder(keys);
  assert.equal([...order], [2, 5, 7, 0, 3, 4, 1, 6]);
  assert.equal([...inOrderOf(order, keys)], [1, 1, 2, 3, 4, 4, 5, 9]);
  assert.equal([...ascendingOrder(new Float64Array())], []);
});

test.run();
