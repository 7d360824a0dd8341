import { cpSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { followRuns } from '../../../src/commands/serve/runs.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { createRecording, openStream } from '../../../src/recording/recording.ts';
import { until } from '../../support/cli.ts';
import { gemm, gpu0, resnet } from '../../support/recordings.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('runs that are being recorded');

/** A directory of runs, a clock that the test moves, and what was told. */
function followed() {
  const directory = temporaryDirectory();
  const told: string[] = [];
  let later = 0;
  const runs = () =>
    followRuns(directory, { tell: (text) => told.push(text), now: () => Date.now() + later });
  return {
    directory,
    told,
    runs,
    pass: (seconds: number) => {
      later += seconds * 1e3;
    },
  };
}

function begin(path: string) {
  createRecording(path, describeRun('train.py', ['python3', 'train.py'], {}, [gpu0]));
  const writer = openStream(path, 'training', 'loop');
  writer.workload(resnet);
  const kernel = writer.defineLaunch(gemm);
  return { writer, kernel };
}

test('a run comes when it is recorded, grows, and goes a while after its end', async () => {
  const { directory, told, runs: open, pass } = followed();
  const runs = open();
  runs.keepUp();
  assert.equal(runs.moments(), []);
  const { writer, kernel } = begin(join(directory, 'bench/sync/first'));
  writer.activity(kernel, 1000, 1e9);
  writer.flush();
  pass(6);
  const seconds = () => {
    runs.keepUp();
    return runs.moments()[0]?.snapshot.kernels[0]?.totalSeconds;
  };
  await until(() => seconds() === 1, 'the first kernel');
  assert.equal(
    runs.moments().map(({ name }) => name),
    ['bench/sync/first'],
  );
  writer.activity(kernel, 2e9, 2e9);
  await writer.close('ended');
  assert.is(seconds(), 3, 'a counter goes on from where it was');
  assert.is(runs.moments()[0]?.snapshot.state, 'ended');
  assert.is.not(runs.moments()[0]?.snapshot.details.ranks, null);
  pass(120);
  runs.keepUp();
  assert.equal(runs.moments(), []);
  assert.equal(told, []);
  runs.close();
});

test('what was recorded long ago is left alone, and what is damaged is told once', async () => {
  const { directory, told, runs: open, pass } = followed();
  const old = join(directory, 'old');
  await begin(old).writer.close('ended');
  const longAgo = new Date(Date.now() - 1e7);
  for (const path of [join(old, 'training.stream'), old]) utimesSync(path, longAgo, longAgo);
  mkdirSync(join(directory, 'broken'));
  writeFileSync(join(directory, 'broken/manifest.json'), '{');
  mkdirSync(join(directory, 'no recording'));
  writeFileSync(join(directory, 'a file'), '');
  const runs = open();
  for (let look = 0; look < 3; look++) {
    runs.keepUp();
    pass(6);
  }
  assert.equal(runs.moments(), []);
  assert.is(told.length, 1, told.join('\n'));
  assert.match(told[0] ?? '', /broken.* This recording is left out\.$/);
  runs.close();
});

test('a run whose directory goes is told of, and the others stay', async () => {
  const { directory, told, runs: open } = followed();
  const gone = begin(join(directory, 'gone')).writer;
  await begin(join(directory, 'stays')).writer.close('ended');
  const runs = open();
  runs.keepUp();
  await gone.close('ended');
  rmSync(join(directory, 'gone'), { recursive: true });
  const names = () => runs.moments().map(({ name }) => name);
  assert.equal(names(), ['stays'], 'asked before the next look');
  runs.keepUp();
  assert.equal(names(), ['stays']);
  assert.is(told.length, 1);
  runs.close();
});

test('no more than sixteen are followed, which is told once, and runs that change leave nothing behind', async () => {
  const { directory, told, runs: open, pass } = followed();
  const first = join(directory, 'run-00');
  await begin(first).writer.close('ended');
  for (let n = 1; n < 20; n++)
    cpSync(first, join(directory, `run-${String(n).padStart(2, '0')}`), { recursive: true });
  const runs = open();
  for (let look = 0; look < 3; look++) {
    runs.keepUp();
    pass(6);
  }
  assert.is(runs.moments().length, 16);
  assert.is(told.length, 1, told.join('\n'));
  assert.match(told[0] ?? '', /20 recordings are being written .*; 16 are followed/);
  pass(100);
  runs.keepUp();
  assert.equal(runs.moments(), []);
  runs.close();
});

test('a directory that is not there is an error at once', () => {
  assert.throws(
    () => followRuns('/nonexistent/runs', { tell: () => undefined }),
    /cannot be read for recordings/,
  );
});

test.run();
