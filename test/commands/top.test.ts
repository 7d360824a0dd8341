import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonLine } from '../../src/commands/top/json.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('top and devices');
const directory = temporaryDirectory();

test('top --once --json: one object, every figure known with its source or absent with a reason', async () => {
  const { code, stdout } = await warpwatch(['top', '--once', '--json']);
  assert.is(code, 0);
  const top = JSON.parse(stdout) as {
    schema: string;
    devices: Record<string, { value: unknown; from?: string; why?: string }>[];
  };
  assert.is(top.schema, 'warpwatch.top/1');
  const [cpu] = top.devices;
  assert.ok(cpu?.['util']?.from === 'host');
  assert.ok(Number(cpu['util'].value) >= 0 && Number(cpu['util'].value) <= 1);
  for (const figure of ['kernelBusy', 'smActive', 'occupancy', 'peakShare']) {
    assert.is(cpu[figure]?.value, null, figure);
    assert.ok((cpu[figure]?.why ?? '').length > 20, figure);
  }
});

test('top --once in text tells the reasons of what is missing', async () => {
  const { code, stdout } = await warpwatch(['top', '--once']);
  assert.is(code, 0);
  assert.match(stdout, /cpu util \d/);
  assert.match(stdout, /cpu SM active, occupancy.*: A CPU has no counter/);
});

test('top --json streams a line at each interval, and --record keeps what was seen', async () => {
  const path = join(directory, 'top');
  const child = startWarpwatch(['top', '--json', '--interval', '0.2', '--record', path]);
  const ended = finish(child);
  const samples = () =>
    existsSync(join(path, 'host.stream')) ? (readRecording(path).series[0]?.values.length ?? 0) : 0;
  await until(() => samples() >= 4, 'four samples');
  child.kill('SIGTERM');
  const { code, stdout } = await ended;
  assert.is(code, 143);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { schema: string });
  assert.ok(lines.length >= 3);
  assert.ok(lines.every(({ schema }) => schema === 'warpwatch.top/1'));
  assert.is(readRecording(path).producers[0]?.outcome, 'ended');
});

test('a figure that is NaN stays visible in JSON, and is not taken for an unknown one', () => {
  const line = jsonLine({
    loss: Number.NaN,
    rate: { value: Number.POSITIVE_INFINITY, from: 'workload' },
    none: null,
  });
  assert.is(line, '{"loss":"NaN","rate":{"value":"Infinity","from":"workload"},"none":null}\n');
});

test('a device that is not there: code 3, and which there are', async () => {
  const { code, stderr } = await warpwatch(['top', '--once', '--device', 'gpu7']);
  assert.is(code, 3);
  assert.match(stderr, /"gpu7".*cpu/);
});

test('top follows a recording that another process writes', async () => {
  const path = join(directory, 'followed');
  const words = [
    'train',
    'resnet',
    '--seconds',
    '60',
    '--batch',
    '2',
    '--eval-samples',
    '0',
    '--threads',
    '1',
  ];
  const training = startWarpwatch([...words, '--record', path]);
  const ended = finish(training);
  await until(
    () => existsSync(join(path, 'training.stream')) && readRecording(path).steps.length > 3,
    'steps',
  );
  const { stdout } = await warpwatch(['top', '--once', '--json', '--recording', path]);
  const { devices, training: panel } = JSON.parse(stdout);
  assert.ok(devices[0].kernelBusy.value > 0);
  assert.ok(panel.step > 3);
  training.kill('SIGINT');
  await ended;
});

test('devices explains each source and ends 0', async () => {
  const { code, stdout } = await warpwatch(['devices', '--json']);
  assert.is(code, 0);
  const { devices, sources } = JSON.parse(stdout);
  assert.is(devices[0].id, 'cpu');
  assert.ok(devices[0].peakFlops.value > 1e8);
  for (const source of sources) assert.ok(source.detail.length > 10, source.id);
  for (const id of ['host', 'tfjs']) {
    assert.ok(sources.find((source: { id: string }) => source.id === id)?.works, id);
  }
  assert.match((await warpwatch(['devices'])).stdout, /✓ host: .*\n.*util/);
});

test.run();
