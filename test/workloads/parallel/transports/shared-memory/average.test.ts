import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../../../support/cli.ts';
import { endThreads, playAll, resultOf, startGroup } from './group.ts';
import type { Averaged } from './scenarios.ts';

const test = suite('average in shared memory');
test.after(endThreads);

const averagedOf = (values: readonly unknown[]) => values as readonly Averaged[];

test('every replica reads the same bits, and they are the mean', async () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 200_000 })), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), lengths, async (size, lengths) => {
      const rounds = 3;
      const averaged = averagedOf((await playAll(size, 'average', { lengths, rounds })).map(resultOf));
      assert.is(averaged.length, size);
      for (const { checksums, ofAll } of averaged) {
        assert.is(ofAll, rounds * lengths.length);
        assert.equal(checksums, averaged[0]?.checksums);
      }
    }),
    { numRuns: 8 },
  );
});

test('a replica that is faster than the others overwrites nothing that they still read', async () => {
  for (const rank of [0, 1]) {
    const slow = { rank, seconds: 0.001 };
    const outcomes = await playAll(2, 'average', { lengths: [10, 70_000, 1], rounds: 40, slow });
    for (const { ofAll } of averagedOf(outcomes.map(resultOf))) assert.is(ofAll, 120);
  }
});

test('where a replica is lost, what it had given counts, and the rest is the mean of the others', async () => {
  const { host, play } = await startGroup(2, true);
  const left = play(0, 'takeBoth');
  const gone = play(1, 'giveOneAndHang');
  await until(() => host.stateOf(0).waits && host.stateOf(1).phase === 'here', 'a replica that waits');
  await delay(20);
  await gone.kill();
  host.lose(1, 'exit code 1');
  assert.equal(resultOf(await left.outcome), [2, 1]);
});

test('a replica that is lost anywhere leaves no mean half done', async () => {
  const rounds = 12;
  for (let wait = 0; wait < 6; wait += 1) {
    const { host, play } = await startGroup(2, true);
    const [left, gone] = [0, 1].map((rank) => play(rank, 'average', { lengths: [300_000], rounds }));
    await delay(10 * wait);
    await gone?.kill();
    host.lose(1, 'exit code 1');
    const [{ ofAll, ofOne }] = averagedOf([left && resultOf(await left.outcome)]) as [Averaged];
    assert.is(ofAll + ofOne, rounds);
  }
});

test.run();
