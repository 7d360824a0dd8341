import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { frameTypes } from '../../src/recording/format.ts';
import { encodeFrame, encodeJsonFrame } from '../../src/recording/frames.ts';
import type { NamedClock } from '../../src/recording/payloads/documents.ts';
import { encodeSamples } from '../../src/recording/payloads/samples.ts';
import { encodeStrings } from '../../src/recording/payloads/strings.ts';
import { RecordingReader, readRecording } from '../../src/recording/reader.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import {
  activityOf,
  countActivity,
  frameOffsets,
  gemm,
  makeStream,
  overwrite,
  putRecording,
  putStream,
  recordsOf,
  streamOf,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: follow');

test('parts of a stream are read in the order of their numbers', async () => {
  const directory = temporaryDirectory();
  const parts = ['cupti-7.10', 'cupti-7.2', 'cupti-7.1'];
  const bytes = await Promise.all(parts.map((name) => makeStream(undefined, name)));
  putRecording(
    directory,
    testManifest(),
    Object.fromEntries(parts.map((name, at) => [name, bytes[at] ?? Buffer.alloc(0)])),
  );
  assert.equal(
    readRecording(directory).producers.map(({ name }) => name),
    ['cupti-7.1', 'cupti-7.2', 'cupti-7.10'],
  );
});

test('a stream that grows by any portions of bytes gives the same records as the whole', async () => {
  const bytes = await makeStream();
  const manifest = testManifest();
  const directory = temporaryDirectory();
  putRecording(directory, manifest, { training: bytes });
  const whole = recordsOf(readRecording(directory));
  const path = join(directory, 'training.stream');
  const portions = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(portions, (sizes) => {
      putStream(directory, 'training', Buffer.alloc(0));
      const reader = new RecordingReader(directory);
      let at = 0;
      for (const size of sizes) {
        appendFileSync(path, bytes.subarray(at, at + size));
        at = Math.min(bytes.length, at + size);
        reader.poll();
        assert.equal(reader.timeline.damage, []);
      }
      appendFileSync(path, bytes.subarray(at));
      assert.is(reader.poll(), at < bytes.length);
      assert.is(reader.poll(), false);
      assert.equal(recordsOf(reader.finish()), whole);
    }),
    { numRuns: 40 },
  );
});

test('frames larger than what is read at once are followed too', async () => {
  const directory = temporaryDirectory();
  const strings = ['x'.repeat(3_000_000), 'y'.repeat(5_000_000)];
  const small = await makeStream(() => undefined);
  const head = small.subarray(0, frameOffsets(small)[1]);
  const large = encodeFrame(frameTypes.strings, encodeStrings({ firstId: 1, strings }));
  const bytes = Buffer.concat([head, large, small.subarray(head.length)]);
  putRecording(directory, testManifest(), { training: bytes.subarray(0, 1000) });
  const reader = new RecordingReader(directory);
  for (let end = 1000; end < bytes.length; end += 1_500_000) {
    overwrite(join(directory, 'training.stream'), bytes.subarray(0, end));
    reader.poll();
  }
  overwrite(join(directory, 'training.stream'), bytes);
  reader.poll();
  assert.equal(reader.finish().damage, []);
  assert.is(reader.timeline.producers[0]?.outcome, 'ended');
});

test('a recording that is being written is followed, and a stream that comes later is found', async () => {
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest());
  const reader = new RecordingReader(directory);
  assert.is(reader.poll(), false);
  assert.is(reader.timeline.extent, null);

  const training = openStream(directory, 'training');
  training.activity(training.defineLaunch(gemm), 0, 5);
  training.flush();
  await until(reader, () => countActivity(reader.timeline) === 1);
  const host = openStream(directory, 'host');
  const util = host.defineSeries({ device: null, metric: 'util', from: 'host' });
  host.sample(util, 0, 0.5);
  host.flush();
  await until(reader, () => reader.timeline.series[0]?.values.length === 1);
  training.activity(training.defineLaunch({ ...gemm, name: 'other' }), 10, 5);
  await Promise.all([training.close('ended'), host.close('stopped', 'enough')]);
  await until(reader, () => reader.timeline.producers.every(({ outcome }) => outcome !== 'running'));
  assert.equal(
    activityOf(reader.timeline).map(({ launch }) => reader.timeline.launches[launch]?.name),
    ['gemm', 'other'],
  );
  assert.equal(reader.finish().damage, []);
  assert.is(reader.poll(), false, 'a finished reader reads nothing twice');
  assert.is(countActivity(reader.timeline), 2);
});

async function until(reader: RecordingReader, there: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!there()) {
    assert.ok(performance.now() < deadline, 'it never came');
    await delay(5);
    reader.poll();
  }
}

test('streams on one clock share one axis, those of another host are placed by Unix time', () => {
  const directory = temporaryDirectory();
  const clock: NamedClock = { name: 'here', clockNs: 1_000_000n, unixNs: 1_700_000_000_000_000_000n };
  const sampled = (name: string, clockNs: bigint, unixNs: bigint, atNs: bigint): Buffer =>
    streamOf(
      encodeJsonFrame(frameTypes.producer, {
        name,
        processId: null,
        clock: { name, clockNs: String(clockNs), unixNs: String(unixNs) },
      }),
      encodeJsonFrame(frameTypes.series, { id: 0, device: null, metric: name, from: 'test' }),
      encodeFrame(frameTypes.samples, encodeSamples([{ series: 0, timeNs: 0, value: 1 }], atNs)),
    );
  putRecording(
    directory,
    { ...testManifest(), clock },
    {
      // Its Unix time is off, which does not matter on one clock.
      a: sampled('here', 2_000_000n, 1_600_000_000_000_000_000n, 1_500_000n),
      // Its clock stood at 77 when here it was 10 ns after the origin.
      b: sampled('there', 77n, clock.unixNs + 10n, 100n),
      // Half a century off: a double holds no such time in nanoseconds.
      c: sampled('lost', 77n, 1_000n, 100n),
    },
  );
  const timeline = readRecording(directory);
  const timesOf = (metric: string) =>
    timeline.series.find((entry) => entry.series.metric === metric)?.timesNs;
  assert.equal(timesOf('here'), [500_000]);
  assert.equal(timesOf('there'), [33]);
  assert.equal(timesOf('lost'), []);
  assert.ok(timeline.damage.some((sentence) => /^c\.stream .*104 days/.test(sentence)));
});

test('a stream that is damaged, newer or none at all does not hide the good ones', async () => {
  const directory = temporaryDirectory();
  const good = await makeStream();
  const newer = Buffer.from(good);
  newer.writeUInt32LE(2, 8);
  putRecording(directory, testManifest(), {
    a: good,
    b: newer,
    c: Buffer.from('no stream, but some notes'),
    d: good,
  });
  mkdirSync(join(directory, 'e.stream'));
  const timeline = readRecording(directory);
  assert.is(timeline.producers.length, 2);
  assert.equal(timeline.damage, [
    'b.stream has format version 2, this warpwatch reads up to 1; install a newer warpwatch to open it.',
    'c.stream does not begin like a warpwatch stream; it is damaged or another file.',
  ]);
});

test('damage that mends is read on, damage that stays is told while it is followed', async () => {
  const directory = temporaryDirectory();
  const bytes = await makeStream();
  const bad = Buffer.from(bytes);
  const at = frameOffsets(bytes).at(-2) ?? 0;
  bad[at + 10] = 0;
  putRecording(directory, testManifest(), { training: bad });
  const mending = new RecordingReader(directory);
  const staying = new RecordingReader(directory);
  mending.poll();
  assert.equal(mending.timeline.damage, []);
  for (let looks = 0; looks < 6; looks++) staying.poll();
  assert.match(
    staying.timeline.damage[0] ?? '',
    new RegExp(`damaged at byte ${at}: .* the ${bytes.length - at} bytes`),
  );
  putStream(directory, 'training', bytes);
  mending.poll();
  assert.is(mending.finish().producers[0]?.outcome, 'ended');
  assert.equal(mending.timeline.damage, []);
  staying.close();
});

test('a directory that goes away while it is followed is told in one sentence', () => {
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest());
  const reader = new RecordingReader(directory);
  reader.poll();
  rmSync(directory, { recursive: true });
  assert.throws(() => reader.poll(), /recording cannot be read: /);
  reader.close();
});

test.run();
