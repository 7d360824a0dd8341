import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';
import { type ReplicaPool, startPool } from './replica-pool.ts';

const test = suite('sync');

let pool: ReplicaPool;
test.before(() => {
  pool = startPool(3);
});
test.after(() => pool.stop());

type Job = Omit<ReplicaJob, 'seat'>;

/** A group of replicas that are all alike. */
const alike = (count: number, job: Job): Promise<ReplicaOutcome[]> =>
  pool.train(Array.from({ length: count }, () => job));

const alone = async (job: Job): Promise<ReplicaOutcome> => {
  const [outcome] = await alike(1, job);
  if (outcome === undefined) throw new RangeError('no outcome');
  return outcome;
};

/** Largest difference of two arrays over the largest number of the second. */
function difference(actual: Float32Array, expected: Float32Array): number {
  assert.is(actual.length, expected.length);
  let [largest, furthest] = [0, 0];
  for (const [index, value] of expected.entries()) {
    largest = Math.max(largest, Math.abs(value));
    furthest = Math.max(furthest, Math.abs(value - (actual[index] ?? Number.NaN)));
  }
  assert.ok(largest > 0);
  return furthest / largest;
}

const optimizers = [
  { optimizer: 'momentum', learningRate: 0.05 },
  { optimizer: 'adam', learningRate: 0.002 },
] as const;

for (const settings of optimizers) {
  test(`N replicas of batch B train as one of batch N·B without normalisation: ${settings.optimizer}`, async () => {
    for (const count of [1, 2, 3]) {
      const replicas = await alike(count, {
        mode: 'sync',
        model: 'plain',
        settings: { ...settings, batchSize: 4 },
      });
      const one = await alone({
        mode: null,
        model: 'plain',
        settings: { ...settings, batchSize: 4 * count },
      });
      for (const { parameters } of replicas) {
        const error = difference(parameters, one.parameters);
        assert.ok(error <= 1e-5, `${count} replicas: ${error}`);
      }
    }
  });

  test(`so it is with a ResNet whose normalisations are synchronised: ${settings.optimizer}`, async () => {
    for (const count of [1, 2, 3]) {
      const modeSettings = { batchNorm: 'synchronised' } as const;
      const replicas = await alike(count, {
        mode: 'sync',
        modeSettings,
        settings: { ...settings, batchSize: 4 },
      });
      const one = await alone({ mode: null, settings: { ...settings, batchSize: 4 * count } });
      for (const { parameters, statistics } of replicas) {
        const errors = [difference(parameters, one.parameters), difference(statistics, one.statistics)];
        assert.ok(Math.max(...errors) <= 1e-4, `${count} replicas: ${errors}`);
      }
    }
  });

  test(`with normalisations of their own it is the sum of as many small batches: ${settings.optimizer}`, async () => {
    for (const count of [2, 3]) {
      const replicas = await alike(count, { mode: 'sync', settings: { ...settings, batchSize: 4 } });
      const one = await alone({
        mode: null,
        microBatches: count,
        settings: { ...settings, batchSize: 4 * count },
      });
      const error = difference(replicas[0]?.parameters ?? new Float32Array(0), one.parameters);
      assert.ok(error <= 1e-4, `${count} replicas: ${error}`);
    }
  });
}

test.run();
