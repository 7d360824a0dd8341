import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { allReduce } from '../../../src/analysis/simulation/collectives.ts';
import { simulateLocal, simulateSingle, simulateSync } from '../../../src/analysis/simulation/lockstep.ts';
import { sharesOf } from '../../../src/analysis/simulation/rows.ts';
import { isNear, madeUpSettings } from './simulation-settings.ts';

const test = suite('simulation: sync and local');
const link = { bytesPerSecond: 10e9, latencySeconds: 10e-6 };
const cluster = { gpusPerNode: 8, inside: link, between: link };

/** Mean of the largest of `count` lognormal values: the integral of the chance that one is larger still. */
function expectedMaximum(count: number, mean: number, variation: number): number {
  const deviation = Math.sqrt(Math.log(1 + variation ** 2));
  const location = Math.log(mean) - deviation ** 2 / 2;
  const below = (value: number): number => normalShare((Math.log(value) - location) / deviation);
  const [to, parts] = [mean * Math.exp(8 * deviation), 20_000];
  let sum = 0;
  for (let part = 0; part < parts; part++) sum += 1 - below(((part + 0.5) * to) / parts) ** count;
  return (sum * to) / parts;
}

/** Of a Gaussian below z (Abramowitz and Stegun 26.2.17, within 7.5e-8). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z > 0 ? 1 - tail : tail;
}

test('a step of sync takes as long as the slowest of N, as order statistics have it', () => {
  for (const replicas of [2, 16, 256]) {
    const times = { kind: 'lognormal', meanSeconds: 0.1, variation: 0.2 } as const;
    const { seconds } = simulateSync(madeUpSettings({ times, steps: 2000, warmUpSteps: 0 }), replicas);
    const expected = expectedMaximum(replicas, 0.1, 0.2);
    assert.ok(isNear(seconds / 2000, expected, 0.01), `${replicas}: ${seconds / 2000} and ${expected}`);
  }
});

test('without overlap an average comes on top, bucket by bucket', () => {
  const settings = madeUpSettings({ cluster, backwardShare: 0 });
  const { seconds, parts } = simulateSync(settings, 8);
  const average = 4 * allReduce(25e6, 8, settings).seconds;
  assert.ok(isNear(seconds, 90 * (0.1 + average)));
  assert.ok(isNear(sharesOf(parts).communicate, average / (0.1 + average)));
});

test('an average that the backward pass hides costs its last bucket alone', () => {
  const settings = madeUpSettings({ cluster });
  const bucket = allReduce(25e6, 8, settings).seconds;
  // Buckets are there at 62.5, 75, 87.5 and 100 ms, and an average takes less than the 12.5 ms between.
  assert.ok(bucket < 0.0125);
  assert.ok(isNear(simulateSync(settings, 8).seconds, 90 * (0.1 + bucket)));
});

test('averages that take longer than the backward pass queue up from the first bucket on', () => {
  const settings = madeUpSettings({
    cluster: { ...cluster, inside: { bytesPerSecond: 1e9, latencySeconds: 0 } },
  });
  const bucket = allReduce(25e6, 8, settings).seconds;
  assert.ok(isNear(simulateSync(settings, 8).seconds, 90 * (0.0625 + 4 * bucket)));
});

test('the last bucket may be smaller', () => {
  const settings = madeUpSettings({ cluster, backwardShare: 0, bucketBytes: 30e6 });
  const averages = 3 * allReduce(30e6, 4, settings).seconds + allReduce(10e6, 4, settings).seconds;
  assert.ok(isNear(simulateSync(settings, 4).seconds, 90 * (0.1 + averages)));
});

test('a straggler at 2x halves sync, and the others wait for it', () => {
  const slowness = { stragglers: [{ replica: 1, factor: 2 }], share: 0, factor: 1 };
  const { seconds, samples, parts } = simulateSync(madeUpSettings({ slowness }), 4);
  assert.ok(isNear(samples / seconds, (4 * 32) / 0.2));
  assert.equal(
    [...parts.wait].map((wait) => wait > 0),
    [true, false, true, true],
  );
  const shares = sharesOf(parts);
  assert.ok(isNear(shares.wait, 3 / 8) && isNear(shares.slowed, 1 / 8));
});

test('local waits for the slowest sum of steps, and averages once in so many', () => {
  const settings = madeUpSettings({ cluster });
  const average = allReduce(100e6, 4, settings).seconds;
  assert.ok(isNear(simulateLocal(settings, 4).seconds, 18 * (5 * 0.1 + average)));
  const times = { kind: 'lognormal', meanSeconds: 0.1, variation: 0.2 } as const;
  const often = simulateLocal(madeUpSettings({ times, averageEvery: 1 }), 16);
  const seldom = simulateLocal(madeUpSettings({ times, averageEvery: 10 }), 16);
  assert.ok(sharesOf(seldom.parts).wait < 0.5 * sharesOf(often.parts).wait);
  const uneven = simulateLocal(madeUpSettings({ averageEvery: 7 }), 4);
  assert.is(uneven.samples, 90 * 4 * 32);
  assert.equal([...uneven.parts.steps], [90, 90, 90, 90]);
});

test('one replica alone computes and nothing else, whatever its stragglers', () => {
  const slowness = { stragglers: [{ replica: 0, factor: 2 }], share: 1, factor: 3 };
  const { seconds, parts } = simulateSingle(madeUpSettings({ slowness, cluster }));
  assert.ok(isNear(seconds, 9));
  assert.is(sharesOf(parts).compute, 1);
});

test.run();
