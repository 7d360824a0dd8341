import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TimelineBuilder } from '../../../../src/recording/timeline-builder.ts';
import {
  addExecutions,
  addSteps,
  type Execution,
  emptyTimeline,
  testLaunch,
} from '../../../support/timelines.ts';
import { addHost, gpus } from '../gpu-timelines.ts';
import { sayOf } from './health-timelines.ts';

const test = suite('advice on what ran once');
const ms = 1e6;

/** Steps of 10 ms with a convolution and its bias each; the further launches run in the steps that are wanted. */
function run(
  further: readonly (readonly [
    launch: Parameters<typeof testLaunch>[0],
    inStep: (step: number) => boolean,
  ])[],
  { steps = 40, keepNs = Number.POSITIVE_INFINITY, perBlock = 8 } = {},
): TimelineBuilder {
  const timeline = emptyTimeline(undefined, keepNs);
  const each = [
    [{ name: 'Conv2D', layer: 'stem' }, () => true] as const,
    [{ name: 'Add', layer: 'stem' }, () => true] as const,
    ...further,
  ];
  const launches = each.map(([launch]) => timeline.addLaunch(testLaunch(launch)));
  addSteps(
    timeline,
    Array.from({ length: steps }, () => 10 * ms),
  );
  const executions = Array.from({ length: steps }, (_, step) =>
    each.flatMap(([, inStep], at): Execution[] =>
      inStep(step + 1) ? [[launches[at] ?? 0, step * 10 * ms + at * ms, 0.5 * ms]] : [],
    ),
  );
  for (let at = 0; at < steps; at += perBlock)
    addExecutions(timeline, executions.slice(at, at + perBlock).flat());
  return timeline;
}

const mask = { name: 'RandomUniform', layer: 'dropout', phase: 'forward' };

test('an operation of the first step alone is named with its layer', () => {
  const found = sayOf(run([[mask, (step) => step === 1]]), 'ran-once');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, '1 operation ran in the first steps and never again');
  assert.is(
    found?.evidence,
    'RandomUniform of dropout (forward): not once in the last 38 of 40 steps, while others of the same phase went on.',
  );
  assert.is(
    sayOf(run([[mask, (step) => step <= 2]]), 'ran-once')?.severity,
    'warn',
    'a step that is run twice',
  );
});

test('what runs seldom, later, in evaluation, outside of layers, or in a phase that ended, is no such thing', () => {
  const severity = (launch: typeof mask, inStep: (step: number) => boolean) =>
    sayOf(run([[launch, inStep]]), 'ran-once')?.severity;
  assert.is(
    severity(mask, (step) => step % 20 === 1),
    'ok',
  );
  assert.is(
    severity(mask, (step) => step === 30),
    'ok',
  );
  assert.is(
    severity({ ...mask, phase: 'evaluation' }, (step) => step === 1),
    'ok',
  );
  assert.is(
    severity({ ...mask, layer: '' }, (step) => step === 1),
    'ok',
    'slots of an optimizer are filled once',
  );
  assert.is(
    severity({ ...mask, phase: 'warm-up' }, (step) => step === 1),
    'ok',
  );
});

test('a warm-up before the steps is over as a whole, also where some of it ran often', () => {
  const steps = 12;
  const timeline = emptyTimeline();
  const often = timeline.addLaunch(testLaunch({ name: 'Conv2D', layer: 'stem', phase: 'warm-up' }));
  const seldom = timeline.addLaunch(testLaunch({ name: 'BatchMoments', layer: 'stem', phase: 'warm-up' }));
  const each = timeline.addLaunch(testLaunch({ name: 'Conv2D', layer: 'stem', phase: 'fused' }));
  const before = Array.from({ length: 6 }, (_, at): Execution => [often, at * ms, 0.5 * ms]);
  addExecutions(timeline, [...before, [seldom, 7 * ms, 0.5 * ms]]);
  for (let step = 0; step < steps; step++) {
    const startNs = (10 + step) * 10 * ms;
    timeline.addStep({ number: step + 1, rank: 0, startNs, endNs: startNs + 10 * ms, samples: 8 });
    addExecutions(timeline, [[each, startNs, ms]]);
  }
  assert.is(sayOf(timeline, 'ran-once')?.severity, 'ok');
});

test('another shape of the same operation is the same operation', () => {
  const whole = { name: 'MatMul', layer: 'classifier', flops: 100 };
  const rest = { name: 'MatMul', layer: 'classifier', flops: 200 };
  assert.is(
    sayOf(
      run([
        [whole, (step) => step === 1],
        [rest, (step) => step > 1],
      ]),
      'ran-once',
    )?.severity,
    'ok',
  );
});

test('a live timeline that forgets goes by how often it ran, and by what it still keeps', () => {
  const live = { steps: 400, keepNs: 500 * ms };
  const timeline = run([[mask, (step) => step === 1]], live);
  assert.ok(timeline.keptFromNs > 0);
  const found = sayOf(timeline, 'ran-once');
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', /not once in the last \d+ of 400 steps/);
  assert.is(
    sayOf(run([[mask, (step) => step <= 20]], live), 'ran-once')?.severity,
    'ok',
    'it may have been many steps',
  );
  assert.is(sayOf(run([[mask, (step) => step === 390]], live), 'ran-once')?.severity, 'ok');
  assert.is(
    sayOf(run([[mask, (step) => step === 1]], { steps: 400, keepNs: 50 * ms }), 'ran-once'),
    undefined,
  );
});

test('few steps, and kernels that are recorded in windows or in sums, tell nothing', () => {
  assert.is(sayOf(run([[mask, (step) => step === 1]], { steps: 9 }), 'ran-once'), undefined);
  const windows = run([[mask, (step) => step === 1]]);
  windows.addWindow({ startNs: 0, endNs: 100 * ms, devices: new Set(['cpu']) });
  assert.is(sayOf(windows, 'ran-once'), undefined);
  const ranks = run([[mask, (step) => step === 1]]);
  for (const rank of [0, 1]) ranks.addRank(rank, 2);
  assert.is(sayOf(ranks, 'ran-once'), undefined);
});

/** Steps of a program under `run` that marks parts of them. */
function marked(
  names: readonly (readonly [name: (step: number) => string, inStep: (step: number) => boolean])[],
) {
  const timeline = gpus();
  addSteps(
    timeline,
    Array.from({ length: 30 }, () => 10 * ms),
  );
  const byName = new Map<string, [number, number][]>();
  for (let step = 1; step <= 30; step++) {
    for (const [name, inStep] of names) {
      if (!inStep(step)) continue;
      const ranges = byName.get(name(step)) ?? [];
      ranges.push([(step - 1) * 10 * ms + ms, 2 * ms]);
      byName.set(name(step), ranges);
    }
  }
  for (const [name, ranges] of byName) addHost(timeline, name, ranges);
  for (const [at, { name }] of timeline.host.names.entries())
    timeline.host.names[at] = { name, kind: 'annotation' };
  return timeline;
}

test('a range that a program marks in its first step alone, while others come at each', () => {
  const found = sayOf(
    marked([
      [() => 'forward', () => true],
      [() => 'augment', (step) => step === 1],
    ]),
    'ran-once',
  );
  assert.is(found?.severity, 'warn');
  assert.match(found?.evidence ?? '', /^augment: in the first of 30 steps alone/);
});

test('numbered ranges, those of a begin, and a program that marks nothing at each step', () => {
  const say = (...names: Parameters<typeof marked>[0]) => sayOf(marked(names), 'ran-once')?.severity;
  const always = [() => 'forward', () => true] as const;
  assert.is(say(always, [(step) => `batch ${step}`, () => true]), undefined);
  assert.is(say(always, [() => 'cudnn benchmark', (step) => step === 1]), undefined);
  assert.is(say(always, [() => 'torch.compile', (step) => step === 1]), undefined);
  assert.is(say([() => 'augment', (step) => step === 1]), undefined);
  assert.is(say(always, [() => 'validate', (step) => step === 1 || step === 25]), undefined);
});

test('bare CUDA kernels that run once are trials of a library', () => {
  const timeline = gpus();
  addSteps(
    timeline,
    Array.from({ length: 30 }, () => 10 * ms),
  );
  const [trial, kernel] = [
    timeline.addLaunch(testLaunch({ layer: '', device: 'gpu0' })),
    timeline.addLaunch(testLaunch({ layer: '', device: 'gpu0', name: 'gemm' })),
  ];
  addExecutions(timeline, [
    [trial, 0, ms],
    ...Array.from({ length: 30 }, (_, step): Execution => [kernel, step * 10 * ms, ms]),
  ]);
  assert.is(sayOf(timeline, 'ran-once'), undefined);
});

test.run();
