import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference } from './difference.ts';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';
import { type ReplicaPool, startPool } from './replica-pool.ts';

const test = suite('modes');

let pool: ReplicaPool;
test.before(() => {
  pool = startPool(2);
});
test.after(() => pool.stop());

type Job = Omit<ReplicaJob, 'seat'>;

async function alone(job: Job): Promise<ReplicaOutcome> {
  const [outcome] = await pool.train([job]);
  return outcome as ReplicaOutcome;
}

async function two(first: Job, second: Job = first): Promise<[ReplicaOutcome, ReplicaOutcome]> {
  return (await pool.train([first, second])) as [ReplicaOutcome, ReplicaOutcome];
}

const sumOf = (values: readonly number[] = []) => values.reduce((sum, value) => sum + value, 0);

test('async: one replica trains as without servers, however many there are and whatever the optimizer', async () => {
  for (const optimizer of ['sgd', 'momentum', 'adam'] as const) {
    const settings = { optimizer, learningRate: 0.01 };
    const servers = optimizer === 'sgd' ? 1 : 3;
    const one = await alone({ mode: null, settings });
    const served = await alone({ mode: 'async', settings, modeSettings: { servers } });
    for (const kind of ['parameters', 'statistics'] as const) {
      const error = difference(served[kind], one[kind]);
      assert.ok(error <= 1e-5, `${optimizer}, ${kind}: ${error}`);
    }
    assert.equal(served.metrics['staleness'], [0, 0, 0, 0]);
    assert.equal(served.metrics['modelVersion'], [1, 2, 3, 4]);
  }
});

test('async: two are late by what the other did, and share the steps', async () => {
  for (const modeSettings of [{}, { servers: 2, placement: 'round-robin', staleRate: 'inverse' }] as const) {
    const outcomes = await two({ mode: 'async', modeSettings, settings: { steps: 10 } });
    const staleness = outcomes.flatMap(({ metrics }) => metrics['staleness'] ?? []);
    assert.ok(Math.max(...staleness) > 0);
    const steps = outcomes.map((outcome) => outcome.steps);
    assert.ok(sumOf(steps) === 20 || sumOf(steps) === 21, `${steps}`);
    const last = Math.max(...outcomes.map(({ metrics }) => metrics['modelVersion']?.at(-1) ?? 0));
    assert.is(last, sumOf(steps));
    // Both end with what the servers hold.
    assert.equal(outcomes[0].parameters, outcomes[1].parameters);
    assert.equal(outcomes[0].statistics, outcomes[1].statistics);
  }
});

/** Steps of the other replica by the end of each step. */
function others({ metrics }: ReplicaOutcome): number[] {
  return (metrics['groupSteps'] ?? []).map((all, index) => all - (index + 1));
}

test('async: a bound holds the fast one back, and without it that runs ahead', async () => {
  const [fast, slow] = [{ mode: 'async', settings: { steps: 12 } } as const, { straggler: 4 }];
  for (const stalenessBound of [0, 2]) {
    const bounded = { ...fast, modeSettings: { stalenessBound } };
    const outcomes = await two(bounded, { ...bounded, ...slow });
    for (const outcome of outcomes) {
      assert.is(outcome.steps, 12);
      // A step that began so far ahead of the other has not ended further ahead.
      for (const [index, steps] of others(outcome).entries()) {
        assert.ok(
          index - steps <= stalenessBound,
          `step ${index + 1} beside ${steps}, bound ${stalenessBound}`,
        );
      }
    }
  }
  const [free] = await two(fast, { ...fast, ...slow });
  assert.ok(others(free).some((steps, index) => index - steps > 2));
});

test('a straggler slows itself alone', async () => {
  for (const mode of ['sync', 'async', 'local'] as const) {
    const job = { mode, settings: { steps: 4 } };
    const [sound, straggler] = await two(job, { ...job, straggler: 2 });
    assert.is(sumOf(sound.metrics['slowedSeconds']), 0);
    const slowed = straggler.metrics['slowedSeconds'] ?? [];
    assert.ok(slowed.length > 0 && slowed.every((seconds) => seconds > 0));
  }
});

test('local: averages at each step are what sync does, with plain SGD', async () => {
  const settings = { optimizer: 'sgd', learningRate: 0.05, weightDecay: 0 } as const;
  const [local] = await two({ mode: 'local', settings, modeSettings: { averageEvery: 1 } });
  const [sync] = await two({ mode: 'sync', settings });
  const error = difference(local.parameters, sync.parameters);
  assert.ok(error <= 1e-6, `${error}`);
  assert.ok(difference(local.statistics, sync.statistics) <= 1e-6);
});

test('local: replicas part between averages, and meet at the end', async () => {
  const [first, second] = await two({
    mode: 'local',
    modeSettings: { averageEvery: 2 },
    settings: { steps: 5 },
  });
  const meets = first.parametersBySteps.map((parameters, index) => {
    const other = second.parametersBySteps[index];
    return other !== undefined && difference(parameters, other) === 0;
  });
  assert.equal(meets, [false, true, false, true, false]);
  assert.equal(first.parameters, second.parameters);
  assert.equal(first.statistics, second.statistics);
  assert.equal(first.metrics['modelVersion'], [0, 1, 1, 2, 2]);
});

test.run();
