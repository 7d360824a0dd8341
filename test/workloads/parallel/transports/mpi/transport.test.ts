import { hostname } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { needs } from '../../../../support/needs.ts';
import { temporaryDirectory } from '../../../../support/temporary.ts';
import { endThreads, playAll, resultOf } from '../shared-memory/group.ts';
import type { Averaged, Averaging } from '../shared-memory/scenarios.ts';
import { type Played, playJob } from './job.ts';
import { pretendVariable } from './plan.ts';

const test = suite('MPI');
test.after(endThreads);
const testWithMpi = needs('mpirun', test);

const averaging: Averaging = { lengths: [1, 7, 1000, 300_001], rounds: 4 };
const counting = { times: 60, lengths: [33, 5, 20_000, 1] };
const bounded = { steps: 30, bound: 2 };
const three = <Name>(scenario: Name): Name[] => [scenario, scenario, scenario];

/** One job for all: most of its time is that of starting three processes. */
let job: Promise<Played> | null = null;
const played = () => {
  job ??= playJob(3, [
    { scenarios: three('average'), input: averaging },
    { scenarios: ['average', 'average'], input: averaging },
    { scenarios: three('averageBackwards'), input: averaging },
    { scenarios: three('count'), input: counting },
    { scenarios: three('boundedSteps'), input: bounded },
    { scenarios: three('agree'), input: three({ model: 'resnet20' }) },
    { scenarios: three('initialOf') },
    { scenarios: ['sleep'] },
  ]);
  return job;
};
const resultsOf = async <T>(plan: number) =>
  (await played()).of(plan).map((outcome) => outcome && resultOf(outcome)) as readonly T[];

testWithMpi('every rank begins, and all end well', async () => {
  const { code, stderr, pids, machines } = await played();
  assert.is(code, 0, stderr);
  assert.is(pids.length, 3);
  assert.equal(machines, three(hostname()));
});

testWithMpi('a rank gets the file of another', async () => {
  const { of } = await played();
  const [received, , sent] = of(-2).map((outcome) => outcome && resultOf(outcome));
  assert.is(sent, received);
});

testWithMpi('every rank reads the same bits of an average, and they are the mean', async () => {
  for (const plan of [0, 1]) {
    const averaged = await resultsOf<Averaged>(plan);
    assert.is(averaged.length, plan === 0 ? 3 : 2);
    for (const { checksums, ofAll } of averaged) {
      assert.is(ofAll, averaging.rounds * averaging.lengths.length);
      assert.equal(checksums, averaged[0]?.checksums);
    }
  }
});

testWithMpi('two ranks average to the bits that two threads come to', async () => {
  const [overMpi] = await resultsOf<Averaged>(1);
  const [inMemory] = (await playAll(2, 'average', averaging)).map(resultOf) as Averaged[];
  assert.equal(overMpi?.checksums, inMemory?.checksums);
});

testWithMpi('ranks may hand their buckets in in another order each', async () => {
  for (const means of await resultsOf(2)) assert.equal(means, [1, 11, 21, 31]);
});

testWithMpi('servers lose no change, and nobody reads half of one', async () => {
  const [first, ...others] = await resultsOf<{ halves: number; rises: boolean }>(3);
  const changes = counting.lengths.map(() => 3 * counting.times);
  assert.equal(first, { values: changes, versions: changes, halves: 0, rises: true });
  assert.equal(others, [first, first]);
});

testWithMpi('servers begin with what the lowest rank hands in', async () => {
  for (const values of await resultsOf(6)) assert.equal(values, [1, 1]);
});

testWithMpi('no rank gets further ahead of the slowest than it may', async () => {
  for (const { ahead, progress } of await resultsOf<{ ahead: number; progress: object }>(4)) {
    assert.ok(ahead <= bounded.bound, `${ahead} ahead`);
    assert.equal(progress, { groupSteps: 3 * bounded.steps, slowestSteps: bounded.steps });
  }
});

testWithMpi('ranks that are alike agree', async () => {
  assert.is((await resultsOf(5)).length, 3);
});

testWithMpi('ranks without a part wait for the others', async () => {
  assert.equal(await resultsOf(7), [{ waitSeconds: 0, communicateSeconds: 0 }]);
});

/** What Open MPI does between machines, and takes this one for. */
const betweenMachines = {
  OMPI_MCA_btl: 'self,tcp',
  OMPI_MCA_osc: 'pt2pt',
  [pretendVariable]: JSON.stringify({ OMPI_COMM_WORLD_LOCAL_SIZE: '1' }),
};

testWithMpi('between machines a rank that computes still serves what it holds', async () => {
  const input = join(temporaryDirectory(), 'signal');
  const scenario = 'changeWhileHostComputes';
  const { of } = await playJob(2, [{ scenarios: [scenario, scenario], input }], betweenMachines);
  assert.equal(
    of(0).map((outcome) => outcome && resultOf(outcome)),
    [true, true],
  );
});

test.run();
