import { setTimeout as delay } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../../../src/model/errors.ts';
import { GroupStopped } from '../../../../../workloads/parallel/transport.ts';
import {
  createGroupMemory,
  hostGroup,
  seatOf,
} from '../../../../../workloads/parallel/transports/shared-memory/host.ts';
import { openSharedMemory } from '../../../../../workloads/parallel/transports/shared-memory/transport.ts';
import { until } from '../../../../support/cli.ts';
import { endThreads, type Outcome, playAll, resultOf, startGroup } from './group.ts';

const test = suite('shared memory');
test.after(endThreads);

const lossSentence =
  'Replica 1 is lost (exit code 134); the others stopped with it: --on-loss continue goes on without.';

const failure = (message: string, code: string | null): Outcome => ({
  kind: 'error',
  name: code === null ? 'GroupStopped' : 'WarpwatchError',
  code,
  message,
});

/** A group in which each replica waits in another way for the last, which does nothing. */
async function waitingGroup() {
  const { host, play } = await startGroup(5);
  const waiting = [0, 1, 2, 3].map((rank) => play(rank, 'waitInOwnWay'));
  const silent = play(4, 'hang');
  await until(() => [0, 1, 2].every((rank) => host.stateOf(rank).waits), 'replicas that wait');
  await until(
    () => host.stateOf(3).steps === 1 && host.stateOf(4).phase === 'here',
    'one that sleeps and one that hangs',
  );
  const end = async () => {
    const outcomes = await Promise.all(waiting.map(({ outcome }) => outcome));
    await silent.kill();
    return outcomes;
  };
  return { host, end };
}

test('a lost replica ends the waits of the others, and they name it', async () => {
  const { host, end } = await waitingGroup();
  host.lose(4, 'exit code 134');
  const sentence = failure(lossSentence.replace('1', '4'), 'child-failed');
  assert.equal(await end(), [sentence, sentence, sentence, { kind: 'value', value: undefined }]);
});

test('a person who stops the group ends every wait', async () => {
  const { host, end } = await waitingGroup();
  host.stop();
  const stopped = failure(new GroupStopped().message, null);
  assert.equal(await end(), [stopped, stopped, stopped, { kind: 'value', value: undefined }]);
});

test('the host tells a replica that hangs from one that waits', async () => {
  const { host, end } = await waitingGroup();
  await delay(60);
  const { waits, phase, silentSeconds } = host.stateOf(4);
  assert.equal([waits, phase], [false, 'here']);
  assert.ok(silentSeconds >= 0.05, `${silentSeconds} s`);
  host.stop();
  await end();
});

test('calls after a loss fail as those that waited do, in a group that ended before they came too', () => {
  const memory = createGroupMemory(2, { goOnWithout: false });
  const host = hostGroup(memory);
  assert.is(host.stateOf(0).phase, 'absent');
  const transport = openSharedMemory(seatOf(memory, 0));
  host.lose(1, 'exit code 134');
  const isLoss = (error: unknown) => error instanceof WarpwatchError && error.message === lossSentence;
  assert.throws(() => transport.endStep(), isLoss);
  assert.throws(() => transport.barrier(), isLoss);
  assert.throws(() => openSharedMemory(seatOf(memory, 0)), isLoss);
  assert.is(transport.living(), 1);
  transport.close();
  assert.is(host.stateOf(0).phase, 'closed');
  assert.is(host.stateOf(1).phase, 'lost');
});

test('a replica that was given up can do nothing any more', () => {
  const memory = createGroupMemory(2, { goOnWithout: true });
  const transport = openSharedMemory(seatOf(memory, 1));
  hostGroup(memory).lose(1, 'no sign of life for 30 s');
  assert.throws(
    () => transport.endStep(),
    (error: unknown) =>
      error instanceof WarpwatchError &&
      error.message === 'Replica 1 was given up by its group (no sign of life for 30 s).',
  );
});

test('one whose others are all gone goes on alone', async () => {
  const { host, play } = await startGroup(3, true);
  host.lose(0, 'exit code 1');
  await play(1, 'close').outcome;
  const value = resultOf(await play(2, 'average', { lengths: [5], rounds: 3 }).outcome);
  assert.equal((value as { ofOne: number }).ofOne, 3);
});

test('a replica that closes lets those who wait for it go on', async () => {
  const { host, play } = await startGroup(2);
  const waiting = play(0, 'barrier');
  await until(() => host.stateOf(0).waits, 'a replica that waits');
  await delay(60);
  await play(1, 'close').outcome;
  const { living, waitSeconds } = resultOf(await waiting.outcome) as { living: number; waitSeconds: number };
  assert.is(living, 1);
  assert.ok(waitSeconds >= 0.05, `waited for ${waitSeconds} s`);
});

test('being held back is neither waiting nor communicating', async () => {
  const [outcome] = await playAll(1, 'sleep');
  assert.equal(outcome, { kind: 'value', value: { waitSeconds: 0, communicateSeconds: 0 } });
});

test('no replica gets further ahead of the slowest than it may', async () => {
  const steps = 30;
  const bound = 2;
  for (const outcome of await playAll(3, 'boundedSteps', { steps, bound })) {
    const { ahead, groupSteps, progress } = resultOf(outcome) as {
      ahead: number;
      groupSteps: number;
      progress: object;
    };
    assert.ok(ahead <= bound, `${ahead} ahead`);
    assert.ok(groupSteps >= steps && groupSteps <= 3 * steps, `${groupSteps} steps`);
    assert.equal(progress, { groupSteps: 3 * steps, slowestSteps: steps });
  }
});

test('replicas that are not alike say in what, all of them', async () => {
  const alike = { 'batch size': '32', model: 'resnet20' };
  for (const outcome of await playAll(2, 'agree', [alike, alike])) resultOf(outcome);
  const outcomes = await playAll(3, 'agree', [alike, { ...alike, 'batch size': '16' }, {}]);
  const sentence = 'Replica 1 has batch size 16, replica 0 has 32: start all of them alike.';
  assert.equal(outcomes, new Array(3).fill(failure(sentence, 'usage')));
});

test('more replicas than can share memory are a sentence', () => {
  assert.throws(() => createGroupMemory(32, { goOnWithout: true }), /^32 replicas are more than the 31/);
});

test('more floats than can be shared are a sentence', () => {
  const transport = openSharedMemory(seatOf(createGroupMemory(1, { goOnWithout: true }), 0));
  assert.throws(
    () => transport.openAverage([6e8]),
    /^The replicas cannot share [\d.]+ GiB: 4.00 GiB is the most/,
  );
});

test.run();
