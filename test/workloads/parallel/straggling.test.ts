import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Straggling } from '../../../workloads/parallel/straggling.ts';

const test = suite('straggling');

/** A replica on a clock of its own: it sleeps exactly, and what it spends on others is told. */
function replica(factor: number) {
  const sleeps: number[] = [];
  const state = { nowMs: 1000, spent: { waitSeconds: 0, communicateSeconds: 0 } };
  const transport = {
    sleep(seconds: number) {
      sleeps.push(seconds);
      state.nowMs += seconds * 1000;
    },
  };
  const account = {
    get spent() {
      return state.spent;
    },
  };
  return { sleeps, state, straggling: new Straggling(transport, account, factor, () => state.nowMs) };
}

test('a straggler sleeps for what it has computed, and not for what it spent on others', () => {
  const { sleeps, state, straggling } = replica(2.5);
  state.nowMs += 2000;
  straggling.hold();
  assert.equal(sleeps, [3]);
  state.nowMs += 4000;
  state.spent = { waitSeconds: 2, communicateSeconds: 1 };
  straggling.hold();
  assert.equal(sleeps, [3, 1.5]);
  assert.is(straggling.slowedSeconds, 4.5);
});

test('others are not held back', () => {
  const { sleeps, state, straggling } = replica(1);
  state.nowMs += 2000;
  straggling.hold();
  assert.equal(sleeps, []);
  assert.is(straggling.slowedSeconds, 0);
});

test.run();
