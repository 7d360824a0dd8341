import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { difference } from './difference.ts';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';
import { type ReplicaPool, startPool } from './replica-pool.ts';

const test = suite('sync');

let pool: ReplicaPool;
test.before(() => {
  pool = startPool(3);
});
test.after(() => pool.stop());

const optimizers = [
  { optimizer: 'momentum', learningRate: 0.05, steps: 3 },
  { optimizer: 'adam', learningRate: 0.002, steps: 3 },
] as const;

/** The first of a group of replicas that train alike, and how far the others are from it. */
async function group(count: number, job: Omit<ReplicaJob, 'seat'>): Promise<ReplicaOutcome> {
  const [first, ...others] = await pool.train(Array.from({ length: count }, () => job));
  if (first === undefined) throw new RangeError('a group of none');
  for (const { parametersBySteps, statistics } of others) {
    assert.equal(parametersBySteps, first.parametersBySteps, 'the same bits after each step');
    assert.equal(statistics, first.statistics);
  }
  return first;
}

for (const settings of optimizers) {
  const { optimizer } = settings;
  const ofBatch = (batchSize: number) => ({ ...settings, batchSize });

  test(`${optimizer}: N replicas of batch B train as one of batch N·B`, async () => {
    for (const count of [1, 2, 3]) {
      const many = await group(count, { mode: 'sync', model: 'plain', settings: ofBatch(4) });
      const one = await group(1, { mode: null, model: 'plain', settings: ofBatch(4 * count) });
      const error = difference(many.parameters, one.parameters);
      assert.ok(error <= 1e-6, `${count} replicas: ${error}`);
    }
  });

  test(`${optimizer}: so do those whose normalisations are synchronised, and no others`, async () => {
    for (const count of [1, 2, 3]) {
      const batchNorm = (kind: 'local' | 'synchronised') =>
        group(count, { mode: 'sync', modeSettings: { batchNorm: kind }, settings: ofBatch(4) });
      const one = await group(1, { mode: null, settings: ofBatch(4 * count) });
      const many = await batchNorm('synchronised');
      const errors = [
        difference(many.parameters, one.parameters),
        difference(many.statistics, one.statistics),
      ];
      assert.ok(Math.max(...errors) <= 1e-5, `${count} replicas: ${errors}`);
      if (count !== 2) continue;
      const local = await batchNorm('local');
      assert.ok(difference(local.parameters, one.parameters) > 1e-3);
    }
  });

  test(`${optimizer}: with normalisations of their own they train as one of N small batches`, async () => {
    for (const count of [2, 3]) {
      const many = await group(count, { mode: 'sync', settings: ofBatch(4) });
      const one = await group(1, { mode: null, microBatches: count, settings: ofBatch(4 * count) });
      const error = difference(many.parameters, one.parameters);
      assert.ok(error <= 1e-5, `${count} replicas: ${error}`);
    }
  });
}

test('buckets and overlap change nothing, also where a variable is used twice or a step has several passes', async () => {
  // Gradients of several backward passes are complete after the last of them.
  const jobs = [{ model: 'plain' }, { model: 'resnet' }, { model: 'plain', microBatches: 2 }] as const;
  for (const job of jobs) {
    const train = async (bucketBytes: number, overlap: boolean) =>
      (await group(2, { ...job, mode: 'sync', modeSettings: { bucketBytes, overlap } })).parameters;
    const whole = await train(2 ** 20, false);
    for (const bucketBytes of [4, 4096, 2 ** 20]) assert.equal(await train(bucketBytes, true), whole);
  }
});

test('a step tells of no staleness, of its version and of what it spent', async () => {
  const { metrics } = await group(2, { mode: 'sync' });
  assert.equal(metrics['staleness'], [0, 0, 0, 0]);
  assert.equal(metrics['modelVersion'], [1, 2, 3, 4]);
  // The other may not have counted this step yet.
  const all = metrics['groupSteps'] ?? [];
  assert.is(all.length, 4);
  for (const [index, steps] of all.entries()) assert.ok(2 * index + 1 <= steps && steps <= 2 * index + 2);
  assert.ok(metrics['waitSeconds']?.every((seconds) => seconds >= 0));
  assert.ok(metrics['communicateSeconds']?.every((seconds) => seconds > 0));
});

test.run();
