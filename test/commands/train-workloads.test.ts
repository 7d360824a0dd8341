import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnown } from '../../src/model/measured.ts';
import { readRecording } from '../../src/recording/reader.ts';
import type { Report } from '../../src/report/report.ts';
import { warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('train split, train fusion');
const directory = temporaryDirectory();

test('fused and unfused inference stand side by side at the end and in the report', async () => {
  const path = join(directory, 'fusion');
  const words = [
    '--image',
    '8',
    '--batch',
    '2',
    '--steps',
    '8',
    '--backend',
    'wasm',
    '--threads',
    '1',
    '--record',
    path,
  ];
  const { code, stdout, stderr } = await warpwatch(['train', 'fusion', ...words]);
  assert.is(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n').slice(-7);
  assert.match(lines[0] ?? '', /^ran .*resnet20 inference on wasm, 1 thread: 8 steps of 2 .*synthetic data/);
  const side = String.raw`\d+ kernels, [\d.]+ [mµ]?s, [\d.]+ \w+, [\d.,]+ samples/s`;
  assert.match(lines[1] ?? '', new RegExp(`^phases {4}fused ${side}; unfused ${side}$`));
  const told = await warpwatch(['report', path, '--json']);
  const { phases, training } = JSON.parse(told.stdout) as Report;
  assert.is(training.firstLoss, null);
  const [fused, unfused] = ['fused', 'unfused'].map((name) => phases.find(({ phase }) => phase === name));
  assert.ok(fused && unfused);
  assert.equal([fused.steps.value, unfused.steps.value], [4, 4]);
  assert.ok((fused.kernelsPerStep.value ?? 0) < (unfused.kernelsPerStep.value ?? 0));
  assert.ok((fused.bytesPerStep.value ?? 0) < (unfused.bytesPerStep.value ?? 0));
  assert.is(fused.flopsPerStep.value, unfused.flopsPerStep.value);
  assert.ok([fused, unfused].every(({ samplesPerSecond }) => isKnown(samplesPerSecond)));
});

test('a training in two parts has both in its report', async () => {
  const path = join(directory, 'split');
  const small = [
    '--steps',
    '4',
    '--batch',
    '2',
    '--eval-samples',
    '2',
    '--backend',
    'wasm',
    '--threads',
    '1',
  ];
  const parts = ['--cut', 'stage3/block1', '--optimizer-first', 'sgd', '--optimizer-second', 'adam'];
  const { code, stdout, stderr } = await warpwatch(['train', 'split', ...small, ...parts, '--record', path]);
  assert.is(code, 0, stderr);
  assert.match(stdout, /^trained .*resnet20 on wasm/m);
  const timeline = readRecording(path);
  const phases = new Set(timeline.launches.map(({ phase }) => phase));
  for (const part of ['first', 'second']) {
    for (const phase of ['forward', 'backward', 'optimizer']) assert.ok(phases.has(`${part} ${phase}`));
    assert.ok(timeline.launches.some(({ layer }) => layer.startsWith(`${part}/`)));
  }
  const told = await warpwatch(['report', path]);
  assert.match(told.stdout, /^ {2}between its two parts 64\.0 KiB there and 64\.0 KiB back in each step$/m);
  const bytes = timeline.series.find(({ series }) => series.metric === 'intermediateBytes');
  // Two pictures, 16x16 features of 32 channels, float32, in each of four steps.
  assert.equal(
    bytes?.values,
    Array.from({ length: 4 }, () => 2 * 16 * 16 * 32 * 4),
  );
});

test('a cut where there is none leaves no recording', async () => {
  const path = join(directory, 'nowhere');
  const { code, stderr } = await warpwatch([
    'train',
    'split',
    '--cut',
    'x',
    '--steps',
    '1',
    '--record',
    path,
  ]);
  assert.is(code, 2);
  assert.match(stderr, /--cut takes a stage of resnet20, .*, not "x"\./);
  assert.not.ok(existsSync(join(path, 'manifest.json')));
});

test.run();
