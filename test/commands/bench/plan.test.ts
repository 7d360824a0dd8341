import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  checkReplicas,
  defaultReplicas,
  defaultThreads,
  planRuns,
  sharingNotes,
  titleOf,
  warmUpStepsOf,
} from '../../../src/commands/bench/plan.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';

const test = suite('plan of a benchmark');
const asked = { modes: ['sync', 'async'], describe: (mode: string) => `as ${mode} does` } as const;

test('each round has every configuration once, one replica alone among them, every other round backwards', () => {
  const runs = planRuns({ ...asked, replicas: [2, 4], rounds: 2 });
  const names = (round: number) =>
    runs.filter((run) => run.round === round).map(({ recording }) => recording);
  assert.equal(names(1), ['single-1.1', 'sync-2.1', 'async-2.1', 'sync-4.1', 'async-4.1']);
  assert.equal(names(2), ['async-4.2', 'sync-4.2', 'async-2.2', 'sync-2.2', 'single-1.2']);
  assert.equal(
    runs.map(({ round }) => round),
    [1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
  );
  assert.is(runs.find(({ recording }) => recording === 'sync-4.2')?.modeSettings, 'as sync does');
  assert.is(titleOf(runs, 6, 2), 'bench sync, 4 replicas, round 2 of 2 (7 of 10)');
});

test('a configuration has one label in all rounds, unlike all others', () => {
  const runs = planRuns({ ...asked, replicas: [1, 2, 3], rounds: 3 });
  const labels = new Set(runs.map(({ label }) => label));
  assert.equal(
    [...labels],
    ['single', 'sync, 2 replicas', 'async, 2 replicas', 'sync, 3 replicas', 'async, 3 replicas'],
  );
  for (const label of labels) assert.is(runs.filter((run) => run.label === label).length, 3, label);
});

test('threads are dealt out for the most replicas, and never none', () => {
  assert.equal(defaultReplicas(1), [1]);
  assert.equal(defaultReplicas(8), [1, 2]);
  assert.is(defaultThreads(8, 2), 4);
  assert.is(defaultThreads(2, 3), 1);
});

test('a short run keeps steps that count', () => {
  assert.equal([1, 3, 6, 30, 1000].map(warmUpStepsOf), [0, 1, 2, 5, 5]);
});

test('what replicas share is told, and nothing where each has its own', () => {
  assert.equal(sharingNotes(2, 1, { cores: 2, gpus: null }), []);
  assert.match(
    sharingNotes(3, 1, { cores: 2, gpus: null }).join(),
    /3 replicas of 1 thread and 2 cores .* share cores/,
  );
  assert.match(sharingNotes(2, 4, { cores: 4, gpus: null }).join(), /2 replicas of 4 threads and 4 cores/);
  assert.equal(sharingNotes(2, 8, { cores: 1, gpus: 2 }), [], 'what computes on GPUs needs no core each');
  assert.match(sharingNotes(2, 1, { cores: 8, gpus: 1 }).join(), /2 replicas and 1 GPU .* --adapter/);
});

test('a replica that is not there is refused, and it says which there are', () => {
  checkReplicas('--straggler', [{ replica: 1 }], 2);
  const refused = (most: number) => () =>
    checkReplicas('--straggler', [{ replica: 0 }, { replica: 2 }], most);
  assert.throws(
    refused(2),
    (error: unknown) =>
      error instanceof WarpwatchError &&
      error.code === 'usage' &&
      /--straggler names replica 2, and they are numbered 0 to 1/.test(error.message),
  );
  assert.throws(refused(1), /there is one alone/);
});

test.run();
