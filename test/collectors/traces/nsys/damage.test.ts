import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import {
  callRow,
  copyRow,
  damagedCopy,
  kernelRow,
  openForWriting,
  type Report,
  rangeRow,
  readReport,
  smallReport,
  stringRows,
  writeReport,
} from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys damage');
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
/** What tests left behind. Told by the last test: uvu drops a suite whose hook throws. */
const left: string[] = [];
test.after.each(() => {
  left.push(...readdirSync(scratch));
});

function newPath(): string {
  return join(folder, `${files++}.sqlite`);
}

function write(report: Report, more?: string): string {
  return writeReport(newPath(), report, more);
}

function executed(timeline: Timeline): number {
  return timeline.activity.reduce((sum, { count }) => sum + count, 0);
}

function flip(bytes: Buffer, at: number, mask: number): void {
  bytes[at] = (bytes[at] as number) ^ mask;
}

async function failure(path: string): Promise<WarpwatchError> {
  try {
    await readReport(path);
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const manyKernels = Array.from({ length: 20_000 }, (_, at) =>
  kernelRow({ start: at * 20_000, correlationId: at + 1 }),
);

test('a database of something else is named as such', async () => {
  const error = await failure(write({ customers: [{ id: 1 }] }));
  assert.is(error.code, 'bad-data');
  assert.match(error.message, 'no report of Nsight Systems');
  assert.match(error.message, 'nsys export --type sqlite');
});

test('what begins as a database and is none is refused', async () => {
  const magic = Buffer.from('SQLite format 3\0');
  for (const rest of [Buffer.alloc(0), Buffer.alloc(50, 1), Buffer.alloc(8192, 0x5a)]) {
    const path = newPath();
    writeFileSync(path, Buffer.concat([magic, rest]));
    const error = await failure(path);
    assert.is(error.code, 'bad-data');
    assert.match(error.message, 'encrypted, or damaged from the start');
  }
});

test('tables without rows and reports without CUDA are read, and say what is missing', async () => {
  const empty = await readReport(write({ CUPTI_ACTIVITY_KIND_KERNEL: [], NVTX_EVENTS: [] }));
  assert.is(executed(empty), 0);
  assert.equal(empty.devices, []);
  assert.match(empty.damage.join(), 'No kernel and no copy is in this file');
  const annotations = await readReport(write({ NVTX_EVENTS: [rangeRow()] }));
  assert.is(annotations.host.blocks[0]?.count, 1);
});

test('rows that cannot be are left out and counted', async () => {
  const { losses, activity } = await readReport(
    write({
      CUPTI_ACTIVITY_KIND_KERNEL: [
        kernelRow({ start: 5, end: 5 }),
        kernelRow({ start: 9, end: 3 }),
        kernelRow({ start: null }),
        kernelRow({ start: 7, end: null }),
        kernelRow({ start: 0, end: 0 }),
        kernelRow({ start: 'soon' }),
        kernelRow({ start: 1, end: 2n ** 62n }),
        kernelRow({ deviceId: null }),
        kernelRow({ start: 8, end: 9, streamId: null, correlationId: null, globalPid: null, gridX: null }),
      ],
    }),
  );
  assert.equal([...(activity[0]?.durationNs ?? [])], [0, 1]);
  assert.equal(losses, { dropped: 0, unfinished: 2, outOfRange: 5 });
});

test('names that are missing, hostile or endless', async () => {
  const texts = ['\u001b[2J<script>alert(1)</script>', 'x'.repeat(100_000), 'y'.repeat(2_000_000)];
  const timeline = await readReport(
    write({
      StringIds: texts.map((value, id) => ({ id, value })),
      CUPTI_ACTIVITY_KIND_KERNEL: [0, 1, 2, 77, null].map((id) =>
        kernelRow({ demangledName: id, shortName: null }),
      ),
      NVTX_EVENTS: [rangeRow({ text: 'z'.repeat(3_000_000) })],
    }),
  );
  const names = timeline.launches.map(({ name }) => name);
  assert.is(names[0], texts[0]);
  assert.is(names[1]?.length, 16_384);
  assert.equal(names.slice(2), ['(a name of 2000000 bytes)', '#77', '(kernel without a name)']);
  assert.is(timeline.host.names[0]?.name, '(a name of 3000000 bytes)');
  assert.match(timeline.damage.join(), 'Some names are missing from StringIds');
  const { StringIds: _strings, ...nameless } = smallReport();
  assert.is((await readReport(write(nameless))).launches[0]?.name, '#2');
});

test('what Nsight says to be missing is passed on', async () => {
  const text = 'Not all CUDA events might have been collected.';
  const rows = [
    { timestamp: 1, severity: 2, text },
    { timestamp: 2, severity: 2, text },
    { timestamp: 3, severity: 1, text: 'Dropped nothing.' },
    { timestamp: 4, severity: 3, text: 'CPU sampling is off.' },
  ];
  const { damage } = await readReport(write(smallReport({ DIAGNOSTIC_EVENT: rows })));
  assert.equal(damage, [`Nsight Systems says of this report: ${text}`]);
});

test('a view without an end is not read', async () => {
  const { CUPTI_ACTIVITY_KIND_KERNEL: _kernels, ...report } = smallReport();
  const endless = `CREATE VIEW CUPTI_ACTIVITY_KIND_KERNEL AS WITH RECURSIVE n(start) AS
    (VALUES (1) UNION ALL SELECT start + 1 FROM n) SELECT start, start + 1 AS end, 0 AS deviceId FROM n`;
  const timeline = await readReport(write(report, endless));
  assert.is(executed(timeline), 1);
  assert.match(timeline.damage.join(), 'CUPTI_ACTIVITY_KIND_KERNEL is no plain table');
});

test('of a cut file the rest is read, plain or compressed', async () => {
  const whole = write({ StringIds: stringRows, CUPTI_ACTIVITY_KIND_KERNEL: manyKernels });
  const cut = damagedCopy(whole, newPath(), (bytes) => bytes.subarray(0, bytes.length / 2));
  const gzip = damagedCopy(whole, `${newPath()}.gz`, (bytes) => {
    const packed = gzipSync(bytes);
    return packed.subarray(0, packed.length / 2);
  });
  for (const path of [cut, gzip]) {
    const timeline = await readReport(path);
    assert.ok(
      executed(timeline) > 1000 && executed(timeline) < manyKernels.length,
      String(executed(timeline)),
    );
    assert.match(timeline.damage.join(), 'of CUPTI_ACTIVITY_KIND_KERNEL could be read');
  }
  assert.match((await readReport(gzip)).damage.join(), 'its gzip stream has no end');
});

test('a damaged page ends its table alone', async () => {
  const report = smallReport({ CUPTI_ACTIVITY_KIND_KERNEL: manyKernels });
  const path = damagedCopy(write(report), newPath(), (bytes) => bytes.fill(0xee, 500_000, 504_096));
  const timeline = await readReport(path);
  assert.ok(executed(timeline) > 1000 && executed(timeline) < manyKernels.length);
  assert.match(timeline.damage.join(), /Only the first [\d,]+ rows of CUPTI_ACTIVITY_KIND_KERNEL/);
  assert.ok(timeline.launches.some(({ kind }) => kind === 'memcpy'));
  assert.is(timeline.devices[0]?.smCount.value, 132);
});

test('pages that lead to each other without end are noticed', async () => {
  const path = newPath();
  const pageBytes = 512;
  const database = openForWriting(path);
  database.exec(`PRAGMA page_size = ${pageBytes}; CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start, end, deviceId);
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL SELECT i, i + 1, 0 FROM n`);
  database.close();
  const endless = damagedCopy(path, newPath(), (bytes) => {
    const inner: number[] = [];
    for (let at = pageBytes; at < bytes.length; at += pageBytes) if (bytes[at] === 5) inner.push(at);
    // Every way down of the first page leads to the second, and of that to the third: 60 to the power of 8 rows.
    const chain = [...inner.slice(0, 1), ...inner.slice(-8)];
    for (const [index, page] of chain.slice(0, -1).entries()) {
      const child = (chain[index + 1] ?? 0) / pageBytes + 1;
      const cells = bytes.readUInt16BE(page + 3);
      bytes.writeUInt32BE(child, page + 8);
      for (let cell = 0; cell < cells; cell++) {
        bytes.writeUInt32BE(child, page + bytes.readUInt16BE(page + 12 + 2 * cell));
      }
    }
    return bytes;
  });
  const { damage } = await readReport(endless);
  assert.match(damage.join(), /more rows than the file can hold|malformed/);
});

test('random damage never does more than that', async () => {
  const report = smallReport({
    CUPTI_ACTIVITY_KIND_KERNEL: manyKernels.slice(0, 200),
    CUPTI_ACTIVITY_KIND_RUNTIME: Array.from({ length: 100 }, (_, at) => callRow({ correlationId: at })),
    CUPTI_ACTIVITY_KIND_MEMSET: [copyRow()],
    NVTX_EVENTS: Array.from({ length: 50 }, (_, at) =>
      rangeRow({ text: `step ${at}`, start: at, end: at + 1 }),
    ),
  });
  const path = write(report);
  const copy = newPath();
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 40 });
  // Half of the damage goes where pages say what is on them.
  const heads = fc.array(fc.tuple(fc.nat(100), fc.nat(40), fc.integer({ min: 1, max: 255 })), {
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(flips, heads, fc.option(fc.nat()), async (somewhere, atHeads, cut) => {
      damagedCopy(path, copy, (bytes) => {
        for (const [at, mask] of somewhere) flip(bytes, 16 + (at % (bytes.length - 16)), mask);
        for (const [page, at, mask] of atHeads) flip(bytes, (page * 4096 + 16 + at) % bytes.length, mask);
        return cut === null ? bytes : bytes.subarray(0, Math.max(16, cut % bytes.length));
      });
      try {
        const timeline = await readReport(copy);
        for (const { count, startNs, durationNs, launch } of timeline.activity) {
          for (let i = 0; i < count; i++) {
            assert.ok(Number.isSafeInteger(startNs[i]) && (durationNs[i] as number) >= 0);
            assert.ok((launch[i] as number) < timeline.launches.length);
          }
        }
      } catch (error) {
        if (!(error instanceof WarpwatchError)) throw error;
        assert.is(error.code, 'bad-data');
      }
    }),
    { numRuns: 300 },
  );
});

test('no test has left anything behind', () => {
  assert.equal(left, []);
});

test.run();
