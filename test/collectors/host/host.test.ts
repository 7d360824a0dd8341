import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { busyShare, type CoreTimes, usedMemory } from '../../../collectors/host/host-figures.ts';
import { startHostCollector } from '../../../collectors/host/index.ts';
import { SampledMetrics } from '../../../collectors/sampled-metrics.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';

const test = suite('host collector');
const core = (user: number, idle: number): CoreTimes => ({ user, nice: 0, sys: 0, irq: 0, idle });

function recording() {
  const made = new MemoryRecording(describeRun('test', [], {}, []));
  return { made, writer: made.openStream('host') };
}

test('the busy share is over all cores, between two readings', () => {
  assert.is(busyShare([core(0, 0), core(0, 0)], [core(100, 0), core(0, 100)]), 0.5);
  assert.is(busyShare([core(50, 50)], [core(50, 150)]), 0);
});

test('cores that changed, or no time between, give no share rather than a wrong one', () => {
  assert.is(busyShare([core(1, 1)], [core(2, 2), core(2, 2)]), null);
  assert.is(busyShare([core(1, 1)], [core(1, 1)]), null);
  assert.is(busyShare([core(1, 9)], [core(2, 5)]), null);
});

test('whatever the counters say, a share is within 0 and 1', () => {
  const times = fc.array(
    fc.record({ user: fc.nat(), nice: fc.nat(), sys: fc.nat(), irq: fc.nat(), idle: fc.nat() }),
    {
      maxLength: 4,
    },
  );
  fc.assert(
    fc.property(times, times, (before, after) => {
      const share = busyShare(before, after);
      assert.ok(share === null || (share >= 0 && share <= 1));
    }),
  );
});

test('memory of a platform that tells nothing, or nonsense, is unknown', () => {
  assert.is(usedMemory({ total: 100, available: 40 }), 60);
  assert.is(usedMemory({ total: null, available: 40 }), null);
  assert.is(usedMemory({ total: 0, available: 0 }), null);
  assert.is(usedMemory({ total: 100, available: 140 }), null);
});

test('a figure that cannot be had is said once, and comes back when it can', async () => {
  const { made, writer } = recording();
  const series = new SampledMetrics(writer, 'cpu', 'host');
  for (const value of [null, null, 50, null]) series.put('temperatureCelsius', value, 'No sensor.');
  await writer.close('ended');
  made.poll();
  assert.is(made.timeline.absences.length, 2);
  assert.equal(made.timeline.series[0]?.values, [50]);
});

test('it samples this machine, and stops', async () => {
  const { made, writer } = recording();
  const collector = startHostCollector(writer, 'cpu', 20);
  const values = (metric: string) =>
    made.timeline.series.find(({ series }) => series.metric === metric)?.values ?? [];
  for (let look = 0; look < 500 && values('memoryUsedBytes').length < 3; look++) {
    await delay(10);
    writer.flush();
    made.poll();
  }
  collector.stop();
  assert.ok(values('util').every((share) => share >= 0 && share <= 1));
  assert.ok(values('memoryUsedBytes').every((bytes) => bytes > 1e6));
  assert.ok(values('memoryUsedBytes').length >= 3);
  await writer.close('ended');
});

test.run();
