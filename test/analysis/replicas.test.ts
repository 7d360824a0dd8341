import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ReplicaFigures, ReplicasView } from '../../src/analysis/replica-view.ts';
import { replicasView, wholeRun } from '../../src/analysis/replicas.ts';
import type { Measured } from '../../src/model/measured.ts';
import { type MadeGroup, type MadeStep, replicaTimeline, times } from '../support/replica-runs.ts';
import { emptyTimeline, testWorkload } from '../support/timelines.ts';

const test = suite('replicas');

/** Replica 1 computes twice as long; the other waits for it. */
const lockstep: MadeGroup = {
  parallel: { mode: 'sync', stragglers: [{ replica: 1, factor: 2 }] },
  replicas: [
    { steps: times(12, () => ({ ms: 100, wait: 48, communicate: 6, slowed: 0, loss: 2 })) },
    { steps: times(12, () => ({ ms: 100, wait: 0, communicate: 8, slowed: 46, loss: 3 })) },
  ],
};

/** Each at its own pace, 1.5 updates late on average of the first and 0.5 of the second. */
const asynchronous: MadeGroup = {
  parallel: { mode: 'async' },
  replicas: [
    { steps: times(20, (at) => ({ ...step(50), staleness: at % 2 })) },
    { steps: times(10, (at) => ({ ...step(100), staleness: 1 + (at % 2) * 2 })) },
  ],
};

function step(ms: number): MadeStep {
  return { ms, wait: 0, communicate: ms / 10, loss: 1 };
}

function viewOf(group: MadeGroup, span = wholeRun): ReplicasView {
  const view = replicasView(replicaTimeline(group), span);
  if (view === null) throw new Error('there is no view');
  return view;
}

function rowOf(view: ReplicasView, replica: number): ReplicaFigures {
  const row = view.rows[replica];
  if (row === undefined) throw new Error(`there is no replica ${replica}`);
  return row;
}

function near(figure: Measured, expected: number): void {
  assert.ok(
    figure.value !== null && Math.abs(figure.value - expected) < 1e-9,
    `${JSON.stringify(figure)} is not ${expected}`,
  );
}

test('a run without replicas has no view', () => {
  const timeline = emptyTimeline([]);
  timeline.workload = testWorkload();
  assert.is(replicasView(timeline, wholeRun), null);
});

test('in lockstep the shares are those that were told, and computing is the rest', () => {
  const view = viewOf(lockstep);
  const [first, second] = [rowOf(view, 0), rowOf(view, 1)];
  near(first.wait, 0.48);
  near(first.communicate, 0.06);
  near(first.compute, 0.46);
  near(first.slowed, 0);
  near(second.compute, 0.92);
  near(second.slowed, 0.46);
  near(first.stepSeconds, 0.1);
  near(first.loss, 2);
  assert.is(first.steps, 12);
  // Ten samples in 0.1 s, twice.
  near(view.samplesPerSecond, 200);
});

test('the straggler is who computes longest and waits least, and the verdict says that it is slowed on purpose', () => {
  const view = viewOf(lockstep);
  assert.equal(
    view.rows.map(({ straggler }) => straggler),
    [false, true],
  );
  assert.is(
    view.verdict,
    'Replica 0 waits 48 % of its time for replica 1, whose computing takes 2.0 times as long (slowed on purpose).',
  );
});

test('of several others the verdict tells the mean', () => {
  const slow = { steps: times(6, () => ({ ms: 100, wait: 0, communicate: 0 })) };
  const quick = (wait: number) => ({ steps: times(6, () => ({ ms: 100, wait, communicate: 0 })) });
  const view = viewOf({ parallel: { mode: 'sync' }, replicas: [quick(40), slow, quick(60)] });
  assert.is(
    view.verdict,
    'On average each of the other replicas waits 50 % of its time for replica 1, whose computing takes 2.0 times as long.',
  );
});

test('replicas that wait alike have no straggler', () => {
  const even = { steps: times(6, () => ({ ms: 100, wait: 12, communicate: 5 })) };
  const view = viewOf({ parallel: { mode: 'sync' }, replicas: [even, even] });
  assert.not.ok(view.rows.some(({ straggler }) => straggler));
  assert.is(view.verdict, '');
});

test('a replica that waits least but computes no longer is no straggler', () => {
  const busy = { steps: times(6, () => ({ ms: 100, wait: 0, communicate: 60 })) };
  const other = { steps: times(6, () => ({ ms: 100, wait: 40, communicate: 10 })) };
  assert.is(viewOf({ parallel: { mode: 'sync' }, replicas: [busy, other] }).verdict, '');
});

test('rates count the time in which all replicas train, after their warm-up', () => {
  // The first is past its warm-up after 100 ms and done after 1 s; the second starts late and goes on for longer.
  const view = viewOf({
    parallel: { mode: 'async' },
    replicas: [
      { steps: times(20, () => ({ ms: 50, staleness: 0 })) },
      { startMs: 120, steps: times(12, (at) => ({ ms: at < 2 ? 200 : 100, staleness: 0 })) },
    ],
  });
  // From 520 ms: steps of the first from 550 to 1000, of the second from 520 to 920.
  near(rowOf(view, 0).samplesPerSecond, 200);
  near(rowOf(view, 1).samplesPerSecond, 100);
  near(rowOf(view, 1).stepSeconds, 0.1);
  near(view.samplesPerSecond, 300);
});

test('replicas that never train at once have no rate, and a reason', () => {
  const view = viewOf({
    parallel: { mode: 'async' },
    replicas: [{ steps: times(4, () => step(10)) }, { startMs: 1000, steps: times(4, () => step(10)) }],
  });
  assert.is(view.samplesPerSecond.value, null);
  assert.match(JSON.stringify(view.samplesPerSecond), /Replica 0 made no step between the warm-up/);
});

test('asynchronous updates have a staleness, and the verdict tells the paces', () => {
  const view = viewOf(asynchronous);
  assert.equal(view.staleness, [
    { staleness: 0, updates: 10 },
    { staleness: 1, updates: 15 },
    { staleness: 3, updates: 5 },
  ]);
  near(view.meanStaleness, 1);
  near(rowOf(view, 0).meanStaleness, 0.5);
  near(rowOf(view, 1).meanStaleness, 2);
  assert.is(
    view.verdict,
    'Nobody waits for long: replica 0 trains 2.0 times as many samples a second as replica 1; an update comes 1.0 others late on average.',
  );
});

test('in lockstep no update is stale; local training knows no staleness', () => {
  const sync = viewOf(lockstep);
  assert.equal(sync.staleness, [{ staleness: 0, updates: 24 }]);
  near(sync.meanStaleness, 0);
  const local = viewOf({ ...lockstep, parallel: { mode: 'local' } });
  assert.equal(local.staleness, []);
  assert.match(JSON.stringify(local.meanStaleness), /Between two averages/);
});

test('one replica alone computes all of its time', () => {
  const view = viewOf({ parallel: { mode: 'single' }, replicas: [{ steps: times(5, () => ({ ms: 50 })) }] });
  near(rowOf(view, 0).compute, 1);
  near(rowOf(view, 0).wait, 0);
  near(view.samplesPerSecond, 200);
});

test('what replicas do not tell is absent', () => {
  const view = viewOf({
    parallel: { mode: 'sync' },
    replicas: [{ steps: times(5, () => ({ ms: 50 })) }, { steps: [] }],
  });
  assert.match(JSON.stringify(rowOf(view, 0).wait), /Replica 0 does not tell how long it waits/);
  assert.match(JSON.stringify(rowOf(view, 1).loss), /Replica 1 has told no loss/);
  assert.match(JSON.stringify(rowOf(view, 1).samplesPerSecond), /Replica 1 has made no step/);
});

test('a lost replica is named by its mark, a failed one by its own word, and one that broke off is lost', () => {
  const [first, second] = lockstep.replicas;
  if (first === undefined || second === undefined) throw new Error('there are two');
  const states = (group: Partial<MadeGroup>, span = wholeRun) =>
    viewOf({ ...lockstep, ...group }, span).rows.map(({ state, message }) => `${state}: ${message}`);
  assert.equal(states({ lost: 'replica 1 ended with code 9' }), [
    'ended: ',
    'lost: replica 1 ended with code 9',
  ]);
  assert.equal(states({ replicas: [first, { ...second, outcome: 'failed', message: 'out of memory' }] }), [
    'ended: ',
    'failed: out of memory',
  ]);
  const broken = { replicas: [first, { ...second, outcome: null }] };
  assert.equal(states(broken), ['ended: ', 'lost: It broke off without a word.']);
  assert.equal(states(broken, { recentSteps: 10 }), ['ended: ', 'running: ']);
});

test('the last steps alone count for the present, and who has ended counts no more', () => {
  const slowing = times(20, (at) => ({ ms: at < 10 ? 100 : 50, wait: 0, communicate: 0, staleness: 1 }));
  const group: MadeGroup = {
    parallel: { mode: 'async' },
    replicas: [
      { steps: slowing, outcome: null },
      { steps: slowing.slice(0, 10), outcome: 'ended' },
    ],
  };
  const view = viewOf(group, { recentSteps: 10 });
  near(rowOf(view, 0).samplesPerSecond, 200);
  near(rowOf(view, 1).samplesPerSecond, 100);
  near(view.samplesPerSecond, 200);
  assert.is(rowOf(view, 0).steps, 20);
});

test('a loss that is no number is no figure', () => {
  const view = viewOf({
    parallel: { mode: 'sync' },
    replicas: times(2, () => ({ steps: times(5, () => ({ ms: 50, loss: Number.NaN })) })),
  });
  assert.match(JSON.stringify(rowOf(view, 0).loss), /The last loss of replica 0 is NaN/);
});

test.run();
