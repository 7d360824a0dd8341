import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { csv } from '../../src/export/csv.ts';
import { exporterOf } from '../../src/export/exporters.ts';
import { parquet } from '../../src/export/parquet.ts';
import { tableOf, tables } from '../../src/export/tables/index.ts';
import type { TableId } from '../../src/export/tables/table.ts';
import { WarpwatchError } from '../../src/model/errors.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import { matchesGolden } from '../support/golden.ts';
import { addRuns, exported, gpuLaunch, gpuRun, originUnixNs, smallRun } from './runs.ts';

const test = suite('tables');

/** A reader of RFC 4180, letter by letter. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] as string;
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') {
        field += letter;
        at++;
      } else quoted = false;
    } else if (letter === '"' && field === '') quoted = true;
    else if (letter === ',' || letter === '\n') {
      row.push(field);
      field = '';
      if (letter === '\n') rows.push(row);
      if (letter === '\n') row = [];
    } else field += letter;
  }
  assert.equal(row, [], 'the last line ends');
  return rows;
}

async function csvRows(timeline: Timeline, table: TableId = 'executions', escapeFormulas = false) {
  return readCsv((await exported(csv, timeline, { table, escapeFormulas })).bytes.toString());
}

async function parquetFile(timeline: Timeline, table: TableId = 'executions') {
  const { bytes, largest } = await exported(parquet, timeline, { table });
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  return { file, largest, metadata: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
}

function named(...names: string[]) {
  const timeline = gpuRun();
  for (const [at, name] of names.entries()) {
    timeline.addLaunch(gpuLaunch({ name }));
    addRuns(timeline, [{ launch: at, startNs: at, durationNs: 1 }]);
  }
  return timeline;
}

test('sums by the second are rows of their own, and count in the table of kernels', async () => {
  const timeline = named('gemm');
  timeline.addSummary({
    count: 1,
    startNs: Float64Array.of(2e9),
    durationNs: Float64Array.of(1e9),
    launch: Uint32Array.of(0),
    executions: Uint32Array.of(1000),
    totalNs: Float64Array.of(5e8),
    longestNs: Float64Array.of(700),
  });
  const [header, row] = await csvRows(timeline, 'summaries');
  const startNs = String(timeline.originUnixNs + 2_000_000_000n);
  assert.equal(Object.fromEntries((header ?? []).map((name, at) => [name, row?.[at]])), {
    device: 'gpu0',
    kind: 'kernel',
    name: 'gemm',
    startNs,
    durationNs: '1000000000',
    executions: '1000',
    totalNs: '500000000',
    longestNs: '700',
  });
  const [names, kernel] = await csvRows(timeline, 'kernels');
  assert.is(kernel?.[names?.indexOf('calls') ?? -1], '1001');
});

for (const { id } of tables) {
  test(`the ${id} of a small run as CSV`, async () => {
    matchesGolden(`export/${id}.csv`, (await exported(csv, smallRun(), { table: id })).bytes.toString());
  });

  test(`the ${id} of a small run are the same in Parquet as in CSV`, async () => {
    const { rows } = await parquetFile(smallRun(), id);
    const [header = [], ...lines] = await csvRows(smallRun(), id);
    const asText = rows.map((row) => header.map((name) => (row[name] === null ? '' : String(row[name]))));
    assert.equal(asText, lines);
  });

  test(`the ${id} of a run with nothing in it are a valid file without rows`, async () => {
    const { rows, metadata } = await parquetFile(gpuRun(), id);
    assert.equal(rows, []);
    assert.is(metadata.num_rows, 0n);
    assert.is((await csvRows(gpuRun(), id)).length, 1);
  });
}

test('times are exact INT64 and what is not known is null', async () => {
  const timeline = gpuRun();
  timeline.addLaunch(gpuLaunch({ shape: null, layer: '', phase: '' }));
  addRuns(timeline, [
    { launch: 0, startNs: 1, durationNs: 0 },
    { launch: 0, startNs: 2 ** 52 + 1, durationNs: 3, callNs: 2 ** 52 },
  ]);
  const { rows, metadata } = await parquetFile(timeline);
  assert.equal(
    rows.map(({ startNs, durationNs, callNs, gridX, occupancy, layer }) => [
      startNs,
      durationNs,
      callNs,
      gridX,
      occupancy,
      layer,
    ]),
    [
      [originUnixNs + 1n, 0n, null, null, null, null],
      [originUnixNs + 2n ** 52n + 1n, 3n, originUnixNs + 2n ** 52n, null, null, null],
    ],
  );
  const start = parquetSchema(metadata).children.find(({ element }) => element.name === 'startNs');
  assert.is(start?.element.type, 'INT64');
});

test('Parquet says what it was made from', async () => {
  const { metadata } = await parquetFile(smallRun());
  const said = Object.fromEntries((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
  assert.is(said['warpwatch.source.format'], 'kineto');
  assert.is(said['warpwatch.originUnixNs'], String(originUnixNs));
  assert.is(metadata.created_by, 'warpwatch version 0.0.0');
});

test('many executions come in row groups, each of its own piece', async () => {
  const timeline = gpuRun();
  timeline.addLaunch(gpuLaunch());
  const blocks = 30;
  const each = 5000;
  for (let block = 0; block < blocks; block++) {
    const runs = Array.from({ length: each }, (_, at) => ({
      launch: 0,
      startNs: (block * each + at) * 10,
      durationNs: at % 7,
    }));
    addRuns(timeline, runs);
  }
  const { rows, metadata, largest } = await parquetFile(timeline);
  assert.is(rows.length, blocks * each);
  assert.equal(
    metadata.row_groups.map(({ num_rows }) => num_rows),
    [65_000n, 65_000n, 20_000n],
  );
  assert.ok(
    rows.every(
      ({ startNs, durationNs }, at) =>
        startNs === originUnixNs + BigInt(at * 10) && durationNs === BigInt((at % each) % 7),
    ),
  );
  assert.ok(largest < 2 ** 20, String(largest));
});

test('a figure that was measured as NaN stays NaN; nothing is 0 that is not known', async () => {
  const timeline = gpuRun();
  const loss = timeline.addSeries({ device: null, metric: 'loss', from: 'workload' });
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0]) timeline.addSample(loss, 0, value);
  const { rows } = await parquetFile(timeline, 'samples');
  assert.equal(
    rows.map(({ value }) => String(value)),
    ['NaN', 'Infinity', '0'],
  );
  const lines = await csvRows(timeline, 'samples');
  assert.equal(
    lines.slice(1).map((line) => line.at(-1)),
    ['NaN', 'Infinity', '0'],
  );
});

test('any name reads back as it was', async () => {
  const names = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom(
        'a,b',
        '"',
        'a"b',
        '\n',
        '\r\n',
        '\r',
        '=1+1',
        '\u0000',
        '\u001b[2J',
        ' ',
        '\u{20000}',
        '\ud800x',
        '<script>',
      ),
    ),
    { minLength: 1, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(names, async (made) => {
      const wanted = made.map((name) => Buffer.from(name).toString());
      const [header = [], ...lines] = await csvRows(named(...made));
      const column = header.indexOf('name');
      assert.equal(
        lines.map((line) => line[column]),
        wanted,
      );
      const { rows } = await parquetFile(named(...made));
      assert.equal(
        rows.map(({ name }) => name),
        wanted,
      );
    }),
  );
});

test('formulas are kept unless a spreadsheet is to open the file', async () => {
  const timeline = named('=HYPERLINK("x")', '@a', 'plain');
  const names = async (escapeFormulas: boolean) =>
    (await csvRows(timeline, 'executions', escapeFormulas)).slice(1).map((row) => row[2]);
  assert.equal(await names(false), ['=HYPERLINK("x")', '@a', 'plain']);
  assert.equal(await names(true), ['\'=HYPERLINK("x")', "'@a", 'plain']);
});

test('names of a megabyte come through', async () => {
  const long = `${'x,"'.repeat(2 ** 18)}`;
  const timeline = named(long, 'short', long);
  assert.is((await csvRows(timeline))[3]?.[2], long);
  assert.is((await parquetFile(timeline)).rows[2]?.['name'], long);
});

test('an unknown format or table is a usage error that lists what there is', () => {
  for (const [call, list] of [
    [() => exporterOf('xlsx'), 'perfetto, csv, parquet'],
    [() => tableOf('kernel'), 'executions, kernels, summaries, steps, samples, host'],
  ] as const)
    assert.throws(
      call,
      (error: unknown) =>
        error instanceof WarpwatchError && error.code === 'usage' && error.message.includes(list),
    );
});

test.run();
