/** `top` and `devices` on GPUs that a made-up driver library shows (`test/support/fake-nvml`). */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { type CliResult, cliFile, warpwatch } from '../support/cli.ts';
import { eightGpus, fakeNvmlEnvironment, h200 } from '../support/fake-nvml.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { openPane } from '../support/tmux.ts';

const test = suite('top and devices with GPUs');
const withCompiler = needs('cc', test);
const withTmux = needs('tmux', test);
const directory = temporaryDirectory();

interface Figure {
  readonly value: number | null;
  readonly from?: string;
  readonly why?: string;
}

interface Top {
  readonly devices: readonly ({ readonly id: string } & Readonly<Record<string, Figure>>)[];
  readonly whyNoGpu: readonly string[];
}

function run(words: readonly string[], script: string, missing: readonly string[] = []): Promise<CliResult> {
  const { env } = fakeNvmlEnvironment(script, missing);
  return warpwatch(words, { env: { ...process.env, ...env } });
}

async function once(script: string, missing: readonly string[] = []): Promise<Top> {
  const { code, stdout, stderr } = await run(['top', '--once', '--json'], script, missing);
  assert.is(code, 0, stderr);
  return JSON.parse(stdout) as Top;
}

function gpuOf(top: Top, id = 'gpu0') {
  const gpu = top.devices.find((device) => device.id === id);
  if (gpu === undefined) throw new Error(`${id} is not among ${top.devices.map((each) => each.id).join()}`);
  return gpu;
}

withCompiler(
  'top --once --json: util and SM active as the driver has them, each with its source',
  async () => {
    const gpu = gpuOf(await once(h200()));
    assert.equal(gpu['util'], { value: 0.97, from: 'nvml' });
    assert.equal(gpu['smActive'], { value: 0.41, from: 'nvml.gpm' });
  },
);

withCompiler('an old driver without GPM: util is there, SM active says why it is not', async () => {
  const missing = [
    'nvmlGpmQueryDeviceSupport',
    'nvmlGpmSampleGet',
    'nvmlGpmMetricsGet',
    'nvmlGpmSampleAlloc',
  ];
  const gpu = gpuOf(await once(h200(), missing));
  assert.is(gpu['util']?.value, 0.97);
  assert.is(gpu['smActive']?.value, null);
  assert.match(gpu['smActive']?.why ?? '', /driver/);
});

withCompiler('a GPU that hangs in one call does not hold up the others, nor the end', async () => {
  const script = `${h200()}\n${h200()}\nhang nvmlDeviceGetPowerUsage 60000\n`;
  const startMs = performance.now();
  const top = await once(script);
  assert.is(gpuOf(top, 'gpu0')['util']?.value, 0.97);
  const hung = gpuOf(top, 'gpu1');
  assert.is(hung['powerWatts']?.value, null);
  assert.ok((hung['powerWatts']?.why ?? '').length > 20);
  assert.ok(performance.now() - startMs < 30_000, 'it ended long before the call came back');
});

withCompiler('a driver that does not start is told, and the CPU is shown', async () => {
  const top = await once('init-error 18\n');
  assert.equal(
    top.devices.map(({ id }) => id),
    ['cpu'],
  );
  assert.ok(
    top.whyNoGpu.some((why) => /version/.test(why)),
    top.whyNoGpu.join('\n'),
  );
});

withCompiler('a MIG device stands under its GPU, beside a GPU that is lost', async () => {
  const instance = 'mig-device 1g.18gb sms 16 memory 19000000000 used 1000000 gpm2 55';
  const top = await once(h200('mig', instance) + h200('lost'));
  const mig = gpuOf(top, 'gpu0/mig0');
  assert.is(mig['parent'], 'gpu0');
  assert.equal(mig['smActive'], { value: 0.55, from: 'nvml.gpm' });
  assert.match(mig['util']?.why ?? '', /no util for MIG devices/);
  assert.is(gpuOf(top, 'gpu0')['util']?.value, null);
  const lost = gpuOf(top, 'gpu1');
  assert.is(lost['util']?.value, null);
  assert.match(lost['util']?.why ?? '', /The GPU is lost/);
});

withCompiler('devices explains a driver that refuses, and ends 0', async () => {
  const { code, stdout, stderr } = await run(['devices'], 'init-error 4\n');
  assert.is(code, 0, stderr);
  assert.match(stdout.slice(stdout.indexOf('✗ nvml')), /No permission .*\/dev\/nvidiactl/s);
});

withCompiler('devices tells of each GPU what it gives and lacks', async () => {
  const { code, stdout } = await run(['devices'], h200());
  assert.is(code, 0);
  assert.match(stdout, /gpu0: NVIDIA H200/);
  assert.match(stdout, /✓ nvml/);
  assert.match(stdout, /gives .*smActive/s);
});

test('without a driver devices explains and ends 0, and top --once says why there is no GPU', async () => {
  const env = { ...process.env, LD_LIBRARY_PATH: '/nonexistent', PATH: join(process.execPath, '..') };
  const devices = await warpwatch(['devices'], { env });
  assert.is(devices.code, 0);
  assert.match(devices.stdout, /✗ nvml: /);
  assert.match(devices.stdout, /driver/);
  const { code, stdout } = await warpwatch(['top', '--once'], { env });
  assert.is(code, 0);
  assert.match(stdout, /cpu util \d/);
  assert.match(stdout, /no GPU: /);
});

withCompiler('top --record keeps every GPU figure for later', async () => {
  const path = join(directory, 'kept');
  await run(['top', '--once', '--record', path], h200());
  const { devices, series } = readRecording(path);
  assert.ok(devices.some(({ id }) => id === 'gpu0'));
  const kept = series.find(({ series: { device, metric } }) => device === 'gpu0' && metric === 'smActive');
  assert.equal(kept?.values, [0.41]);
});

withTmux(
  'on a screen util and SM active of eight GPUs stand on one row each, at the smallest size too',
  async () => {
    const { env } = fakeNvmlEnvironment(eightGpus());
    const pane = openPane('top-gpus', 80, 24);
    try {
      const settings = Object.entries({ ...env, XDG_CONFIG_HOME: directory });
      const words = settings.map(([name, value]) => `${name}='${value}'`).join(' ');
      pane.run(`clear; ${words} '${process.execPath}' '${cliFile}' top`);
      const rows = await pane.until('eight rows', (lines) =>
        Array.from({ length: 8 }, (_, index) => index).every((index) =>
          lines.some((line) => new RegExp(`gpu${index}\\b.*\\d+%.*\\d+%`).test(line)),
        ),
      );
      assert.match(rows.join('\n'), /util +SM/);
      pane.resize(20, 5);
      await pane.until('something small', (lines) => lines.length <= 5);
      pane.resize(120, 40);
      await pane.until('the charts', (lines) => lines.some((line) => /100 ?%|100│|100┤/.test(line)));
      pane.keys('q');
      await pane.until('the prompt', (lines) => lines.some((line) => line.startsWith('prompt>')));
      assert.is(pane.ask('#{alternate_on} #{cursor_flag}'), '0 1');
    } finally {
      pane.close();
    }
  },
);

test.run();
