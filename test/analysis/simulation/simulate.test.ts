import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { algorithms } from '../../../src/analysis/simulation/collectives.ts';
import { sharesOf } from '../../../src/analysis/simulation/rows.ts';
import type { SimulationSettings } from '../../../src/analysis/simulation/settings.ts';
import { simulatedModes, simulateRun, sizesUpTo, sweep } from '../../../src/analysis/simulation/simulate.ts';
import type { StepTimes } from '../../../src/analysis/simulation/step-times.ts';
import { isNear, madeUpSettings } from './simulation-settings.ts';

const test = suite('simulation: properties');

const anyTimes: fc.Arbitrary<StepTimes> = fc.oneof(
  fc.record({
    kind: fc.constant('constant' as const),
    meanSeconds: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('lognormal' as const),
    meanSeconds: fc.double({ min: 1e-3, max: 1, noNaN: true }),
    variation: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
);

const anySettings: fc.Arbitrary<SimulationSettings> = fc
  .record({
    times: anyTimes,
    algorithm: fc.constantFrom(...algorithms),
    bytesPerSecond: fc.double({ min: 1e8, max: 1e12, noNaN: true }),
    latencySeconds: fc.double({ min: 0, max: 1e-3, noNaN: true }),
    gpusPerNode: fc.integer({ min: 1, max: 8 }),
    backwardShare: fc.double({ min: 0, max: 1, noNaN: true }),
    bucketBytes: fc.double({ min: 5e6, max: 2e8, noNaN: true }),
    averageEvery: fc.integer({ min: 1, max: 12 }),
    stalenessBound: fc.option(fc.nat(5)),
    servers: fc.option(fc.integer({ min: 1, max: 8 })),
    applySeconds: fc.double({ min: 0, max: 0.02, noNaN: true }),
    slowShare: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
  })
  .map((any) => {
    const { bytesPerSecond, latencySeconds, gpusPerNode, stalenessBound, servers, applySeconds } = any;
    const link = { bytesPerSecond, latencySeconds };
    return madeUpSettings({
      ...any,
      steps: 40,
      warmUpSteps: 4,
      cluster: { gpusPerNode, inside: link, between: { ...link, bytesPerSecond: bytesPerSecond / 4 } },
      slowness: { stragglers: [], share: any.slowShare, factor: 1.5 },
      server: { servers, bytesPerSecond, applySeconds, stalenessBound },
    });
  });
const anyMode = fc.constantFrom(...simulatedModes);
const anyReplicas = fc.integer({ min: 1, max: 40 });

test('shares add up to 1, and samples to steps of all replicas', () => {
  fc.assert(
    fc.property(anySettings, anyMode, anyReplicas, (settings, mode, replicas) => {
      const { outcome, samplesPerSecond, efficiency } = simulateRun(settings, mode, replicas);
      const shares = sharesOf(outcome.parts);
      for (const part of ['compute', 'wait', 'communicate', 'slowed'] as const) {
        assert.ok(shares[part] >= 0 && shares[part] <= 1, part);
      }
      assert.ok(isNear(shares.compute + shares.wait + shares.communicate, 1));
      assert.ok(shares.slowed <= shares.compute);
      assert.is(outcome.samples, 36 * replicas * settings.batchSize);
      if (outcome.staleness !== null) {
        assert.is(
          [...outcome.staleness.values()].reduce((sum, updates) => sum + updates, 0),
          36 * replicas,
        );
      }
      assert.ok(samplesPerSecond > 0 && efficiency > 0);
    }),
  );
});

test('the same seed gives the same to the bit', () => {
  fc.assert(
    fc.property(anySettings, anyMode, anyReplicas, (settings, mode, replicas) => {
      assert.equal(simulateRun(settings, mode, replicas), simulateRun(settings, mode, replicas));
    }),
    { numRuns: 30 },
  );
});

test('one replica has efficiency 1 and waits for nobody', () => {
  fc.assert(
    fc.property(anySettings, anyMode, (settings, mode) => {
      const { outcome, efficiency } = simulateRun(settings, mode, 1);
      assert.is(efficiency, 1);
      assert.is(outcome.mode, 'single');
      assert.equal([sharesOf(outcome.parts).wait, sharesOf(outcome.parts).communicate], [0, 0]);
    }),
  );
});

test('more bandwidth is never slower', () => {
  const wider = (settings: SimulationSettings): SimulationSettings => {
    const { cluster, server } = settings;
    const double = <T extends { readonly bytesPerSecond: number }>(link: T): T => ({
      ...link,
      bytesPerSecond: 2 * link.bytesPerSecond,
    });
    return {
      ...settings,
      cluster: { ...cluster, inside: double(cluster.inside), between: double(cluster.between) },
      server: double(server),
    };
  };
  fc.assert(
    fc.property(anySettings, anyMode, anyReplicas, (settings, mode, replicas) => {
      const [narrow, wide] = [settings, wider(settings)].map((own) => simulateRun(own, mode, replicas));
      // Who comes first to a server is another one then, and in few steps that makes a little.
      const luck = mode === 'async' ? 0.05 : 1e-9;
      assert.ok((wide?.samplesPerSecond ?? 0) >= (narrow?.samplesPerSecond ?? 0) * (1 - luck));
    }),
  );
});

test('a sweep has one replica alone once, and each mode with the others', () => {
  assert.equal(sizesUpTo(1), [1]);
  assert.equal(sizesUpTo(6), [1, 2, 4, 6]);
  assert.equal(sizesUpTo(8), [1, 2, 4, 8]);
  const runs = sweep(madeUpSettings(), ['sync', 'async'], [1, 2, 4]);
  assert.equal(
    runs.map(({ outcome }) => `${outcome.mode} ${outcome.replicas}`),
    ['single 1', 'sync 2', 'sync 4', 'async 2', 'async 4'],
  );
});

test('failures take their share of the throughput and change no step', () => {
  const failures = {
    meanSecondsBetween: 1e5,
    checkpointEverySeconds: 600,
    checkpointSeconds: 10,
    restartSeconds: 300,
    onFailure: 'restart',
  } as const;
  const [well, failing] = [null, failures].map((own) =>
    simulateRun(madeUpSettings({ failures: own }), 'sync', 16),
  );
  assert.ok((failing?.kept ?? 1) < 1);
  assert.ok(isNear(failing?.samplesPerSecond ?? 0, (well?.samplesPerSecond ?? 0) * (failing?.kept ?? 0)));
  assert.equal(failing?.outcome, well?.outcome);
});

test.run();
