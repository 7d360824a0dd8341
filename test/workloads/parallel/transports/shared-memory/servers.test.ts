import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../../../support/cli.ts';
import { endThreads, playAll, resultOf, startGroup } from './group.ts';

const test = suite('servers in shared memory');
test.after(endThreads);

test('lose no change, count each, and show none by halves', async () => {
  const times = 300;
  for (const size of [1, 2, 4]) {
    const outcomes = await playAll(size, 'count', { times, lengths: [50, 3000] });
    const all = [size * times, size * times];
    for (const outcome of outcomes)
      assert.equal(resultOf(outcome), { values: all, versions: all, halves: 0, rises: true });
  }
});

test('begin with what the lowest replica that takes part hands in', async () => {
  for (const outcome of await playAll(3, 'initialOf')) assert.equal(resultOf(outcome), [1, 1]);
  const { host, play } = await startGroup(3, true);
  host.lose(0, 'exit code 1');
  const players = [1, 2].map((rank) => play(rank, 'initialOf'));
  for (const { outcome } of players) assert.equal(resultOf(await outcome), [11, 11]);
});

test('a change by a replica that is lost counts, and the next may change', async () => {
  const { host, play } = await startGroup(2, true);
  const next = play(0, 'changeNext');
  const gone = play(1, 'changeAndHang');
  await until(
    () => host.stateOf(1).steps === 1 && host.stateOf(0).waits,
    'a replica that waits for the lock',
  );
  await gone.kill();
  host.lose(1, 'exit code 1');
  assert.equal(resultOf(await next.outcome), { version: 2, values: [5, 0] });
});

test.run();
