import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureDevice, turnaroundNs } from '../../../src/analysis/utilization/index.ts';
import { measure } from '../../../src/analysis/utilization/measure.ts';
import { addRuns, type Execution, gpuTimeline, kinds } from './gpu-timelines.ts';

const test = suite('sweep against a model that looks at every nanosecond');
const { compute, wide, collective, toDevice, toHost } = kinds;
const blocks: Readonly<Record<number, number>> = { [compute]: 4, [wide]: 16, [collective]: 2 };
/** Stretches the times of the model, so that some gaps are beyond the turnaround. */
const scale = 5000;

const execution = fc.record({
  launch: fc.nat(5),
  startNs: fc.nat(60),
  durationNs: fc.oneof(fc.constant(0), fc.nat(12)),
  callNs: fc.option(fc.integer({ min: -20, max: 70 }), { nil: undefined }),
});
const steps = fc.uniqueArray(fc.nat(70), { minLength: 0, maxLength: 6 });

/** Sums over the moments of the window, each one nanosecond long. */
function model(runs: readonly Execution[], bounds: readonly number[]) {
  const start = Math.min(...runs.map(({ startNs }) => startNs));
  const end = Math.max(...runs.map(({ startNs, durationNs }) => startNs + durationNs));
  const sums = {
    windowNs: end - start,
    kernels: 0,
    busy: 0,
    filled: 0,
    communication: 0,
    hidden: 0,
    copies: [0, 0],
    stepBusy: 0,
  };
  for (let now = start; now < end; now++) {
    const running = runs.filter(({ startNs, durationNs }) => startNs <= now && now < startNs + durationNs);
    const of = (launch: number) => running.filter((run) => run.launch === launch).length;
    const computing = of(compute) + of(wide) > 0;
    const kernel = computing || of(collective) > 0;
    if (running.length > 0) sums.busy++;
    if (of(collective) > 0) sums.communication++;
    if (of(collective) > 0 && computing) sums.hidden++;
    if (!kernel) continue;
    sums.kernels++;
    sums.filled += Math.min(
      10,
      running.reduce((sum, { launch }) => sum + (blocks[launch] ?? 0), 0),
    );
    sums.copies = [toDevice, toHost].map((launch, at) => (sums.copies[at] as number) + of(launch));
    if (bounds.some((from, at) => at % 2 === 0 && from <= now && now < (bounds[at + 1] ?? from)))
      sums.stepBusy++;
  }
  return sums;
}

/** The gaps between executions, one by one, each divided by the call for what ends it. */
function idleModel(runs: readonly Execution[]) {
  const moments = [
    ...new Set(runs.flatMap(({ startNs, durationNs }) => [startNs, startNs + durationNs])),
  ].sort((a, b) => a - b);
  const sums = { host: 0, launch: 0, other: 0 };
  for (const [at, from] of moments.entries()) {
    const to = moments[at + 1];
    if (to === undefined) break;
    if (runs.some(({ startNs, durationNs }) => startNs <= from && from < startNs + durationNs)) continue;
    const calls = runs
      .filter(({ startNs }) => startNs === to)
      .map(({ callNs }) => callNs ?? Number.POSITIVE_INFINITY);
    const call = Math.min(...calls);
    if (!Number.isFinite(call)) sums.other += to - from;
    else if (call > from) {
      sums.host += Math.min(call, to) - from;
      sums.launch += to - Math.min(call, to);
    } else if (to - from <= turnaroundNs) sums.launch += to - from;
    else sums.other += to - from;
  }
  return sums;
}

function timelineOf(runs: readonly Execution[], bounds: readonly number[] = []) {
  const timeline = gpuTimeline();
  for (let at = 0; at + 1 < bounds.length; at += 2) {
    timeline.addStep({
      number: at / 2 + 1,
      startNs: bounds[at] as number,
      endNs: bounds[at + 1] as number,
      samples: null,
    });
  }
  addRuns(timeline, runs);
  return timeline;
}

function figuresOf(timeline: ReturnType<typeof gpuTimeline>) {
  const [device] = timeline.devices;
  assert.ok(device);
  return measureDevice(timeline, device);
}

test('sums agree for any executions: overlapping, touching, of no length, in any order', () => {
  const withoutCalls = execution.map(({ callNs: _call, ...run }): Execution => run);
  fc.assert(
    fc.property(
      fc.array(withoutCalls, { minLength: 1, maxLength: 30, size: 'max' }),
      steps,
      (runs, drawn) => {
        const bounds = [...drawn].sort((a, b) => a - b).slice(0, drawn.length & ~1);
        const expected = model(runs, bounds);
        const { windowNs } = expected;
        const figures = figuresOf(timelineOf(runs, bounds));
        if (windowNs === 0) {
          assert.is(figures.window, null);
          return;
        }
        const ns = (value: number | null) => Math.round((value ?? 0) * 1e9);
        assert.is(Math.round((figures.kernelBusy.value ?? 0) * windowNs), expected.kernels);
        assert.is(Math.round((figures.gpuBusy.value ?? 0) * windowNs), expected.busy);
        assert.is(ns(figures.idle.seconds.value), windowNs - expected.busy);
        assert.is(Math.round((figures.smActive.value ?? 0) * windowNs * 10), expected.filled);
        assert.is(ns(figures.communication.seconds.value), expected.communication);
        assert.is(ns(figures.communication.exposedSeconds.value), expected.communication - expected.hidden);
        for (const [at, direction] of (['hostToDevice', 'deviceToHost'] as const).entries()) {
          const copy = figures.copies.find((own) => own.direction === direction);
          assert.is(
            ns(copy === undefined ? 0 : (copy.overlap.value ?? 0) * copy.seconds),
            expected.copies[at],
          );
        }
        assert.is(figures.steps.kernelBusyNs, expected.stepBusy);
      },
    ),
    { numRuns: 500 },
  );
});

test('idle parts agree, and sum to the idle time exactly', () => {
  fc.assert(
    fc.property(fc.array(execution, { minLength: 1, maxLength: 20, size: 'max' }), (drawn) => {
      const runs = drawn.map(({ launch, startNs, durationNs, callNs }) => ({
        launch,
        startNs: startNs * scale,
        durationNs: durationNs * scale,
        callNs: callNs === undefined ? undefined : callNs * scale,
      }));
      if (runs.every(({ callNs }) => callNs === undefined)) return;
      const { idle } = figuresOf(timelineOf(runs));
      const expected = idleModel(runs);
      const ns = (value: number | null) => Math.round((value ?? 0) * 1e9);
      assert.equal(
        [ns(idle.hostBound.value), ns(idle.launchBound.value), ns(idle.other.value)],
        [expected.host, expected.launch, expected.other],
      );
    }),
    { numRuns: 500 },
  );
});

test('kernel time within steps is that of each launch', () => {
  fc.assert(
    fc.property(fc.array(execution, { minLength: 1, maxLength: 20, size: 'max' }), steps, (drawn, marks) => {
      const runs = drawn.map(({ callNs: _call, ...run }): Execution => run);
      const bounds = [...marks].sort((a, b) => a - b).slice(0, marks.length & ~1);
      const { stepLaunchNs } = measure(timelineOf(runs, bounds));
      const expected = [compute, wide, collective].map((launch) => {
        let sum = 0;
        for (const run of runs.filter((own) => own.launch === launch)) {
          for (let at = 0; at + 1 < bounds.length; at += 2) {
            const from = Math.max(run.startNs, bounds[at] as number);
            sum += Math.max(0, Math.min(run.startNs + run.durationNs, bounds[at + 1] as number) - from);
          }
        }
        return sum;
      });
      assert.equal([...stepLaunchNs.subarray(0, 3)], expected);
    }),
  );
});

test.run();
