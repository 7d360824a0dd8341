import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startHangWatch } from '../../../src/commands/bench/hang-watch.ts';
import { until } from '../../support/cli.ts';

const test = suite('watch for replicas that hang');
const oneWord = () => new Int32Array(new SharedArrayBuffer(4));
const deadlineSeconds = 30;

/** Three replicas of which two are at work, on a clock that stands until it is set. */
function startWatch(states: readonly { readonly waits: boolean; readonly silentSeconds: number }[]) {
  const clock = { seconds: 0 };
  const ended: string[] = [];
  const watched = states.map((_, rank) => ({
    rank,
    signs: oneWord(),
    replica: { terminate: (why: string) => void ended.push(`${rank}: ${why}`) },
  }));
  let looks = 0;
  const watch = startHangWatch(
    watched,
    (rank) => {
      looks += rank === 0 ? 1 : 0;
      return { phase: 'here', steps: 1, waits: false, silentSeconds: 0, ...states[rank] };
    },
    deadlineSeconds,
    () => clock.seconds,
  );
  /** Lets so many seconds pass, with a look at their end. */
  const pass = async (seconds: number) => {
    clock.seconds += seconds;
    const before = looks;
    await until(() => looks > before, 'the next look');
  };
  const sign = (rank: number) => void Atomics.add(watched[rank]?.signs ?? oneWord(), 0, 1);
  return { watch, ended, pass, sign };
}

const silent = { waits: false, silentSeconds: 1000 };

test('a replica without a sign of life is ended after the deadline; one that waits, calls or signs is not', async () => {
  const { watch, ended, pass, sign } = startWatch([
    { waits: true, silentSeconds: 1000 },
    silent,
    { waits: false, silentSeconds: 1 },
    silent,
  ]);
  for (const rank of [0, 1, 2, 3]) sign(rank);
  await pass(1);
  await pass(deadlineSeconds - 1);
  sign(3);
  assert.equal(ended, []);
  await pass(2);
  watch.stop();
  assert.is(ended.length, 1, ended.join());
  assert.match(ended[0] ?? '', /^1: It showed no sign of life for 30 s; .*--deadline/);
});

test('what has not begun to train gets a minute, and what has ended is not looked at', async () => {
  const { watch, ended, pass } = startWatch([{ waits: true, silentSeconds: 0 }, silent, silent]);
  watch.forget(2);
  await pass(59);
  assert.equal(ended, []);
  await pass(2);
  watch.stop();
  assert.is(ended.length, 1);
  assert.match(ended[0] ?? '', /^1: .* 60 s/);
});

test.run();
