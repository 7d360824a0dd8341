import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTrace } from '../export/read-trace.ts';
import { finish, startWarpwatch, until, warpwatch, warpwatchWithFileLimit } from '../support/cli.ts';
import { sharedTrace, sharedTraces } from '../support/shared-traces.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('export');
const kernelCount = 20_000;

/** A trace as Kineto writes it, of one stream. */
function kinetoTrace(count = kernelCount): string {
  const path = join(temporaryDirectory(), 'trace.json');
  const kernel = (at: number) =>
    `{"ph":"X","cat":"kernel","name":"gemm_${at % 50}","pid":0,"tid":7,"ts":${at * 10},"dur":4.5,"args":{"device":0,"stream":7,"correlation":${at},"grid":[80,1,1],"block":[256,1,1],"registers per thread":32,"shared memory":0}}`;
  const device =
    '{"id":0,"name":"Tesla V100-SXM2-16GB","computeMajor":7,"computeMinor":0,"numSms":80,"maxThreadsPerMultiprocessor":2048}';
  const events = Array.from({ length: count }, (_, at) => kernel(at)).join(',\n');
  const end = '{"ph":"i","s":"g","name":"Record Window End","pid":"","tid":"","ts":1e9}';
  writeFileSync(
    path,
    `{"schemaVersion":1,"deviceProperties":[${device}],"traceEvents":[\n${events},\n${end}\n]}`,
  );
  return path;
}

test('a trace becomes a Perfetto file, whole and alone in its directory', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'run.pftrace');
  const { code, stdout } = await warpwatch(['export', kinetoTrace(), '--to', 'perfetto', '-o', path]);
  assert.is(code, 0);
  assert.is(stdout, '');
  assert.is(readTrace(readFileSync(path)).slices.length, kernelCount);
  assert.equal(readdirSync(directory), ['run.pftrace']);
});

test('data go to standard output where no file is named', async () => {
  const { code, stdout } = await warpwatch(['export', kinetoTrace(), '--to', 'csv']);
  assert.is(code, 0);
  assert.is(stdout.trimEnd().split('\n').length, kernelCount + 1);
});

test('a reader that has enough ends it without complaint', async () => {
  const child = startWarpwatch(['export', kinetoTrace(), '--to', 'csv']);
  child.stdout.once('data', () => child.stdout.destroy());
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  assert.is(code, 0, stderr);
  assert.not.match(stderr, /defect/);
});

test('what cannot be is a usage error that says what can', async () => {
  const trace = kinetoTrace(1);
  const wrong: [string[], RegExp][] = [
    [['--to', 'xlsx'], /perfetto, csv, parquet/],
    [[], /--to/],
    [['--to', 'csv', '--table', 'kernel'], /executions, kernels, summaries, steps, samples, host/],
    [['--to', 'perfetto', '--table', 'steps'], /--table is for csv and parquet/],
    [['--to', 'parquet', '--escape-formulas'], /is for csv/],
    [['--to', 'csv', '--force', '-o', trace], /is what is exported/],
  ];
  for (const [words, said] of wrong) {
    const { code, stderr } = await warpwatch(['export', trace, ...words]);
    assert.is(code, 2, words.join(' '));
    assert.match(stderr, said);
  }
  assert.ok(readFileSync(trace).length > 0);
});

test('a file that is there stays, unless force is asked for', async () => {
  const path = join(temporaryDirectory(), 'out.csv');
  writeFileSync(path, 'mine');
  const words = ['export', kinetoTrace(1), '--to', 'csv', '-o', path];
  const refused = await warpwatch(words);
  assert.is(refused.code, 1);
  assert.match(refused.stderr, /^warpwatch: .* exists already; .*--force.*\n$/);
  assert.is(readFileSync(path, 'utf8'), 'mine');
  assert.is((await warpwatch([...words, '--force'])).code, 0);
  assert.match(readFileSync(path, 'utf8'), /^device,kind,name/);
});

test('a file that grows too large is one sentence, and nothing of it is left', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'out.csv');
  const { code, stderr } = await warpwatchWithFileLimit(
    ['export', kinetoTrace(), '--to', 'csv', '-o', path],
    64,
  );
  assert.is(code, 1);
  assert.match(stderr, /^warpwatch: .* cannot be written: .*\n$/);
  assert.equal(readdirSync(directory), []);
});

test('an interrupt leaves nothing', async () => {
  const directory = temporaryDirectory();
  const child = startWarpwatch([
    'export',
    kinetoTrace(100_000),
    '--to',
    'parquet',
    '-o',
    join(directory, 'out.parquet'),
  ]);
  const ended = finish(child);
  await until(() => readdirSync(directory).length > 0, 'a file that grows');
  child.kill('SIGTERM');
  const { code, stderr } = await ended;
  assert.is(code, 143, stderr);
  assert.equal(readdirSync(directory), []);
});

sharedTraces(test)('every kernel of a real trace of PyTorch is in the file, and slices nest', async () => {
  const path = join(temporaryDirectory(), 'out');
  const trace = sharedTrace('hta_trace_diff_test_test.json.gz');
  const { code } = await warpwatch(['export', trace, '--to', 'perfetto', '-o', path]);
  assert.is(code, 0);
  assert.ok(existsSync(path));
  const { slices } = readTrace(readFileSync(path));
  const kernels = slices.filter(
    ({ track, category }) => track.includes('> stream') && !category.startsWith('mem'),
  );
  assert.is(kernels.length, 9876, 'as golden.json beside it has it');
});

test.run();
