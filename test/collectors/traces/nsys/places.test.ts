import { copyFileSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import { damagedCopy, openForWriting, readReport, smallReport, writeReport } from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys places');
const folder = temporaryDirectory();
/** Where the importer unpacks and links. */
const scratch = temporaryDirectory();
let files = 0;
let usualTmpdir: string | undefined;

test.before(() => {
  usualTmpdir = process.env['TMPDIR'];
  process.env['TMPDIR'] = scratch;
});
test.after(() => {
  if (usualTmpdir === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usualTmpdir;
});

function newPath(): string {
  return join(folder, `${files++}.sqlite`);
}

function executed(timeline: Timeline): number {
  return timeline.activity.reduce((sum, { count }) => sum + count, 0);
}

test('what lies in a write-ahead log is read, and the log is left as it is', async () => {
  const path = writeReport(newPath(), smallReport());
  const writer = openForWriting(path);
  writer.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  writer.exec('INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL SELECT * FROM CUPTI_ACTIVITY_KIND_KERNEL');
  const found = newPath();
  copyFileSync(path, found);
  copyFileSync(`${path}-wal`, `${found}-wal`);
  const before = statSync(`${found}-wal`).size;
  assert.ok(before > 0);
  assert.is(executed(await readReport(found)), 3);
  assert.is(statSync(`${found}-wal`).size, before);
  writer.close();
  const { size } = statSync(path);
  assert.is(executed(await readReport(path)), 3);
  assert.is(statSync(path).size, size);
});

test('a database in WAL mode without a log is read', async () => {
  const path = damagedCopy(writeReport(newPath(), smallReport()), newPath(), (bytes) =>
    bytes.fill(2, 18, 20),
  );
  assert.is(executed(await readReport(path)), 2);
});

test('while another writes, the last whole state is read', async () => {
  const path = writeReport(newPath(), smallReport());
  const writer = openForWriting(path);
  writer.exec('PRAGMA cache_size = 1; BEGIN EXCLUSIVE');
  writer.exec(`WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL (start, end, deviceId) SELECT i, i, 0 FROM n`);
  const timeline = await readReport(path);
  assert.is(executed(timeline), 2);
  writer.exec('ROLLBACK');
  writer.close();
});

test('a lock that nobody holds any more is no obstacle', async () => {
  const path = writeReport(newPath(), smallReport());
  mkdirSync(`${path}.lock`);
  assert.is(executed(await readReport(path)), 2);
});

test('nothing is ever made beside the file, and a link or a relative path will do', async () => {
  const own = join(folder, 'own');
  mkdirSync(own);
  const path = writeReport(join(own, 'report.sqlite'), smallReport());
  const before = statSync(own).mtimeMs;
  await readReport(path);
  assert.equal(readdirSync(own), ['report.sqlite']);
  assert.is(statSync(own).mtimeMs, before);
  const link = join(folder, 'link.sqlite');
  symlinkSync(path, link);
  assert.is(executed(await readReport(link)), 2);
  const directory = process.cwd();
  process.chdir(own);
  try {
    assert.is(executed(await readReport(basename(path))), 2);
  } finally {
    process.chdir(directory);
  }
});

test('without a place for temporary files that is said', async () => {
  const path = writeReport(newPath(), smallReport());
  process.env['TMPDIR'] = join(scratch, 'absent');
  try {
    await readReport(path);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof WarpwatchError);
    assert.is(error.code, 'unwritable');
    assert.match(error.message, 'set TMPDIR');
  } finally {
    process.env['TMPDIR'] = scratch;
  }
});

test('no test has left anything behind', () => {
  assert.equal(readdirSync(scratch), []);
});

test.run();
