import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBench } from '../../src/analysis/bench/read.ts';
import { parallelMarks } from '../../src/model/parallel.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { childrenOf, endings, isThere, parseResult, runOf, smallBench } from '../support/bench-cli.ts';
import { finish, startWarpwatch, until, warpwatch } from '../support/cli.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('bench: what is lost on the way');
const directory = temporaryDirectory();
const two = ['bench', '--replicas', '2', ...smallBench];

test('a replica that crashes ends its run in sync, while async and the runs after it go on', async () => {
  const path = join(directory, 'crash');
  const words = [
    '--steps',
    '3',
    '--modes',
    'sync,async',
    '--fault-replica',
    '1:crash@2',
    '--record',
    path,
    '--json',
  ];
  const { code, stdout, stderr } = await warpwatch([...two, ...words]);
  assert.is(code, 1, stderr);
  const lost = 'Replica 1 is lost: It crashed on purpose at step 2.';
  const result = parseResult(stdout);
  assert.equal(endings(runOf(result, 'single')), [['ended', '']]);
  assert.equal(endings(runOf(result, 'sync, 2 replicas')), [['failed', lost]]);
  assert.equal(endings(runOf(result, 'async, 2 replicas')), [
    ['ended', `${lost} The others went on without.`],
  ]);
  for (const name of ['sync', 'async'])
    assert.ok(stderr.includes(`${name}, 2 replicas, round 1: ${lost}`), stderr);
  const timeline = readRecording(join(path, 'async-2.1'));
  const marks = timeline.marks.filter(({ name }) => name === parallelMarks.replicaLost);
  assert.equal(
    marks.map(({ text }) => text),
    [lost],
  );
  assert.is(timeline.workload?.fault, 'replica 1 crashes at step 2', 'what is done on purpose is labelled');
  const steps = (rank: number) => timeline.steps.filter((step) => step.rank === rank).length;
  assert.ok(steps(0) >= 3 && steps(1) === 1, `the others go on: ${steps(0)} steps, ${steps(1)} of the lost`);
});

test('a replica that hangs is lost after the deadline, and with --on-loss continue the others go on', async () => {
  const path = join(directory, 'hang');
  const fault = ['--fault-replica', '0:hang@2', '--deadline', '5', '--on-loss', 'continue'];
  const { code, stderr } = await warpwatch([
    ...two,
    ...['--steps', '3', '--modes', 'sync', ...fault, '--record', path, '--plain'],
  ]);
  assert.is(code, 0, stderr);
  const why =
    /^Replica 0 is lost: It showed no sign of life for 5 s; .*--deadline\. The others went on without\.$/;
  const [ending] = endings(runOf(readBench(path), 'sync, 2 replicas'));
  assert.is(ending?.[0], 'ended');
  assert.match(ending?.[1] ?? '', why);
  const survivor = readRecording(join(path, 'sync-2.1')).producers.find(({ name }) => name === 'replica1');
  assert.is(survivor?.outcome, 'ended');
});

test('a process of replicas that is killed fails its run alone; Ctrl-C keeps what there is, and nothing stays behind', async () => {
  const path = join(directory, 'killed');
  const words = ['--steps', '5000', '--modes', 'sync', '--record', path, '--json'];
  const bench = startWarpwatch([...two, ...words]);
  const end = finish(bench);
  const hasBegun = (name: string) => {
    try {
      return readRecording(join(path, name)).steps.length > 0;
    } catch {
      return false;
    }
  };
  await until(() => hasBegun('single-1.1'), 'the first run');
  const [first = 0] = childrenOf(bench.pid);
  process.kill(first, 'SIGKILL');
  await until(() => hasBegun('sync-2.1'), 'the second run');
  const [second = 0] = childrenOf(bench.pid);
  bench.kill('SIGINT');
  const { code, stdout, stderr } = await end;
  assert.is(code, 130, stderr);
  const result = parseResult(stdout);
  assert.match(
    endings(runOf(result, 'single')).join(),
    /^failed,the training process ended early \(SIGKILL\)/,
  );
  assert.equal(endings(runOf(result, 'sync, 2 replicas')), [['stopped', '']]);
  for (const name of ['replica0', 'replica1']) {
    const producer = readRecording(join(path, 'sync-2.1')).producers.find((each) => each.name === name);
    assert.is(producer?.outcome, 'stopped', name);
  }
  assert.ok(first !== second && ![first, second].some(isThere), 'both processes are gone');
});

test('replicas end where their command is killed', async () => {
  const path = join(directory, 'orphan');
  const bench = startWarpwatch([...two, '--steps', '5000', '--modes', 'sync', '--record', path, '--plain']);
  const end = finish(bench);
  await until(() => childrenOf(bench.pid).length > 0, 'the process of replicas');
  const [child = 0] = childrenOf(bench.pid);
  bench.kill('SIGKILL');
  await end;
  await until(() => !isThere(child), 'the end of the process of replicas');
});

test.run();
