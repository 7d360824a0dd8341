import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inputMetrics } from '../../src/model/health.ts';
import { seriesOf } from '../../src/model/timeline.ts';
import { readRecording } from '../../src/recording/reader.ts';
import type { Report } from '../../src/report/report.ts';
import { finish, startWarpwatch, until, warpwatch, warpwatchWithFileLimit } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('train');
const directory = temporaryDirectory();
const first = join(directory, 'first');
/** Small enough for a test, large enough that every kernel of a training runs. */
const small = ['--batch', '4', '--eval-samples', '4', '--backend', 'wasm', '--threads', '1'];

async function reportOf(path: string): Promise<Report> {
  const { code, stdout, stderr } = await warpwatch(['report', path, '--json']);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout) as Report;
}

test('trains, records, and ends with six lines and the path', async () => {
  const { code, stdout, stderr } = await warpwatch([
    'train',
    'resnet',
    '--steps',
    '20',
    ...small,
    '--record',
    first,
  ]);
  assert.is(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n').slice(-7);
  assert.match(lines[0] ?? '', /^trained .*resnet20 on wasm, 1 thread: 20 steps of 4 .*synthetic data/);
  assert.match(lines[3] ?? '', /^cpu .*util .*kernelBusy .*of peak arithmetic/);
  assert.is(lines[6], `recording ${first}`);
});

test('the recording of that training tells how its input did, batch by batch', () => {
  const timeline = readRecording(first);
  for (const name of ['queueDepth', 'queueCapacity', 'waitSeconds', 'makeSeconds'] as const)
    assert.is(seriesOf(timeline, null, inputMetrics[name])?.values.length, 20, name);
  assert.is(timeline.workload?.fault, undefined);
});

test('a slow input shows: the training waits for most of its time, and says that this is on purpose; --json prints the report alone', async () => {
  const path = join(directory, 'slow');
  const words = ['--steps', '6', '--eval-samples', '0', '--batch', '4', '--threads', '1', '--input', 'slow'];
  const { code, stdout, stderr } = await warpwatch(['train', 'resnet', ...words, '--record', path, '--json']);
  assert.is(code, 0, stderr);
  assert.is(
    (JSON.parse(stdout) as Report).steps.count,
    6,
    'with --json the report stands on stdout, and nothing else',
  );
  const timeline = readRecording(path);
  assert.is(timeline.workload?.fault, 'slow-input');
  // The first batch is made before the training's own speed is known.
  const waits = [...(seriesOf(timeline, null, inputMetrics.waitSeconds)?.values ?? [])].slice(1);
  const waited = waits.reduce((sum, seconds) => sum + seconds, 0);
  const steps = timeline.steps.slice(1);
  const trained = steps.reduce((sum, { startNs, endNs }) => sum + (endNs - startNs) / 1e9, 0);
  assert.ok(waited > 0.5 * trained && waited < trained, `${waited} of ${trained} s`);
});

test('the report of that training keeps the contract', async () => {
  const report = await reportOf(first);
  assert.is(report.schema, 'warpwatch.report/1');
  assert.is(report.source.format, 'recording');
  assert.is(report.steps.count, 20);
  assert.ok((report.steps.samplesPerSecond ?? 0) > 0);
  const [cpu] = report.devices;
  assert.ok(cpu !== undefined && cpu.kernelBusy.value !== null);
  assert.ok(cpu.kernelBusy.value > 0 && cpu.kernelBusy.value <= 1);
  assert.ok(cpu.peakShare.value !== null && cpu.peakShare.value > 0 && cpu.peakShare.value <= 1);
  assert.match(cpu.peakFlops.value === null ? '' : cpu.peakFlops.from, /measured/);
  const names = report.topKernels.map(({ name }) => name);
  for (const name of ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'])
    assert.ok(names.includes(name), name);
  assert.equal(report.loss, { dropped: 0, unfinished: 0, outOfRange: 0 });
  assert.equal(report.damage, []);
  assert.ok(report.training.workload?.synthetic);
});

test('shares add up, and kernels lie within the steps', async () => {
  const report = await reportOf(first);
  const timeline = readRecording(first);
  const kernelNs = timeline.launchTotals.reduce((sum, { durationNs }) => sum + durationNs, 0);
  assert.ok(Math.abs((report.devices[0]?.kernelSeconds ?? 0) - kernelNs / 1e9) < 1e-9);
  const phases = new Set(timeline.launches.map(({ phase }) => phase));
  for (const phase of ['forward', 'backward', 'optimizer', 'evaluation']) assert.ok(phases.has(phase), phase);
  assert.ok(timeline.launches.some(({ layer }) => layer.includes('/')));
});

test('a second training into the same directory is refused, and the first stays', async () => {
  const before = readFileSync(join(first, 'manifest.json'), 'utf8');
  const { code, stderr } = await warpwatch(['train', 'resnet', '--steps', '1', '--record', first]);
  assert.is(code, 1);
  assert.match(stderr, /^warpwatch: .*first holds a recording already.*\n$/);
  assert.is(readFileSync(join(first, 'manifest.json'), 'utf8'), before);
});

test('cut to any length, the recording still reports', async () => {
  const size = statSync(join(first, 'training.stream')).size;
  for (const [index, length] of [0, 7, 16, 100, Math.floor(size / 2), size - 1].entries()) {
    const cut = join(directory, `cut${index}`);
    mkdirSync(cut);
    for (const file of readdirSync(first)) copyFileSync(join(first, file), join(cut, file));
    truncateSync(join(cut, 'training.stream'), length);
    const report = await reportOf(cut);
    assert.ok(report.steps.count <= 20);
    assert.ok(report.damage.length > 0, `says what is lost of ${length} bytes`);
  }
});

test('killed in the middle, the recording still reports', async () => {
  const path = join(directory, 'killed');
  const parent = startWarpwatch(['train', 'resnet', '--seconds', '60', ...small, '--record', path]);
  const ended = finish(parent);
  const steps = () => (existsSync(join(path, 'training.stream')) ? readRecording(path).steps.length : 0);
  await until(() => steps() >= 3, 'three steps');
  const trainer = readRecording(path).producers.find(({ name }) => name === 'training')?.processId;
  assert.ok(typeof trainer === 'number');
  process.kill(trainer, 'SIGKILL');
  const { code, stderr, stdout } = await ended;
  assert.is(code, 1);
  assert.match(stderr, /SIGKILL/);
  assert.match(stdout, /recording .*killed/);
  const report = await reportOf(path);
  assert.ok(report.steps.count >= 3);
  assert.match(report.damage.join(' '), /training\.stream has no end/);
});

test('its watcher killed, the training ends by itself and closes its stream', async () => {
  const path = join(directory, 'orphan');
  const parent = startWarpwatch(['train', 'resnet', '--seconds', '60', ...small, '--record', path]);
  const ended = finish(parent);
  const outcome = () => readRecording(path).producers.find(({ name }) => name === 'training')?.outcome;
  await until(
    () => existsSync(join(path, 'training.stream')) && readRecording(path).steps.length > 0,
    'a step',
  );
  parent.kill('SIGKILL');
  await ended;
  await until(() => outcome() === 'stopped', 'the training to close its stream');
});

test('SIGINT ends it after the step, with a summary and code 130', async () => {
  const path = join(directory, 'interrupted');
  const child = startWarpwatch(['train', 'resnet', '--seconds', '60', ...small, '--record', path]);
  const ended = finish(child);
  await until(
    () => existsSync(join(path, 'training.stream')) && readRecording(path).steps.length > 0,
    'a step',
  );
  child.kill('SIGINT');
  const { code, stdout } = await ended;
  assert.is(code, 130);
  assert.match(stdout, /recording .*interrupted\n$/);
  assert.is(readRecording(path).producers.find(({ name }) => name === 'training')?.outcome, 'stopped');
});

test('a loss that becomes NaN is shown and recorded, and is no crash', async () => {
  const path = join(directory, 'nan');
  const words = [
    'train',
    'resnet',
    '--steps',
    '6',
    ...small,
    '--learning-rate',
    '1e12',
    '--schedule',
    'constant',
  ];
  const { code, stdout, stderr } = await warpwatch([...words, '--record', path]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /loss .*NaN/);
  const report = await reportOf(path);
  assert.is(report.training.lastLoss, 'NaN');
  assert.is(report.advice.find(({ id }) => id === 'loss-not-finite')?.severity, 'warn');
});

test('data that cannot be read: one sentence, code 1, and no recording left behind', async () => {
  const path = join(directory, 'bad-data');
  const data = join(directory, 'train.bin');
  writeFileSync(data, Buffer.alloc(3000));
  for (const [file, expected] of [
    [data, /train\.bin.*3000/],
    [join(directory, 'nowhere'), /nowhere/],
  ] as const) {
    const { code, stderr } = await warpwatch([
      'train',
      'resnet',
      '--data',
      file,
      '--steps',
      '1',
      ...small,
      '--record',
      path,
    ]);
    assert.is(code, 1);
    assert.match(stderr, /^warpwatch: [^\n]+\n$/);
    assert.match(stderr, expected);
    assert.not.ok(existsSync(join(path, 'manifest.json')));
  }
});

test('a full disk ends the recording, not the training', async () => {
  const path = join(directory, 'full');
  const cli = ['train', 'resnet', '--steps', '12', ...small, '--record', path];
  const { code, stderr, stdout } = await warpwatchWithFileLimit(cli, 24);
  assert.is(code, 1);
  assert.match(stdout, /recording .*full/);
  assert.match(stderr, /ends early/);
  assert.ok(readRecording(path).damage.length > 0);
});

test.run();
