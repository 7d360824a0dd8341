import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../../workloads/data/random.ts';
import { createSyntheticShapes } from '../../../../workloads/data/synthetic-shapes.ts';
import { LabelSignal } from '../../../../workloads/training/health/label-signal.ts';

const test = suite('label signal');
const shapes = createSyntheticShapes({ seed: 3, augment: null });
const unseen: boolean[] = [];

/** The figure after each batch. */
function follow(signal: LabelSignal, batches: number, relabel: (label: number) => number): (number | null)[] {
  return Array.from({ length: batches }, (_, number) => {
    const batch = shapes.trainingBatch(number, 32);
    return signal.add(batch, batch.labels.map(relabel), unseen);
  });
}

test('it is far above 1 where colours go with labels, and about 1 where labels are drawn', () => {
  const random = createRandom(1, 'labels');
  const real = follow(new LabelSignal(null), 30, (label) => label);
  const drawn = follow(new LabelSignal(null), 30, () => random.integer(100));
  assert.ok((real.at(-1) ?? 0) > 3, `${real.at(-1)}`);
  assert.ok(Math.abs((drawn.at(-1) ?? 0) - 1) < 0.35, `${drawn.at(-1)}`);
});

test('it comes with 500 samples, or with 8 of each class', () => {
  const hundred = follow(new LabelSignal(null), 17, (label) => label);
  assert.is(
    hundred.findIndex((value) => value !== null),
    15,
  );
  const two = follow(new LabelSignal(null), 17, (label) => label % 2);
  assert.ok(two.findIndex((value) => value !== null) <= 1);
  const one = follow(new LabelSignal(null), 17, () => 4);
  assert.equal(new Set(one), new Set([null]), 'one class has nothing to differ from');
});

test('it is the F statistic of an analysis of variance', () => {
  // Two classes with two samples each in one feature: means 1 and 4, F = 9 / 0.5 = 18.
  const signal = new LabelSignal(null);
  const images = new Float32Array(16 * 24);
  const values = [0.5, 1.5, 3.5, 4.5];
  for (let sample = 0; sample < 16; sample++) {
    images[sample * 24] = values[sample % 4] as number;
  }
  const labels = Array.from({ length: 16 }, (_, sample) => Math.floor((sample % 4) / 2));
  const value = signal.add({ size: 16, images, contents: new Float64Array(16) }, labels, unseen);
  // Of 16 samples: between 36 with 1 degree of freedom, within 4 with 14.
  assert.ok(Math.abs((value ?? 0) - 36 / (4 / 14)) < 1e-9, `${value}`);
});

test('samples that were seen do not count, nor does a second pass', () => {
  const signal = new LabelSignal(null);
  const batch = shapes.trainingBatch(0, 32);
  for (let time = 0; time < 40; time++) {
    assert.is(signal.add(batch, batch.labels, new Array<boolean>(32).fill(time > 0)), null);
  }
  const passes = follow(new LabelSignal(640), 40, (label) => label);
  assert.ok(passes[19] !== null);
  assert.equal(new Set(passes.slice(20)), new Set([null]));
});

test.run();
