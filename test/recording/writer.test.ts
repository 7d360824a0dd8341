import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../src/model/timeline.ts';
import { FrameStreamWriter } from '../../src/recording/frame-stream-writer.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { openMemoryStream } from '../../src/recording/recording.ts';
import type { FrameSink } from '../../src/recording/sinks.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import {
  activityOf,
  countActivity,
  gemm,
  gpu0,
  makeStream,
  putRecording,
  resnet,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: writer');

/** A disk with so much room and no more, until somebody makes some. */
class FakeDisk implements FrameSink {
  failure: string | null = null;
  room = Number.POSITIVE_INFINITY;
  /** What `roomier` finds each time it is asked, the last for ever: more bytes, or 0 for none. */
  relief: number[] = [0];
  readonly #taken: Uint8Array[] = [];

  offer(bytes: Uint8Array, spareBytes = 0): boolean {
    if (this.failure !== null || bytes.length + spareBytes > this.room) return false;
    this.room -= bytes.length;
    this.#taken.push(bytes);
    return true;
  }

  async roomier(): Promise<boolean> {
    const more = (this.relief.length > 1 ? this.relief.shift() : this.relief[0]) ?? 0;
    this.room += more;
    return more > 0;
  }

  async close(): Promise<void> {}

  closeNow(): void {}

  get bytes(): Uint8Array {
    return Buffer.concat(this.#taken);
  }
}

const directory = temporaryDirectory();

function read(bytes: Uint8Array): Timeline {
  putRecording(directory, testManifest(), { training: bytes });
  return readRecording(directory);
}

function write(writer: StreamWriter, launch: number, count: number): void {
  for (let i = 0; i < count; i++) writer.activity(launch, i * 10, 5);
}

test('without room records are dropped and counted, definitions wait, and the loss is told later', async () => {
  const disk = new FakeDisk();
  disk.room = 1000;
  const writer = new FrameStreamWriter(disk, 'training');
  const first = writer.defineLaunch({ ...gemm, name: 'first' });
  write(writer, first, 100);
  writer.flush();
  const second = writer.defineLaunch({ ...gemm, name: 'second' });
  writer.device({ ...gpu0, name: 'learned while the disk hung' });
  write(writer, second, 50);
  writer.step({ number: 1, startNs: 0, endNs: 10, samples: 1 });
  writer.mark({ name: 'm', startNs: 0, endNs: 0, text: '' });
  writer.flush();
  assert.is(writer.health.dropped, 152);
  assert.is(writer.health.failure, null);

  disk.room = Number.POSITIVE_INFINITY;
  write(writer, second, 7);
  await writer.close('ended');

  const timeline = read(disk.bytes);
  assert.equal(timeline.damage, []);
  assert.equal(timeline.losses, { dropped: 152, unfinished: 0, outOfRange: 0 });
  assert.equal(
    timeline.launches.map(({ name }) => name),
    ['first', 'second'],
  );
  assert.ok(activityOf(timeline).every(({ launch }) => launch === 1));
  assert.is(countActivity(timeline), 7);
  assert.is(timeline.devices[0]?.name, 'learned while the disk hung');
});

test('at every moment at which a disk may hang, what is on it reads and all else is counted', async () => {
  for (let room = 0; room < 2 ** 20 + 3000; room += room < 3000 ? 61 : 2 ** 18) {
    const disk = new FakeDisk();
    disk.room = room;
    const writer = new FrameStreamWriter(disk, 'training');
    let written = 0;
    for (let round = 0; round < 4; round++) {
      const launch = writer.defineLaunch({ ...gemm, name: `kernel ${round}` });
      write(writer, launch, 100);
      written += 100;
      writer.flush();
    }
    disk.room = Number.POSITIVE_INFINITY;
    await writer.close('ended');
    const timeline = read(disk.bytes);
    assert.equal(timeline.damage, [], `room ${room}`);
    assert.is(countActivity(timeline) + timeline.losses.dropped, written, `room ${room}`);
    assert.is(writer.health.dropped, timeline.losses.dropped);
    assert.is(timeline.producers[0]?.outcome, 'ended');
  }
});

test('records leave room for what tells of their loss', async () => {
  const disk = new FakeDisk();
  disk.room = 2 ** 21;
  const writer = new FrameStreamWriter(disk, 'training');
  write(writer, writer.defineLaunch(gemm), 400_000);
  await writer.close('stopped', 'the disk hung to the end');
  const timeline = read(disk.bytes);
  assert.equal(timeline.damage, []);
  assert.is(timeline.producers[0]?.outcome, 'stopped');
  assert.ok(timeline.losses.dropped > 0);
  assert.is(countActivity(timeline) + timeline.losses.dropped, 400_000);
});

test('closing waits for a disk that moves, and ends by itself when it does not', async () => {
  const slow = new FakeDisk();
  slow.room = 0;
  slow.relief = [100, 300, 10_000];
  const writer = new FrameStreamWriter(slow, 'training');
  writer.defineLaunch(gemm);
  assert.is((await writer.close('ended')).failure, null);
  const timeline = read(slow.bytes);
  assert.is(timeline.producers[0]?.outcome, 'ended');
  assert.is(timeline.launches.length, 1);

  const hung = new FakeDisk();
  hung.room = 0;
  const health = await new FrameStreamWriter(hung, 'training').close('ended');
  assert.match(health.failure ?? '', /took nothing for too long/);
});

test('a sink that failed ends the stream: the training goes on, what comes is dropped and not kept', async () => {
  const disk = new FakeDisk();
  const writer = new FrameStreamWriter(disk, 'training');
  const launch = writer.defineLaunch(gemm);
  write(writer, launch, 10);
  writer.flush();
  disk.failure = 'The disk is full.';
  for (let round = 0; round < 50; round++) {
    write(writer, writer.defineLaunch({ ...gemm, name: `late ${round}` }), 1000);
    writer.workload(resnet);
    writer.flush();
  }
  assert.equal(await writer.close('ended'), { dropped: 50_000, failure: 'The disk is full.' });
  assert.is(countActivity(read(disk.bytes)), 10);
});

test('a disk that hangs while descriptions come without end is given up before memory is', () => {
  const disk = new FakeDisk();
  disk.room = 0;
  const writer = new FrameStreamWriter(disk, 'training');
  for (let i = 0; i < 600; i++) writer.defineLaunch({ ...gemm, name: `${i} ${'x'.repeat(60_000)}` });
  writer.flush();
  assert.match(writer.health.failure ?? '', /took nothing for too long/);
  return writer.close('ended').then(() => undefined);
});

test('what cannot be is counted, never written as something else, never thrown', async () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
  const bytes = await makeStream((writer) => {
    const launch = writer.defineLaunch(gemm);
    const series = writer.defineSeries({ device: null, metric: 'loss', from: 'test' });
    writer.activity(launch, 5, -1);
    writer.activity(launch, nan, 1);
    writer.activity(launch, 1, nan);
    writer.activity(launch, 1, infinity);
    writer.activity(launch, 2 ** 53, 2 ** 53);
    writer.activity(launch, -1e30, 1);
    writer.activity(launch, 1, 1, -1);
    writer.activity(launch, 1, 1, 1.5);
    writer.sample(series, nan, 1);
    writer.step({ number: 1, startNs: 2, endNs: 1, samples: 1 });
    writer.step({ number: -1, startNs: 1, endNs: 2, samples: 1 });
    writer.step({ number: 1, startNs: 1, endNs: 2, samples: 2 ** 32 - 1 });
    writer.mark({ name: 'm', startNs: nan, endNs: nan, text: '' });
    writer.mark({ name: 'm', startNs: 1, endNs: 2, text: 'x'.repeat(2 ** 21) });
    writer.device({ ...gpu0, smCount: { value: nan, from: 'broken' } });
    writer.workload({ ...resnet, batchSize: nan });
    writer.lost('dropped', nan, 'nobody knows');
    writer.lost('dropped', -3, 'nobody knows');
    writer.activity(launch, 1, 1);
    writer.step({ number: 1, startNs: 1, endNs: 2, samples: 0 });
  });
  const timeline = read(bytes);
  assert.equal(timeline.damage, []);
  assert.equal(timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 16 });
  assert.is(countActivity(timeline), 1);
  assert.is(timeline.steps.length, 1);
  assert.equal(timeline.devices, [gpu0]);
  assert.is(timeline.workload, null);
});

test('a million losses for one reason are one line', async () => {
  const bytes = await makeStream((writer) => {
    for (let i = 0; i < 1e5; i++) writer.lost('unfinished', 1, 'the driver gave no end');
    for (let i = 0; i < 1000; i++) writer.lost('unfinished', 1, `reason ${i}`);
  });
  assert.ok(bytes.length < 10_000, `${bytes.length} bytes`);
  assert.is(read(bytes).losses.unfinished, 101_000);
});

test('after the end nothing is written, and what came too late is counted', async () => {
  const { writer, sink } = openMemoryStream('training');
  const launch = writer.defineLaunch(gemm);
  write(writer, launch, 3);
  await writer.close('failed', 'out of memory');
  const bytes = sink.take();
  write(writer, launch, 50_000);
  writer.flush();
  assert.is((await writer.close('ended')).dropped, 50_000);
  assert.is(sink.take().length, 0);
  const timeline = read(bytes);
  assert.is(countActivity(timeline), 3);
  assert.is(timeline.producers[0]?.outcome, 'failed');
  assert.is(timeline.producers[0]?.message, 'out of memory');
});

test('times that lie ahead or behind do not make a frame of each record', async () => {
  const bytes = await makeStream((writer) => {
    const launch = writer.defineLaunch(gemm);
    for (let i = 0; i < 10_000; i++) writer.activity(launch, 1e15 + i, 1);
    for (let i = 0; i < 6_000; i++) writer.activity(launch, i, 1);
  });
  assert.ok(read(bytes).activity.length <= 4);
});

test('a process may have many streams open without a warning', async () => {
  const before = process.listenerCount('exit');
  const streams = Array.from({ length: 30 }, (_, i) => openMemoryStream(`rank${i}`));
  assert.ok(process.listenerCount('exit') <= before + 1);
  for (const { writer } of streams) await writer.close('ended');
  assert.is(process.listenerCount('exit'), before);
});

test.run();
