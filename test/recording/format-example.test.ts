import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frameTypes, manifestFile } from '../../src/recording/format.ts';
import { encodeFrame, encodeJsonFrame, encodeStreamHeader } from '../../src/recording/frames.ts';
import { ActivityColumns } from '../../src/recording/payloads/activity.ts';
import { ColumnWriter } from '../../src/recording/payloads/columns.ts';
import { encodeLaunches } from '../../src/recording/payloads/launches.ts';
import { encodeSamples } from '../../src/recording/payloads/samples.ts';
import { encodeSteps } from '../../src/recording/payloads/steps.ts';
import { encodeStrings } from '../../src/recording/payloads/strings.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { activityOf, putStream } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: the example of FORMAT.md');

const page = readFileSync(join(import.meta.dirname, '../../src/recording/FORMAT.md'), 'utf8');
const [manifest = '', dump = ''] = page
  .split('```')
  .filter((block) => block.startsWith('text\n'))
  .map((block) => block.slice('text\n'.length));
const stream = Buffer.concat(
  [...dump.matchAll(/^[0-9a-f]{4} {2}((?:[0-9a-f]{2} ?){1,16})/gm)].map(([, bytes = '']) =>
    Buffer.from(bytes.replaceAll(' ', ''), 'hex'),
  ),
);

/** The launch that the example defines. */
const launch = {
  kind: 'kernel',
  name: 'gemm',
  device: 'gpu0',
  layer: '',
  phase: '',
  shape: {
    grid: [132, 1, 1],
    block: [256, 1, 1],
    registersPerThread: 64,
    staticSharedBytes: 0,
    dynamicSharedBytes: 49_152,
  },
  flops: 1e9,
  bytes: null,
} as const;

test('reads as the page says', () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, manifestFile), manifest);
  putStream(directory, 'rank0', stream);
  const timeline = readRecording(directory);
  assert.equal(timeline.damage, []);
  assert.is(timeline.run.title, 'example');
  assert.is(timeline.run.host?.cores, 64);
  assert.equal(
    timeline.devices.map(({ id, smCount }) => [id, smCount]),
    [['gpu0', { value: 132, from: 'cuda' }]],
  );
  assert.equal(timeline.producers, [
    { name: 'rank0', processId: 42, outcome: 'ended', message: '', devices: ['gpu0'] },
  ]);
  assert.equal(timeline.launches, [launch]);
  assert.equal(activityOf(timeline), [
    { launch: 0, startNs: 2000, durationNs: 250, queue: 0 },
    { launch: 0, startNs: 3000, durationNs: 300, queue: 7 },
  ]);
  assert.equal(timeline.steps, [{ number: 1, startNs: 1900, endNs: 3900, samples: null }]);
  assert.equal(timeline.series, [
    { series: { device: null, metric: 'loss', from: 'w' }, timesNs: [3900], values: [0.5] },
  ]);
  assert.equal(timeline.host.names, [{ name: 'gemm', kind: 'annotation' }]);
  assert.equal(timeline.host.blocks[0]?.startNs, Float64Array.of(2000));
  assert.equal(timeline.launchTotals, [{ calls: 5, durationNs: 1450, longestNs: 400 }]);
  assert.equal(timeline.windows, [{ startNs: 1000, endNs: 2_000_001_000, devices: new Set(['gpu0']) }]);
  assert.equal(timeline.losses, { dropped: 3, unfinished: 0, outOfRange: 0 });
});

/** Nothing here writes sums but the agent, in C. */
function summary(baseNs: bigint): Uint8Array {
  const payload = Buffer.alloc(16 + 16 + 16);
  payload.writeUInt32LE(1, 0);
  payload.writeBigUInt64LE(baseNs, 8);
  for (const [at, value] of [0, 1_000_000_000, 0, 3].entries()) payload.writeUInt32LE(value, 16 + at * 4);
  for (const [at, value] of [900n, 400n].entries()) payload.writeBigUInt64LE(value, 32 + at * 8);
  return payload;
}

test('is what the encoders make, byte for byte', () => {
  const epochNs = 5_000_000_000n;
  const activity = new ActivityColumns(2);
  activity.push(0, 1000, 250, 0);
  activity.push(0, 2000, 300, 7);
  const clock = { name: 'C', clockNs: '5000000000', unixNs: '1700000000000000000' };
  const made = Buffer.concat([
    encodeStreamHeader(),
    encodeJsonFrame(frameTypes.producer, { name: 'rank0', processId: 42, clock }),
    encodeFrame(frameTypes.strings, encodeStrings({ firstId: 1, strings: ['gemm', 'gpu0'] })),
    encodeFrame(
      frameTypes.launches,
      encodeLaunches(0, [{ launch, nameId: 1, deviceId: 2, layerId: 0, phaseId: 0 }]),
    ),
    encodeFrame(frameTypes.activity, activity.seal(epochNs)),
    encodeFrame(
      frameTypes.steps,
      encodeSteps([{ number: 1, startNs: 900, endNs: 2900, samples: null }], epochNs),
    ),
    encodeJsonFrame(frameTypes.series, { id: 0, device: null, metric: 'loss', from: 'w' }),
    encodeFrame(frameTypes.samples, encodeSamples([{ series: 0, timeNs: 2900, value: 0.5 }], epochNs)),
    encodeFrame(
      frameTypes.ranges,
      new ColumnWriter(1, 0, epochNs + 1000n, 2, 2)
        .times(Float64Array.of(0), 1, 0)
        .times(Float64Array.of(800), 1, 0)
        .words(Uint32Array.of(1), 1)
        .words(Uint32Array.of(77), 1).payload,
    ),
    encodeFrame(frameTypes.summary, summary(epochNs)),
    encodeJsonFrame(frameTypes.window, { startNs: '5000000000', endNs: '7000000000' }),
    encodeFrame(999, Buffer.from('new')),
    encodeJsonFrame(frameTypes.lost, { kind: 'dropped', count: 3, why: 'full' }),
    encodeJsonFrame(frameTypes.end, { outcome: 'ended', message: '' }),
  ]);
  assert.is(stream.toString('hex'), made.toString('hex'));
});

test.run();
