import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { advice, checkAdvice } from '../../../src/analysis/advice/index.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import {
  addExecutions,
  addSamples,
  addSteps,
  type Execution,
  emptyTimeline,
  testLaunch,
} from '../../support/timelines.ts';

const test = suite('advice');
const ms = 1e6;

function severity(timeline: TimelineBuilder, id: string): string | undefined {
  return checkAdvice(timeline).find((finding) => finding.id === id)?.severity;
}

/** Kernels of one kind, one after the other. */
function kernels(durationNs: number, gapNs: number, flops: number | null, count = 2000): TimelineBuilder {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ flops }));
  const list = Array.from({ length: count }, (_, i): Execution => [0, i * (durationNs + gapNs), durationNs]);
  addExecutions(timeline, list);
  return timeline;
}

test('nothing fires on an empty run: there is no evidence', () => {
  for (const { severity: said, id } of checkAdvice(emptyTimeline())) assert.is.not(said, 'warn', id);
  // Advice on what collectors sample of GPUs has nothing to say of a CPU.
  const all = advice.map(({ id }) => id);
  for (const { id } of checkAdvice(emptyTimeline())) assert.ok(all.includes(id), id);
  assert.not.ok(checkAdvice(emptyTimeline()).some(({ id }) => id === 'throttled'));
  assert.ok(checkAdvice(emptyTimeline()).some(({ id }) => id === 'loss-not-finite'));
});

test('gaps between kernels', () => {
  assert.is(severity(kernels(1 * ms, 1 * ms, 1e6), 'gaps-between-kernels'), 'warn');
  assert.is(severity(kernels(1 * ms, 0.05 * ms, 1e6), 'gaps-between-kernels'), 'ok');
  assert.is(severity(kernels(1 * ms, 1 * ms, 1e6, 50), 'gaps-between-kernels'), 'recheck');
});

test('small kernels, where nobody tells when they were launched', () => {
  assert.is(severity(kernels(5e3, 1e3, 1e3), 'launch-bound'), 'warn');
  assert.is(severity(kernels(1 * ms, 1e3, 1e3), 'launch-bound'), 'ok');
  assert.is(severity(kernels(5e3, 1e3, 1e3, 100), 'launch-bound'), 'recheck');
});

test('unused arithmetic: busy, and far from the peak of 100 GFLOP/s', () => {
  // 10 MFLOP in a millisecond are 10 GFLOP/s; 90 MFLOP are 90.
  assert.is(severity(kernels(1 * ms, 0, 10e6), 'unused-arithmetic'), 'warn');
  assert.is(severity(kernels(1 * ms, 0, 90e6), 'unused-arithmetic'), 'ok');
  assert.is(severity(kernels(1 * ms, 9 * ms, 10e6), 'unused-arithmetic'), 'ok');
  assert.is(severity(kernels(1 * ms, 0, null), 'unused-arithmetic'), 'recheck');
});

test('unused arithmetic says whether kernels move data or compute slowly', () => {
  const remedy = (bytes: number) => {
    const timeline = emptyTimeline();
    timeline.addLaunch(testLaunch({ flops: 90e6 }));
    timeline.addLaunch(testLaunch({ name: 'Other', flops: 1e6, bytes }));
    addExecutions(
      timeline,
      Array.from({ length: 2000 }, (_, i): Execution => [i % 10 === 0 ? 0 : 1, i * ms, ms]),
    );
    return checkAdvice(timeline).find(({ id }) => id === 'unused-arithmetic')?.remedy ?? '';
  };
  assert.match(remedy(4e6), /move data/);
  assert.match(remedy(1e4), /faster backend/);
});

test('uneven steps', () => {
  const even = emptyTimeline();
  addSteps(
    even,
    Array.from({ length: 60 }, () => 100 * ms),
  );
  assert.is(severity(even, 'uneven-steps'), 'ok');
  const uneven = emptyTimeline();
  addSteps(
    uneven,
    Array.from({ length: 60 }, (_, i) => (i % 6 === 0 ? 300 : 100) * ms),
  );
  assert.is(severity(uneven, 'uneven-steps'), 'warn');
  const short = emptyTimeline();
  addSteps(short, [100 * ms, 500 * ms, 100 * ms]);
  assert.is(severity(short, 'uneven-steps'), 'recheck');
});

test('lost records', () => {
  const timeline = kernels(1 * ms, 0, 1e6);
  assert.is(severity(timeline, 'lost-records'), 'ok');
  timeline.losses.dropped = 7;
  assert.is(severity(timeline, 'lost-records'), 'warn');
});

test('a loss that is not finite', () => {
  const timeline = emptyTimeline();
  assert.is(severity(timeline, 'loss-not-finite'), 'recheck');
  addSamples(timeline, null, 'loss', [
    [1, 4],
    [2, 3],
  ]);
  assert.is(severity(timeline, 'loss-not-finite'), 'ok');
  addSamples(timeline, null, 'loss', [[3, Number.NaN]]);
  assert.is(severity(timeline, 'loss-not-finite'), 'warn');
});

test('warnings come first, each with its numbers and a remedy', () => {
  const findings = checkAdvice(kernels(5e3, 5e3, 1e3, 200_000));
  assert.is(findings[0]?.severity, 'warn');
  for (const finding of findings.filter((entry) => entry.severity === 'warn')) {
    assert.match(finding.evidence, /\d/);
    assert.ok(finding.remedy.length > 10);
  }
});

test.run();
