import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { schedules } from '../../../workloads/training/schedules.ts';

const test = suite('schedules');

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

for (const [name, schedule] of Object.entries(schedules)) {
  test(`${name} rises from a tenth to all of the rate, and never leaves 0..1`, () => {
    assertClose(schedule(0), 0.1);
    assertClose(schedule(0.025), 0.55);
    assertClose(schedule(0.05), 1);
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (progress) => {
        const rate = schedule(progress);
        assert.ok(rate >= 0 && rate <= 1);
      }),
    );
  });
}

test('after its rise each has its own shape', () => {
  const after = (share: number) => 0.05 + 0.95 * share;
  assertClose(schedules.constant(after(0.99)), 1);
  assertClose(schedules.cosine(after(0.5)), 0.5);
  assertClose(schedules.cosine(1), 0);
  assertClose(schedules.step(after(0.49)), 1);
  assertClose(schedules.step(after(0.51)), 0.1);
  assertClose(schedules.step(after(0.76)), 0.01);
  assertClose(schedules.step(1), 0.01);
});

test.run();
