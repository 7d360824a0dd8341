import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GpuClock, Ticks } from '../../../../collectors/tfjs/webgpu/clock.ts';

const test = suite('clock of a GPU');

/** Work that the GPU's clock, `offset` behind the host's, sees from start to end. */
function sighting(submittedNs: number, waitNs: number, workNs: number, lateNs: number, offset: number) {
  const startNs = submittedNs + waitNs - offset;
  const endNs = startNs + workNs;
  return { submittedNs, startNs, endNs, seenNs: endNs + offset + lateNs };
}

const delays = fc.record({
  wait: fc.integer({ min: 0, max: 1e7 }),
  work: fc.integer({ min: 0, max: 1e8 }),
  late: fc.integer({ min: 0, max: 1e7 }),
});

test('a time is wrong by no more than it says, and that shrinks with every sighting', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e15, max: 1e15 }),
      fc.array(delays, { minLength: 1, maxLength: 20 }),
      (offset, rounds) => {
        const clock = new GpuClock();
        for (const { wait, work, late } of rounds) {
          // At the same moment, so that nothing has to be allowed for drift.
          clock.observe(sighting(5e9 - work, wait, work, late, offset));
        }
        assert.ok(clock.isSet);
        const error = Math.abs(clock.toHost(7e9 - offset) - 7e9);
        assert.ok(error <= clock.uncertaintyNs + 1, `${error} > ${clock.uncertaintyNs}`);
        const tightest = Math.min(...rounds.map(({ wait, late }) => (wait + late) / 2));
        const drift = 2e7 * 1e-4;
        assert.ok(clock.uncertaintyNs <= tightest + drift * rounds.length);
      },
    ),
  );
});

test('a GPU whose clock drifts is followed', () => {
  const clock = new GpuClock();
  const rate = 1 + 40e-6;
  for (let second = 0; second < 3600; second++) {
    const hostNs = second * 1e9;
    clock.observe({
      submittedNs: hostNs,
      startNs: (hostNs + 20e3) * rate,
      endNs: (hostNs + 1e6) * rate,
      seenNs: hostNs + 1e6 + 30e3,
    });
  }
  const nowNs = 3600 * 1e9;
  const errorNs = Math.abs(clock.toHost(nowNs * rate) - nowNs);
  assert.ok(errorNs < 200e3, `${errorNs} ns off after an hour in which the clocks went 144 ms apart`);
});

test('a clock that is set anew is taken as it is from then on', () => {
  const clock = new GpuClock();
  clock.observe(sighting(1e9, 1e3, 1e6, 1e3, 0));
  clock.observe(sighting(2e9, 1e3, 1e6, 1e3, 5e9));
  assert.ok(Math.abs(clock.toHost(2e9 - 5e9) - 2e9) <= 1e3);
});

test('a sighting that cannot be is left out', () => {
  const clock = new GpuClock();
  clock.observe({ submittedNs: 10, startNs: 0, endNs: 100, seenNs: 50 });
  assert.is(clock.isSet, false);
});

test('64-bit timestamps keep their nanoseconds', () => {
  const ticks = new Ticks();
  const base = 2n ** 61n + 12_345n;
  const half = (value: bigint) => [Number(value & 0xffffffffn), Number(value >> 32n)] as const;
  assert.is(ticks.of(...half(base)), 0);
  assert.is(ticks.of(...half(base + 7_000_000_001n)), 7_000_000_001);
  assert.is(ticks.of(...half(base - 3n)), -3);
});

test.run();
