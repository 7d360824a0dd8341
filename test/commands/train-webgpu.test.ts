import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { warpwatch } from '../support/cli.ts';
import { needsSoftwareGpu, softwareAdapter, softwareGpu } from '../support/software-gpu.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('train on a GPU');
const withGpu = needsSoftwareGpu(test);
const directory = temporaryDirectory();
const env = { ...process.env, ...softwareGpu };

withGpu('a GPU that is lost ends the training with its name, and the recording is whole', async () => {
  const path = join(directory, 'lost');
  const losing = pathToFileURL(join(import.meta.dirname, '../support/lose-device.mjs'));
  // A step of ResNet-20 takes 120 submissions, and measuring the peak before it some 12.
  const variables = { NODE_OPTIONS: `--import ${losing}`, WARPWATCH_TEST_SUBMISSIONS: '190' };
  const words = ['--backend', 'webgpu', '--adapter', softwareAdapter, '--batch', '1', '--steps', '9'];
  const { code, stdout, stderr } = await warpwatch(
    ['train', 'resnet', ...words, '--record', path, '--plain'],
    {
      env: { ...env, ...variables },
    },
  );
  assert.is(code, 1);
  const sentence = /The GPU SwiftShader Device \(Subzero\) was lost/;
  assert.match(stderr, sentence);
  assert.match(stdout, /resnet20 on webgpu, SwiftShader Device \(Subzero\) \(software\): /);
  assert.match(stdout, /webgpu0 .*kernelBusy \d+%/);
  const timeline = readRecording(path);
  assert.equal(timeline.damage, []);
  assert.is(timeline.losses.dropped, 0);
  assert.ok(timeline.losses.unfinished > 0);
  const training = timeline.producers.find(({ name }) => name === 'training');
  assert.is(training?.outcome, 'failed');
  assert.match(training?.message ?? '', sentence);
  assert.equal(
    timeline.steps.map(({ number }) => number),
    [1],
    'the first step had ended, the second has not',
  );
  const kernels = timeline.launches.filter(({ device, kind }) => device === 'webgpu0' && kind === 'kernel');
  for (const phase of ['forward', 'backward', 'optimizer']) {
    assert.ok(
      kernels.some((launch) => launch.phase === phase && launch.shape !== null),
      phase,
    );
  }
});

withGpu('an adapter that is not there is told before anything is recorded', async () => {
  const path = join(directory, 'none');
  const words = ['train', 'resnet', '--adapter', 'nvidia', '--record', path];
  const { code, stderr } = await warpwatch(words, { env });
  assert.is(code, 3);
  assert.match(stderr, /No WebGPU adapter has "nvidia" in its name; there are 0: SwiftShader/);
  assert.not(existsSync(join(path, 'manifest.json')));
});

test('an adapter is refused for a backend that has none', async () => {
  const { code, stderr } = await warpwatch(['train', 'resnet', '--backend', 'wasm', '--adapter', '0']);
  assert.is(code, 2);
  assert.match(stderr, /An adapter is for the webgpu backend/);
});

test.run();
