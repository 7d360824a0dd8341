import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { meanOfUpdates, stalenessRows } from '../../../src/analysis/replica-staleness.ts';
import { simulateAsync } from '../../../src/analysis/simulation/async.ts';
import { sharesOf } from '../../../src/analysis/simulation/rows.ts';
import { serversNeeded } from '../../../src/analysis/simulation/servers.ts';
import { StepClocks } from '../../../src/analysis/simulation/step-clocks.ts';
import { isNear, madeUpSettings } from './simulation-settings.ts';

const test = suite('simulation: async');
const times = { kind: 'lognormal', meanSeconds: 0.1, variation: 0.3 } as const;
const free = madeUpSettings().server;
const slowed = { stragglers: [{ replica: 1, factor: 2 }], share: 0, factor: 1 };

test('replicas that are alike update N - 1 times between one another’s pull and push', () => {
  for (const replicas of [2, 8, 100]) {
    const { staleness } = simulateAsync(madeUpSettings(), replicas);
    assert.equal([...(staleness ?? [])], [[replicas - 1, 90 * replicas]]);
  }
  const scattered = simulateAsync(madeUpSettings({ times, steps: 400 }), 20);
  assert.ok(isNear(meanOfUpdates(stalenessRows(scattered.staleness)), 19, 0.01));
  assert.ok(Math.max(...(scattered.staleness?.keys() ?? [])) > 25, 'it scatters where step times do');
});

test('nobody waits where servers take no time', () => {
  const { samples, seconds, parts } = simulateAsync(madeUpSettings({ times, steps: 1000 }), 16);
  assert.ok(isNear(samples / seconds, (16 * 32) / 0.1, 0.01), `${samples / seconds}`);
  assert.ok(sharesOf(parts).wait < 1e-9);
});

test('a straggler at 2x costs half of its own steps', () => {
  const { samples, seconds, parts } = simulateAsync(madeUpSettings({ slowness: slowed }), 4);
  assert.ok(isNear(samples / seconds, (3.5 * 32) / 0.1, 0.01));
  assert.ok(isNear((parts.steps[1] as number) / (parts.steps[0] as number), 0.5, 0.05));
});

test('updates a second are the lesser of what replicas make and what a server takes', () => {
  for (const replicas of [1, 2, 4, 8, 16, 64]) {
    // 20 ms for an update's bytes, each way: a replica alone makes one in 140 ms.
    const server = { ...free, bytesPerSecond: 5e9 };
    const { samples, seconds, serverBusy } = simulateAsync(madeUpSettings({ server, steps: 400 }), replicas);
    const expected = Math.min(replicas / 0.14, 50);
    assert.ok(isNear(samples / seconds / 32, expected, 0.01), `${replicas}: ${samples / seconds / 32}`);
    assert.ok(isNear(serverBusy ?? 0, expected / 50, 0.02));
  }
});

test('where applying takes longest, it is what limits', () => {
  const settings = madeUpSettings({ server: { ...free, applySeconds: 0.02 }, steps: 400 });
  const { samples, seconds } = simulateAsync(settings, 32);
  assert.ok(isNear(samples / seconds / 32, 50, 0.01));
  assert.is(serversNeeded(settings, 32, 0.1), 7);
  const carried = simulateAsync({ ...settings, server: { ...settings.server, servers: 7 } }, 32);
  assert.ok(carried.samples / carried.seconds / 32 > 300);
});

test('a queue of random arrivals and constant service waits as Pollaczek and Khinchine have it', () => {
  // Many replicas that seldom come are nearly a Poisson stream: M/D/1 waits service · load / (2 (1 - load)).
  const load = 0.7;
  const replicas = 300;
  const applySeconds = (0.1 * load) / replicas;
  const settings = madeUpSettings({
    times: { ...times, variation: 1 },
    server: { ...free, applySeconds },
    steps: 500,
  });
  const { parts } = simulateAsync(settings, replicas);
  const { wait, seconds } = sharesOf(parts);
  const steps = parts.steps.reduce((sum, own) => sum + own, 0);
  const expected = (applySeconds * load) / (2 * (1 - load));
  assert.ok(isNear((wait * seconds) / steps, expected, 0.1), `${(wait * seconds) / steps} and ${expected}`);
});

test('with a bound a straggler holds the others to its pace, and staleness ends', () => {
  const replicas = 8;
  for (const stalenessBound of [0, 1, 4]) {
    const settings = madeUpSettings({ slowness: slowed, times, server: { ...free, stalenessBound } });
    const { staleness, parts, samples, seconds } = simulateAsync(settings, replicas);
    // Between one's pull and push another makes at most the steps from as far behind to as far ahead.
    assert.ok(Math.max(...(staleness?.keys() ?? [])) <= (2 * stalenessBound + 1) * (replicas - 1));
    assert.ok(samples / seconds < (replicas * 32) / 0.19, 'all go at the pace of the straggler');
    assert.ok((parts.wait[0] as number) > 0.2 * (parts.compute[0] as number));
    assert.ok((parts.wait[1] as number) < (parts.wait[0] as number));
  }
});

test('clocks tell who is too far ahead, and when the slowest has come on', () => {
  const clocks = new StepClocks(2, 1);
  assert.not(clocks.advance(0));
  assert.ok(clocks.mayGoOn(0));
  assert.not(clocks.advance(0));
  assert.not(clocks.mayGoOn(0));
  assert.ok(clocks.advance(1));
  assert.ok(clocks.mayGoOn(0));
  const free = new StepClocks(2, null);
  for (let step = 0; step < 100; step++) free.advance(0);
  assert.ok(free.mayGoOn(0));
});

test.run();
