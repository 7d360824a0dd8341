import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Diff } from '../../src/report/diff/contract.ts';
import { buildDiff, isWorse } from '../../src/report/diff/diff.ts';
import { diffMarkdown } from '../../src/report/diff/markdown.ts';
import { diffText } from '../../src/report/diff/text.ts';
import { emptyTimeline } from '../support/timelines.ts';
import { madeUpRun, normal, type RunOptions, seeded, usualKernels, usualSteps } from './diff-runs.ts';

const test = suite('diff');

function diffOf(before: RunOptions, after: RunOptions): Diff {
  return buildDiff(madeUpRun(before), madeUpRun(after));
}

function scaled(factor: number): readonly number[] {
  return usualSteps.map((step) => step * factor);
}

function near(actual: number | null | undefined, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= tolerance, `${actual} is not ${expected}`);
}

test('a run against itself is neutral, and nothing of it has changed', () => {
  const diff = diffOf({}, {});
  assert.is(diff.verdict.verdict, 'neutral');
  assert.is(diff.verdict.subject, 'stepSeconds');
  near(diff.comparability.ratio, 1);
  assert.ok(diff.figures.every(({ direction }) => direction === 'same' || direction === 'unknown'));
  assert.ok(diff.kernels.every(({ change }) => change.value === 0));
  assert.equal([diff.gone, diff.new], [[], []]);
});

test('shorter steps are better, longer ones worse, and within the noise neutral', () => {
  const verdict = (factor: number) => diffOf({}, { steps: scaled(factor) }).verdict.verdict;
  assert.is(verdict(0.9), 'better');
  assert.is(verdict(1.1), 'worse');
  assert.is(verdict(1.005), 'neutral');
  assert.ok(isWorse(diffOf({}, { steps: scaled(1.1) })));
});

test('a first step that warms up changes no verdict', () => {
  const diff = diffOf({}, { steps: [5000, ...usualSteps.slice(1)] });
  assert.is(diff.verdict.verdict, 'neutral');
});

test('steps of other size are compared by samples', () => {
  const diff = diffOf({ samples: 32 }, { samples: 64, steps: scaled(1.5) });
  assert.is(diff.verdict.subject, 'samplesPerSecond');
  assert.is(diff.verdict.verdict, 'better');
});

test('runs of different length compare, since times are told per step', () => {
  const diff = diffOf({}, { steps: [...usualSteps, ...usualSteps, ...usualSteps] });
  assert.is(diff.verdict.verdict, 'neutral');
  for (const { change } of diff.kernels) near(change.value, 0);
  const idle = diff.figures.find(({ figure }) => figure === 'idle.seconds');
  assert.is(idle?.direction, 'same');
});

test('with two steps a small change is neutral and a large one still told, by an assumed floor', () => {
  const small = diffOf({ steps: [100, 100] }, { steps: [103, 103] });
  assert.is(small.verdict.verdict, 'neutral');
  assert.match(diffText(small), /noise of the step time is assumed 5 %/);
  assert.match(diffText(small), /Figures with \? have no known noise/);
  assert.is(diffOf({ steps: [100, 100] }, { steps: [120, 120] }).verdict.verdict, 'worse');
});

test('a slower kernel is named with what it cost, a faster one too, over all devices', () => {
  const [gemm, add, nccl] = usualKernels;
  assert.ok(gemm && add && nccl);
  const after = [{ ...gemm, milliseconds: 3 }, add, { ...nccl, milliseconds: 12 }];
  const diff = diffOf({ devices: 2 }, { devices: 2, kernels: after });
  const [first, second, third] = diff.kernels;
  assert.is(first?.category, 'gemm');
  near(first?.change.value, -0.02);
  assert.is(first?.direction, 'better');
  near(first?.fromDurationSeconds, -0.02);
  near(first?.fromCallsSeconds, 0);
  assert.is(first?.devices.length, 2);
  assert.is(second?.category, 'communication');
  near(second?.change.value, 0.008);
  assert.is(second?.direction, 'worse');
  assert.is(third?.direction, 'same');
  assert.match(diffText(diff), /slower: more time per step.*nccl.*faster: less time per step.*sgemm/s);
});

test('a change by the number of calls is told apart from one by their length', () => {
  const [gemm, ...others] = usualKernels;
  assert.ok(gemm);
  const diff = diffOf({}, { kernels: [{ ...gemm, calls: 5 }, ...others] });
  near(diff.kernels[0]?.fromCallsSeconds, -0.02);
  near(diff.kernels[0]?.fromDurationSeconds, 0);
  assert.match(diffText(diff), /10 → 5 calls, each 4\.00 ms as before/);
});

test('a kernel whose calls vary much is rarely taken for slower by chance', () => {
  const random = seeded(5);
  const jitter = () => Math.max(0, 1 + 0.2 * normal(random));
  const run = { jitter, kernels: [{ name: 'ncclDevKernel_SendRecv', milliseconds: 8 }] };
  let wrong = 0;
  for (let i = 0; i < 200; i++) if (diffOf(run, run).kernels[0]?.direction !== 'same') wrong++;
  assert.ok(wrong <= 0.08 * 200, `${wrong} of 200`);
});

test('template arguments change with a version: matched by short name', () => {
  const name = (arguments_: string) =>
    `void at::native::vectorized_elementwise_kernel<${arguments_}, at::native::AddFunctor<float>>(int, float)`;
  const kernels = (arguments_: string) => [
    ...usualKernels.slice(0, 1),
    { name: name(arguments_), milliseconds: 2, calls: 5 },
  ];
  const diff = diffOf({ kernels: kernels('4') }, { kernels: kernels('8') });
  assert.is(diff.kernels.find(({ matchedBy }) => matchedBy === 'shortName')?.callsAfter, 5);
  assert.equal([diff.gone, diff.new], [[], []]);
});

test('other kernels for the same work: gone, new, and compared by category', () => {
  const [gemm, ...others] = usualKernels;
  assert.ok(gemm);
  const diff = diffOf(
    {},
    { kernels: [{ ...gemm, name: 'sm90_xmma_gemm_f32f32_tn', milliseconds: 2 }, ...others] },
  );
  assert.equal(
    diff.gone.map(({ name }) => name),
    [gemm.name],
  );
  assert.equal(
    diff.new.map(({ name }) => name),
    ['sm90_xmma_gemm_f32f32_tn'],
  );
  const category = diff.kernels.find(({ matchedBy }) => matchedBy === 'category');
  near(category?.change.value, -0.02);
  assert.is(diff.categories[0]?.category, 'gemm');
  assert.ok(diff.comparability.ratio < 0.8);
  assert.match(diffText(diff), /^gone: 1 kernels/m);
});

test('runs with other kernels are not comparable, however long their steps', () => {
  const kernels = [{ name: 'void flash::flash_fwd_kernel<64>', milliseconds: 50 }];
  const { verdict, comparability } = diffOf({}, { kernels });
  assert.is(verdict.verdict, 'not comparable');
  assert.is(comparability.ratio, 0);
  assert.match(verdict.sentence, /only 0% of the work/);
});

test('times on another GPU model are held against what the peaks let expect, and it is said so', () => {
  const [gemm, add, nccl] = usualKernels;
  assert.ok(gemm && add && nccl);
  const h100 = { model: 'NVIDIA H100 80GB HBM3' };
  const diff = diffOf({}, h100);
  near(diff.models.plainFactor.value, 19.5 / 67, 1e-6);
  near(diff.models.memoryFactor.value, 2039 / 3350, 1e-6);
  assert.is(diff.verdict.verdict, 'worse', 'as slow as before on a faster model');
  const sgemm = diff.kernels.find(({ category }) => category === 'gemm');
  near(sgemm?.before.value, 0.04);
  near(sgemm?.expected?.value, (0.04 * 19.5) / 67, 1e-9);
  assert.is(sgemm?.direction, 'worse');
  const reduce = diff.kernels.find(({ category }) => category === 'communication');
  near(reduce?.expected?.value, 0.008);
  assert.is(reduce?.direction, 'same');
  for (const text of [diffText(diff), diffMarkdown(diff)]) {
    assert.match(text, /The GPU models differ: NVIDIA A100-SXM4-80GB and NVIDIA H100 80GB HBM3/);
    assert.match(text, /scaled by peaks/);
  }
});

test('a model without known peaks is not comparable, and its name is in the reason', () => {
  const { verdict, models, kernels } = diffOf({}, { model: 'NVIDIA Imaginary 9000' });
  assert.is(verdict.verdict, 'not comparable');
  assert.match(verdict.sentence, /The peaks of NVIDIA Imaginary 9000 are in no table/);
  assert.is(models.tensorFactor.value, null);
  assert.is(kernels[0]?.direction, 'unknown');
  assert.ok(kernels[0]?.before.value !== null, 'raw times stand');
});

test('cards of one model with more memory are one model; so is one whose trace does not tell', () => {
  assert.not.ok(diffOf({ model: 'Tesla V100-SXM2-16GB' }, { model: 'Tesla V100-SXM2-32GB' }).models.differ);
  const untold = diffOf({}, { model: 'GPU 0' });
  assert.not.ok(untold.models.differ);
  assert.match(diffText(untold), /GPU model is not told on both sides/);
});

test('without steps equal work is compared by its window', () => {
  const run = { unmarked: true, devices: 2 };
  const diff = diffOf(run, { ...run, steps: scaled(1.3) });
  assert.is(diff.verdict.subject, 'windowSeconds');
  assert.is(diff.verdict.verdict, 'worse');
  assert.is(diff.stepSeconds.before.value, null);
  assert.is(diffOf(run, run).verdict.verdict, 'neutral');
});

test('without steps unequal work is compared call by call', () => {
  const run = { unmarked: true };
  const long = [...usualSteps, ...usualSteps, ...usualSteps];
  const same = diffOf(run, { ...run, steps: long });
  assert.is(same.verdict.subject, 'workSeconds');
  assert.is(same.verdict.verdict, 'neutral');
  near(same.comparability.work.value, 3);
  near(same.comparability.ratio, 1 / 3);
  const [gemm, ...others] = usualKernels;
  assert.ok(gemm);
  const faster = diffOf(run, { ...run, steps: long, kernels: [{ ...gemm, milliseconds: 2 }, ...others] });
  assert.is(faster.verdict.verdict, 'better');
  near(faster.workSeconds.before.value, 0.6);
  near(faster.workSeconds.after.value, 0.4);
});

test('where one side has steps only, it says which has none', () => {
  assert.match(diffText(diffOf({}, { unmarked: true })), /The second run has no steps/);
});

test('nothing to compare is not comparable, not a crash', () => {
  const empty = emptyTimeline([]);
  for (const [before, after] of [
    [empty, empty],
    [empty, madeUpRun()],
    [madeUpRun(), empty],
  ] as const) {
    const diff = buildDiff(before, after);
    assert.is(diff.verdict.verdict, 'not comparable');
    assert.ok(diffText(diff).length > 0);
    assert.ok(diffMarkdown(diff).length > 0);
  }
});

test('steps without a kernel are compared by their time', () => {
  const { verdict } = diffOf({ kernels: [] }, { kernels: [], steps: scaled(0.8) });
  assert.is(verdict.verdict, 'better');
});

test('another number of devices: the common ones are compared, and it is said', () => {
  const diff = diffOf({ devices: 1 }, { devices: 2 });
  assert.match(diffText(diff), /1 devices before, 2 after/);
  assert.is(diff.kernels[0]?.change.value, 0);
});

test('every figure is a number with a source or a reason, never NaN', () => {
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'number') assert.ok(Number.isFinite(value), path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    }
  };
  const h100 = { model: 'NVIDIA H100 80GB HBM3' };
  for (const diff of [
    diffOf({}, {}),
    diffOf({}, { unmarked: true }),
    diffOf({}, h100),
    diffOf({ kernels: [] }, {}),
  ]) {
    walk(diff, 'diff');
  }
});

test('a hostile kernel name reaches neither the terminal nor the page', () => {
  const kernels = [
    ...usualKernels,
    { name: `\u001b[2J<script>alert(1)</script>|${'x'.repeat(1e5)}`, milliseconds: 9 },
  ];
  const diff = diffOf({}, { kernels });
  assert.not.ok(diffText(diff).includes('\u001b'));
  assert.not.match(diffMarkdown(diff), /<script>/);
  assert.ok(diffText(diff).length < 10_000);
});

test.run();
