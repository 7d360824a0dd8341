import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nothingAsked } from '../../src/analysis/details.ts';
import { LiveView } from '../../src/analysis/live.ts';
import { stragglersAmong } from '../../src/analysis/utilization/stragglers.ts';
import { known } from '../../src/model/measured.ts';
import { type MadeGroup, replicaTimeline, times } from '../support/replica-runs.ts';

const test = suite('live view of replicas');

/** The first makes two steps while the second makes one. */
const running: MadeGroup = {
  parallel: { mode: 'async' },
  replicas: [
    { steps: times(40, () => ({ ms: 50, wait: 0, communicate: 5, staleness: 1, loss: 2 })), outcome: null },
    {
      steps: times(20, () => ({ ms: 100, wait: 0, communicate: 5, staleness: 2, loss: 3 })),
      accuracy: [
        [500, 0.2],
        [1500, 0.4],
      ],
      outcome: null,
    },
  ],
};

test('the training panel tells the throughput and the steps of the group', () => {
  const { training } = new LiveView(replicaTimeline(running)).snapshot(2e9);
  assert.is(Math.round(training?.samplesPerSecond.value ?? 0), 300);
  // 60 steps of two replicas, of the hundred that each is to make.
  assert.is(training?.step, 30);
  assert.is(training?.progress, 0.3);
  assert.is(training?.validationAccuracy.value, 0.4);
  assert.is(training?.loss.y.at(-1), 2);
});

test('replicas are worked out for who looks at them', () => {
  const view = new LiveView(replicaTimeline(running));
  assert.is(view.snapshot(2e9).details.replicas, null);
  const { replicas } = view.snapshot(2e9, { ...nothingAsked, ranks: true }).details;
  assert.equal(
    replicas?.rows.map(({ state, steps }) => [state, steps]),
    [
      ['running', 40],
      ['running', 20],
    ],
  );
});

test('where nobody communicates nobody is waited for', () => {
  const peer = (id: string, compute: number, wait: number) => ({
    id,
    per: 1,
    computeSeconds: known(compute, 'test'),
    waitSeconds: known(wait, 'test'),
  });
  assert.equal([...stragglersAmong([peer('a', 1, 0), peer('b', 2, 0)])], []);
  assert.equal([...stragglersAmong([peer('a', 1, 1), peer('b', 2, 0)])], ['b']);
});

test.run();
