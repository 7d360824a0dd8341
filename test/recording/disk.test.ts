import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FileSink } from '../../src/recording/file-sink.ts';
import { writeFailure } from '../../src/recording/file-sink-errors.ts';
import { FrameStreamWriter } from '../../src/recording/frame-stream-writer.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import { needs } from '../support/needs.ts';
import { recordProgram } from '../support/recording-process.ts';
import {
  activityOf,
  countActivity,
  gemm,
  makeRecording,
  putRecording,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: disk');

/** Resolves when `there`, which must come within twenty seconds. */
async function until(there: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!there()) {
    assert.ok(performance.now() < deadline, 'it never came');
    await delay(5);
  }
}

if (existsSync('/dev/full')) {
  test('a full disk ends the stream with a sentence, and the training goes on', async () => {
    const sink = new FileSink('/disk/training.stream', { file: openSync('/dev/full', 'w') });
    const writer = new FrameStreamWriter(sink, 'training');
    const launch = writer.defineLaunch(gemm);
    writer.flush();
    await until(() => writer.health.failure !== null);
    for (let i = 0; i < 100_000; i++) writer.activity(launch, i, 1);
    const { dropped, failure } = await writer.close('ended');
    assert.is(dropped, 100_000);
    assert.is(
      failure,
      'The disk is full: /disk/training.stream ends early; free some space and record again.',
    );
  });
}

for (const writeOn of ['thread', 'loop'] as const) {
  needs('sh', test)(`a file that may not grow further keeps what it has (${writeOn})`, () => {
    const directory = join(temporaryDirectory(), 'recording');
    createRecording(directory, testManifest());
    // Blocks of 512 or 1024 bytes, by shell; 100,000 executions take more than a mebibyte.
    const command = ['ulimit -f 600; exec "$@"', 'sh', process.execPath];
    const { stdout } = spawnSync(
      'sh',
      ['-c', ...command, ...recordProgram(directory, 'rank0', 'close', 100_000, writeOn)],
      {
        encoding: 'utf8',
      },
    );
    const { failure } = JSON.parse(stdout) as { failure: string };
    assert.match(
      failure,
      /rank0\.stream reached the largest file size allowed here and ends early; raise the limit\.$/,
    );
    const timeline = readRecording(directory);
    const executions = activityOf(timeline);
    assert.ok(
      executions.length >= (writeOn === 'thread' ? 16_384 : 0) && executions.length < 100_000,
      `${executions.length} executions`,
    );
    assert.ok(executions.every(({ startNs }, i) => startNs === (executions[0]?.startNs ?? 0) + i * 1000));
    assert.match(timeline.damage[0] ?? '', /^rank0\.stream was cut: its last \d+ bytes are no whole frame/);
  });
}

needs('mkfifo', test)(
  'a disk that hangs holds nobody up; when it moves again all that was taken arrives',
  async () => {
    const pipe = join(temporaryDirectory(), 'hung');
    execFileSync('mkfifo', [pipe]);
    // Open for both, so that neither end waits for the other.
    const file = openSync(pipe, 'r+');
    const sink = new FileSink(pipe, { file, patienceMs: 100 });
    const writer = new FrameStreamWriter(sink, 'training');
    const launch = writer.defineLaunch(gemm);
    const count = 1_000_000;
    for (let i = 0; i < count; i++) writer.activity(launch, i * 10, 5);
    writer.flush();
    const { dropped } = writer.health;
    assert.ok(dropped > 0 && dropped < count, `${dropped} dropped`);
    const late = writer.defineLaunch({ ...gemm, name: 'defined while the disk hung' });
    writer.activity(late, count * 10, 5);
    const { failure } = await writer.close('ended');
    assert.match(failure ?? '', /ends early: the disk took nothing more/);

    const bytes = drain(pipe);
    closeSync(file);
    const directory = temporaryDirectory();
    putRecording(directory, testManifest(), { training: bytes });
    const timeline = readRecording(directory);
    assert.equal(timeline.damage, []);
    assert.is(countActivity(timeline) + timeline.losses.dropped, count + 1);
    assert.is(timeline.launches[1]?.name, 'defined while the disk hung');
    assert.is(timeline.producers[0]?.outcome, 'ended');
  },
);

/** Everything up to the end of the stream, which the writing thread goes on to write while it is read. */
function drain(pipe: string): Buffer {
  const reading = openSync(pipe, 'r');
  const chunks: Buffer[] = [];
  const end = Buffer.from('{"outcome":"ended","message":""}');
  while (!chunks.at(-1)?.includes(end)) {
    const chunk = Buffer.alloc(65_536);
    chunks.push(chunk.subarray(0, readSync(reading, chunk)));
  }
  closeSync(reading);
  return Buffer.concat(chunks);
}

test('a pipe in the place of a stream is passed over, not waited for', async () => {
  const { directory } = await makeRecording();
  spawnSync('mkfifo', [join(directory, 'pipe.stream')]);
  assert.equal(readRecording(directory).damage, []);
});

test('every failure of writing is one sentence that names the file', () => {
  const { ENOSPC, EFBIG, EIO } = constants.errno;
  for (const errno of [ENOSPC, EFBIG, EIO, 9999]) {
    assert.match(writeFailure(errno, '/r/a.stream'), /^[^.]*\/r\/a\.stream [^.]*\.$/);
  }
});

test('a stream that is closed twice, or closed while the process ends, is written once', async () => {
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest());
  const writer = openStream(directory, 'training');
  writer.activity(writer.defineLaunch(gemm), 0, 1);
  await Promise.all([writer.close('ended'), writer.close('failed', 'second')]);
  const timeline = readRecording(directory);
  assert.is(timeline.producers[0]?.outcome, 'ended');
  assert.is(countActivity(timeline), 1);
});

test.run();
