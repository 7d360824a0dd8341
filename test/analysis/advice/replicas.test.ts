import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAdvice } from '../../../src/analysis/advice/index.ts';
import type { ParallelInfo } from '../../../src/model/parallel.ts';
import { type MadeGroup, type MadeStep, replicaTimeline, times } from '../../support/replica-runs.ts';
import { addSteps, emptyTimeline } from '../../support/timelines.ts';

const test = suite('advice on replicas');

function group(
  mode: ParallelInfo['mode'],
  first: Partial<MadeStep>,
  second: Partial<MadeStep>,
  steps = 20,
): MadeGroup {
  const replica = (told: Partial<MadeStep>) => ({
    steps: times(steps, () => ({ ms: 100, wait: 0, communicate: 5, ...told })),
  });
  return { parallel: { mode }, replicas: [replica(first), replica(second)] };
}

function finding(made: MadeGroup, id: string) {
  return checkAdvice(replicaTimeline(made)).find((each) => each.id === id) ?? null;
}

function said(made: MadeGroup, id: string): string | null {
  return finding(made, id)?.severity ?? null;
}

test('a replica that the others wait for, and what does not wait', () => {
  const found = finding(group('sync', { wait: 48 }, {}), 'replica-waits');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, 'Replica 1 keeps the others waiting');
  assert.match(found?.evidence ?? '', /^Replica 0 waits 48 % of its time for replica 1/);
  assert.match(found?.remedy ?? '', /clocks, temperature.*asynchronous updates \(async\) do not wait/);
  assert.is(said(group('sync', { wait: 6 }, { wait: 5 }), 'replica-waits'), 'ok');
  assert.is(said(group('sync', { wait: 48 }, {}, 2), 'replica-waits'), 'recheck');
});

test('a straggler on purpose is no fault of a device', () => {
  const slowed = { ...group('sync', { wait: 48 }, { slowed: 45 }) };
  const found = finding(
    { ...slowed, parallel: { mode: 'sync', stragglers: [{ replica: 1, factor: 2 }] } },
    'replica-waits',
  );
  assert.match(found?.remedy ?? '', /^It is slowed on purpose/);
});

test('updates that come later than the number of replicas explains', () => {
  const found = finding(group('async', { staleness: 5 }, { staleness: 1 }), 'stale-updates');
  assert.is(found?.severity, 'warn');
  assert.match(
    found?.evidence ?? '',
    /3\.00 others late on average and 5 at most; 2 replicas of equal pace are 1 late/,
  );
  assert.is(said(group('async', { staleness: 1 }, { staleness: 1 }), 'stale-updates'), 'ok');
  assert.is(said(group('async', { staleness: 5 }, { staleness: 5 }, 5), 'stale-updates'), 'recheck');
  assert.is(said(group('sync', {}, {}), 'stale-updates'), null);
});

test('a replica that was lost', () => {
  const found = finding({ ...group('async', {}, {}), lost: 'replica 1 ended with code 9' }, 'replica-lost');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, 'Of 2 replicas 1 is gone');
  assert.is(found?.evidence, 'Replica 1, after 20 steps: replica 1 ended with code 9');
  assert.is(said(group('async', {}, {}), 'replica-lost'), 'ok');
});

test('communication that takes much of each step', () => {
  const found = finding(group('sync', { communicate: 30 }, { communicate: 20 }), 'replica-communication');
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', /communicate 25 % of the time/);
  assert.is(said(group('sync', {}, {}), 'replica-communication'), 'ok');
});

test('replicas are not judged by kernels that nobody recorded, nor steps of two paces as uneven', () => {
  const made: MadeGroup = {
    parallel: { mode: 'async' },
    replicas: [
      { steps: times(80, () => ({ ms: 50, staleness: 1 })) },
      { steps: times(40, () => ({ ms: 100, staleness: 1 })) },
    ],
  };
  assert.is(said(made, 'stragglers'), null);
  assert.is(said(made, 'uneven-steps'), 'ok');
});

test('a training without replicas has no such findings', () => {
  const timeline = emptyTimeline([]);
  addSteps(timeline, [1e8, 1e8, 1e8]);
  const ids = checkAdvice(timeline).map(({ id }) => id);
  for (const id of ['replica-waits', 'stale-updates', 'replica-communication'])
    assert.not.ok(ids.includes(id));
  assert.ok(ids.includes('stragglers'));
});

test.run();
