import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readRecording } from '../../src/recording/reader.ts';
import { endings, parseResult, runOf, smallBench } from '../support/bench-cli.ts';
import { warpwatch } from '../support/cli.ts';
import { mpirunWarpwatch } from '../support/mpirun.ts';
import { needs } from '../support/needs.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('bench over MPI');
const testWithMpi = needs('mpirun', test);
const directory = temporaryDirectory();
const small = ['bench', '--steps', '3', ...smallBench, '--replicas', '2', '--json'];
const overMpi = [...small, '--transport', 'mpi'];
const both = (...words: readonly string[]) => mpirunWarpwatch([...overMpi, ...words], [...overMpi, ...words]);

testWithMpi('two ranks come to the weights that two threads come to, and async trains too', async () => {
  const path = join(directory, 'whole');
  const [mpi, threads] = await Promise.all([
    both('--modes', 'sync,async', '--record', path),
    warpwatch([...small, '--modes', 'sync', '--record', join(directory, 'threads')]),
  ]);
  assert.is(mpi.code, 0, mpi.stderr);
  assert.is(threads.code, 0, threads.stderr);
  const result = parseResult(mpi.stdout);
  const [sync, inMemory] = [result, parseResult(threads.stdout)].map((each) =>
    runOf(each, 'sync, 2 replicas'),
  );
  assert.equal(sync?.rounds[0]?.parameterChecksums, inMemory?.rounds[0]?.parameterChecksums);
  assert.is(new Set(sync?.rounds[0]?.parameterChecksums).size, 1);
  assert.equal(endings(runOf(result, 'async, 2 replicas')), [['ended', '']]);
  const timeline = readRecording(join(path, 'async-2.1'));
  assert.equal(timeline.damage, []);
  assert.ok(timeline.steps.length >= 6, 'the ranks share the steps of the group, whoever makes them');
  assert.equal(
    timeline.ranks.map(({ rank, worldSize }) => [rank, worldSize]),
    [0, 1].map((rank) => [rank, 2]),
  );
});

testWithMpi('a rank that crashes ends the benchmark, and what was recorded is told', async () => {
  const path = join(directory, 'crash');
  const { code, stdout, stderr } = await both('--fault-replica', '1:crash@2', '--record', path);
  assert.is(code, 1, stderr);
  const lost = 'Replica 1 is lost: It crashed on purpose at step 2.';
  const result = parseResult(stdout);
  assert.equal(endings(runOf(result, 'single')), [['ended', '']]);
  assert.equal(endings(runOf(result, 'sync, 2 replicas')), [['failed', lost]]);
  assert.match(
    stderr,
    /Over MPI nothing can be run after a loss: the runs that were to follow are left out\./,
  );
  assert.equal(readRecording(join(path, 'sync-2.1')).damage, []);
});

testWithMpi('ranks that were asked for other things say in what, once', async () => {
  const { code, stdout, stderr } = await mpirunWarpwatch(overMpi, [...overMpi, '--batch', '8']);
  assert.is(code, 2, stderr);
  assert.is(stdout, '');
  const sentence = 'Replica 1 has --batch 8, replica 0 has 4: start all of them alike.';
  assert.is(stderr.split(sentence).length - 1, 1, stderr);
});

testWithMpi('more replicas than ranks are a sentence', async () => {
  const { code, stderr } = await both('--replicas', '3');
  assert.is(code, 2, stderr);
  assert.match(stderr, /mpirun started 2 for 3 replicas: start it with -np 3\./);
});

test('without mpirun it says how to start it', async () => {
  const { code, stderr } = await warpwatch(overMpi);
  assert.is(code, 2);
  assert.match(stderr, /start it as `mpirun -np 2 warpwatch bench --transport mpi …`/);
});

test.run();
