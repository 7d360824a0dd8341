import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { createRecording } from '../../src/recording/recording.ts';
import { needs } from '../support/needs.ts';
import { activityOf, testManifest } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: written from C');

needs('cc', test)('a stream that C wrote after FORMAT.md reads exactly', () => {
  const program = join(temporaryDirectory(), 'write-from-c');
  const source = join(import.meta.dirname, 'write-from-c.c');
  execFileSync('cc', ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-O1', '-o', program, source]);
  const directory = join(temporaryDirectory(), 'recording');
  const manifest = testManifest();
  createRecording(directory, manifest);
  const start = BigInt(execFileSync(program, [directory, 'rank0'], { encoding: 'utf8' }).trim());
  const startNs = Number(start - manifest.clock.clockNs);
  assert.ok(startNs > 0 && startNs < 60e9, `${startNs} ns after the manifest, on the same clock`);

  const timeline = readRecording(directory);
  assert.equal(timeline.damage, []);
  assert.equal(timeline.losses, { dropped: 0, unfinished: 4, outOfRange: 5 });
  const { processId, ...producer } = timeline.producers[0] ?? { processId: null };
  assert.type(processId, 'number');
  assert.equal(producer, {
    name: 'rank0',
    program: 'train',
    rank: 1,
    devices: ['gpu0'],
    outcome: 'ended',
    message: 'written from C',
  });
  assert.equal(timeline.launches, [
    {
      kind: 'kernel',
      name: 'gemm<float, 128>',
      device: 'gpu0',
      layer: 'block1/conv1',
      phase: 'forward',
      shape: {
        grid: [132, 4, 1],
        block: [256, 1, 1],
        registersPerThread: 64,
        staticSharedBytes: 1024,
        dynamicSharedBytes: 49_152,
      },
      flops: 1e12,
      bytes: 3e9,
    },
    {
      kind: 'memset',
      name: 'nulla è',
      device: 'gpu0',
      layer: '',
      phase: '',
      shape: null,
      flops: null,
      bytes: 4096,
    },
  ]);
  assert.equal(activityOf(timeline), [
    ...Array.from({ length: 1000 }, (_, i) => ({
      launch: i % 2,
      startNs: startNs + i * 1000,
      durationNs: 500 + i,
      queue: i % 3,
    })),
    { launch: 0, startNs: startNs + 2_000_007, durationNs: 3_600_000_000_000, queue: 0 },
  ]);
  assert.equal(timeline.steps, [
    { number: 1, startNs, endNs: startNs + 5000, samples: 32, rank: 1 },
    { number: 2, startNs: startNs + 5000, endNs: startNs + 11_000, samples: null, rank: 1 },
  ]);
  assert.equal(
    timeline.series.map(({ series, timesNs, values }) => [series, timesNs, values.map(String)]),
    [
      [
        { device: null, metric: 'loss', from: 'c, rank 1' },
        [startNs, startNs + 10, startNs + 20],
        ['2.5', 'NaN', '-Infinity'],
      ],
    ],
  );
  assert.equal(timeline.marks, [{ name: 'evaluation', text: '', startNs: startNs + 1, endNs: startNs + 2 }]);
  assert.equal(timeline.ranks, [{ rank: 1, worldSize: 2, devices: ['gpu0'] }]);
  assert.equal(timeline.host.threads, [
    { name: '77', rank: 1 },
    { name: '78', rank: 1 },
  ]);
  assert.equal(timeline.host.names, [{ name: 'forward', kind: 'annotation' }]);
  assert.equal(timeline.host.blocks, [
    {
      count: 2,
      startNs: Float64Array.of(startNs + 100, startNs + 200),
      durationNs: Float64Array.of(50, 60),
      name: Uint32Array.of(0, 0),
      thread: Uint32Array.of(0, 1),
    },
  ]);
  assert.equal(timeline.summaries, [
    {
      count: 1,
      startNs: Float64Array.of(startNs),
      durationNs: Float64Array.of(1e9),
      launch: Uint32Array.of(0),
      executions: Uint32Array.of(3),
      totalNs: Float64Array.of(6e9),
      longestNs: Float64Array.of(5e9),
    },
  ]);
  assert.is(timeline.launchTotals[0]?.calls, 500 + 1 + 3, 'sums count as executions do');
  assert.is(timeline.launchTotals[0]?.longestNs, 3_600_000_000_000);
  assert.equal(timeline.windows, [
    { startNs, endNs: startNs + 2000, devices: new Set(['gpu0']) },
    { startNs: startNs + 3000, endNs: startNs + 4000, devices: new Set(['gpu0']) },
  ]);
});

test.run();
