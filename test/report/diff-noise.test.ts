import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { medianOf } from '../../src/analysis/statistics.ts';
import { known } from '../../src/model/measured.ts';
import { batchSize, kernelSpreads } from '../../src/report/diff/batches.ts';
import { compare } from '../../src/report/diff/change.ts';
import { noiseOfMedians, robustDeviation, smallestFloor } from '../../src/report/diff/noise.ts';
import { madeUpRun, millisecond, normal, seeded } from './diff-runs.ts';

const test = suite('diff: noise');

test('one odd step among many moves neither the middle nor the spread', () => {
  const even = Array.from({ length: 21 }, (_, i) => 100 + (i % 5));
  const odd = [...even.slice(1), 5000];
  assert.ok(Math.abs(medianOf(odd) - medianOf(even)) <= 1);
  assert.ok(robustDeviation(odd) < 2 * robustDeviation(even));
});

test('a spread is not zero because most values are the same', () => {
  assert.ok(robustDeviation([1, 1, 1, 1, 1, 1, 1, 1, 9]) > 0);
});

test('too few values have no noise, and the reason counts them', () => {
  const noise = noiseOfMedians([100, 101], [90, 91, 92], 'steps');
  assert.is(noise.value, null);
  assert.match(noise.value === null ? noise.why : '', /^2 and 3 steps have no spread; it takes 3/);
});

test('fewer steps make a wider floor', () => {
  const few = noiseOfMedians([100, 104, 96], [100, 104, 96], 'steps').value ?? 0;
  const many = Array.from({ length: 30 }, (_, i) => [100, 104, 96][i % 3] ?? 0);
  assert.ok(few > 4 * (noiseOfMedians(many, many, 'steps').value ?? 0));
});

test('even the evenest steps have a floor', () => {
  assert.is(noiseOfMedians([100, 100, 100], [100, 100, 100], 'steps').value, 100 * smallestFloor);
});

test('two draws of one distribution are told apart as rarely as a 95 % interval promises', () => {
  const random = seeded(7);
  for (const count of [3, 6, 20]) {
    const draw = () => Array.from({ length: count }, () => 100 + 10 * normal(random));
    let wrong = 0;
    for (let i = 0; i < 500; i++) {
      const [before, after] = [draw(), draw()];
      const noise = noiseOfMedians(before, after, 'steps');
      const { direction } = compare(known(medianOf(before), ''), known(medianOf(after), ''), noise, 'lower');
      if (direction !== 'same') wrong++;
    }
    assert.ok(wrong <= 0.08 * 500, `${wrong} of 500 with ${count} steps`);
  }
});

test('a clear change is seen', () => {
  const random = seeded(8);
  const draw = (mean: number) => Array.from({ length: 20 }, () => mean + 2 * normal(random));
  const [before, after] = [draw(100), draw(90)];
  const noise = noiseOfMedians(before, after, 'steps');
  assert.is(
    compare(known(medianOf(before), ''), known(medianOf(after), ''), noise, 'lower').direction,
    'better',
  );
});

test('the noise is never negative nor NaN', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 40 });
  fc.assert(
    fc.property(values, values, (before, after) => {
      const { value } = noiseOfMedians(before, after, 'steps');
      assert.ok(value !== null && value >= 0);
    }),
  );
});

test('kernels of different size that take turns are no noise', () => {
  const run = madeUpRun({
    unmarked: true,
    kernels: [
      { name: 'flash_fwd', milliseconds: 8 },
      { name: 'other', milliseconds: 1 },
      { name: 'flash_fwd', milliseconds: 0.2 },
    ],
    steps: Array<number>(34).fill(20),
  });
  const flash = kernelSpreads(run, 0).find(({ name }) => name === 'flash_fwd');
  assert.is(flash?.calls, 68);
  assert.ok((flash?.meanNoiseNs ?? 1) < 1);
});

test('calls that vary are noise, and a batch is a number of steps', () => {
  const random = seeded(3);
  const run = madeUpRun({ jitter: () => 1 + random() });
  for (const { meanNoiseNs, name } of kernelSpreads(run, 10)) {
    assert.ok(meanNoiseNs !== null && meanNoiseNs > 0.01 * millisecond, name);
  }
  assert.is(batchSize(120, 10), 12);
  assert.is(batchSize(100, 50), 10);
  assert.is(batchSize(34, 0), 6);
  assert.is(batchSize(3, 0), 1);
  assert.is(batchSize(0, 0), 1);
});

test('a kernel that is called three times has no known noise', () => {
  const run = madeUpRun({ steps: [100, 100, 100] });
  const [nccl] = kernelSpreads(run, 3).filter(({ name }) => name.startsWith('nccl'));
  assert.is(nccl?.meanNoiseNs, null);
});

test.run();
