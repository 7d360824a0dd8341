import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildReport } from '../../src/report/build.ts';
import { checkReport } from '../../src/report/check/check.ts';
import { parseRequirement } from '../../src/report/check/parse.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { reportText } from '../../src/report/text.ts';
import { matchesGolden } from '../support/golden.ts';
import { type MadeGroup, replicaTimeline, times } from '../support/replica-runs.ts';
import { addSteps, emptyTimeline, testWorkload } from '../support/timelines.ts';

const test = suite('report: replicas');

const straggler: MadeGroup = {
  parallel: { mode: 'sync', settings: 'buckets of 4 MiB', stragglers: [{ replica: 1, factor: 2 }] },
  replicas: [
    {
      steps: times(12, () => ({ ms: 100, wait: 48, communicate: 6, slowed: 0, loss: 2 })),
      accuracy: [[600, 0.25]],
    },
    {
      steps: times(12, () => ({ ms: 100, wait: 0, communicate: 8, slowed: 46, loss: 3 })),
      accuracy: [[1200, 0.5]],
    },
  ],
};

const lost: MadeGroup = {
  parallel: { mode: 'async', settings: 'one server' },
  lost: 'replica 1 ended with code 9',
  replicas: [
    { steps: times(30, (at) => ({ ms: 50, wait: 0, communicate: 5, staleness: at % 3, loss: 1 })) },
    { steps: times(10, () => ({ ms: 100, wait: 0, communicate: 5, staleness: 2, loss: 1 })), outcome: null },
  ],
};

test('a straggler in lockstep, as text and as Markdown', () => {
  const report = buildReport(replicaTimeline(straggler));
  matchesGolden('report/replicas-sync.txt', reportText(report));
  matchesGolden('report/replicas-sync.md', reportMarkdown(report));
});

test('a replica that was lost, asynchronously', () => {
  matchesGolden('report/replicas-lost.txt', reportText(buildReport(replicaTimeline(lost))));
});

test('the throughput is that of all replicas, the accuracy the newest of whoever evaluated', () => {
  const { steps, training, replicas } = buildReport(replicaTimeline(straggler));
  assert.is(Math.round(steps.samplesPerSecond ?? 0), 200);
  assert.is(steps.count, 12);
  assert.is(training.validationAccuracy, 0.5);
  assert.is(replicas?.rows.length, 2);
});

test('a training without replicas has none', () => {
  const timeline = emptyTimeline([]);
  timeline.workload = testWorkload();
  addSteps(timeline, [1e8, 1e8]);
  const report = buildReport(timeline);
  assert.is(report.replicas, null);
  assert.not.match(reportText(report), /replica/);
  assert.not.match(reportMarkdown(report), /Replicas/);
});

test('requirements can be made of replicas', () => {
  const report = buildReport(replicaTimeline(straggler));
  const passes = (requirement: string) => checkReport(report, [parseRequirement(requirement)]).passed;
  assert.ok(passes('replicas.rows[1].compute>=90%'));
  assert.not.ok(passes('replicas.rows[*].wait<=10%'));
  assert.ok(passes('replicas.samplesPerSecond>=199'));
});

test.run();
