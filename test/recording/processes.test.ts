import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../src/model/timeline.ts';
import { RecordingReader, readRecording } from '../../src/recording/reader.ts';
import { createRecording } from '../../src/recording/recording.ts';
import { recordProgram } from '../support/recording-process.ts';
import { activityOf, countActivity, testManifest } from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: processes');

function newRecording(): string {
  const directory = join(temporaryDirectory(), 'recording');
  createRecording(directory, testManifest());
  return directory;
}

function start(
  directory: string,
  name: string,
  how: string,
  count: number,
  writeOn: 'thread' | 'loop' = 'thread',
): ChildProcess {
  return spawn(process.execPath, recordProgram(directory, name, how, count, writeOn), { stdio: 'ignore' });
}

/** Polls until `there`, which must come within half a minute. */
async function follow(reader: RecordingReader, there: () => boolean): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!there()) {
    assert.ok(performance.now() < deadline, 'it never came');
    await delay(5);
    reader.poll();
  }
}

/** That the executions of each producer are 0, 1000, … without a gap, each with its own launch. */
function expectUnbroken(timeline: Timeline): void {
  const byProducer = new Map<string, number[]>();
  for (const { launch, startNs } of activityOf(timeline)) {
    const [producer = '', , number = ''] = timeline.launches[launch]?.name.split(' ') ?? [];
    const starts = byProducer.get(producer) ?? [];
    byProducer.set(producer, starts);
    assert.is(starts.length % 3, Number(number));
    assert.is(startNs, (starts[0] ?? startNs) + starts.length * 1000);
    starts.push(startNs);
  }
}

test('several processes write at once and a reader follows them all', async () => {
  const directory = newRecording();
  const names = ['rank0', 'rank1', 'rank2'];
  const reader = new RecordingReader(directory);
  const running = names.map((name) => once(start(directory, name, 'close', 30_000), 'exit'));
  const ended = () => reader.timeline.producers.filter(({ outcome }) => outcome === 'ended').length;
  await follow(reader, () => ended() === names.length);
  await Promise.all(running);
  const timeline = reader.finish();
  assert.equal(timeline.damage, []);
  assert.is(countActivity(timeline), 90_000);
  expectUnbroken(timeline);
  assert.equal(timeline.producers.map(({ name }) => name).sort(), names);
});

for (const writeOn of ['thread', 'loop'] as const) {
  test(`a process that ends without closing its stream, or in the middle of it, keeps all of it (${writeOn})`, async () => {
    const directory = newRecording();
    const codes = await Promise.all(
      ['closing', 'crash', 'exit'].map(
        async (how) => (await once(start(directory, how, how, 100_000, writeOn), 'exit'))[0],
      ),
    );
    assert.equal(codes, [0, 1, 0]);
    const timeline = readRecording(directory);
    assert.equal(timeline.damage, []);
    assert.is(countActivity(timeline), 300_000);
    expectUnbroken(timeline);
    assert.equal(
      timeline.producers.map(({ name, outcome, message }) => [name, outcome, message]),
      [
        ['closing', 'stopped', ''],
        ['crash', 'failed', 'exit code 1'],
        ['exit', 'ended', ''],
      ],
    );
  });
}

test('a process that is killed in the middle leaves a recording that reads', async () => {
  const directory = newRecording();
  const child = start(directory, 'killed', 'forever', 0);
  const reader = new RecordingReader(directory);
  await follow(reader, () => countActivity(reader.timeline) > 20_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  reader.poll();
  const timeline = reader.finish();
  expectUnbroken(timeline);
  assert.is(timeline.producers[0]?.outcome, 'running');
  assert.is(timeline.damage.length, 1);
  assert.match(timeline.damage[0] ?? '', /^killed\.stream (has no end|was cut): /);
  assert.is(countActivity(readRecording(directory)), countActivity(timeline));
});

test.run();
