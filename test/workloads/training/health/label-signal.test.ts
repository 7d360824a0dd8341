import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../../workloads/data/random.ts';
import { createSyntheticScenes } from '../../../../workloads/data/synthetic-scenes.ts';
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

const scenes = createSyntheticScenes({ seed: 3, augment: false, side: 64 });
const sides = { height: 64, width: 64 };

test('of objects it is far above 1 where boxes hold what their labels say, and about 1 on other pictures', () => {
  const [real, apart] = [new LabelSignal(null), new LabelSignal(null)];
  let [value, valueApart, objects]: [number | null, number | null, number] = [null, null, 0];
  for (let number = 0; number < 60; number++) {
    const batch = scenes.trainingBatch(number, 8);
    const { truths } = batch;
    objects += truths.reduce((sum, { labels }) => sum + labels.length, 0);
    value = real.addObjects(batch, { ...sides, truths }, unseen);
    const moved = [...truths.slice(1), ...truths.slice(0, 1)];
    valueApart = apart.addObjects(batch, { ...sides, truths: moved }, unseen);
  }
  assert.ok((value ?? 0) > 50, `${value}`);
  assert.ok(Math.abs((valueApart ?? 0) - 1) < 0.5, `${valueApart}`);
  assert.is(real.samples, objects, 'they are what is counted');
});

test('objects that count neither way and those of pictures seen before are left out, and no box breaks it', () => {
  const signal = new LabelSignal(null);
  const images = Float32Array.from({ length: 2 * 4 * 4 * 3 }, (_, at) => at % 7);
  const batch = { size: 2, images, contents: new Float64Array(2) };
  const boxes = Float32Array.from([0, 0, 1, 1, -1, -1, 2, 2, 0.5, 0.5, 0.5, 0.5]);
  const labels = Int32Array.from([0, 1, 0]);
  const truth = { boxes, labels };
  const crowd = { ...truth, difficult: Uint8Array.from([1, 0, 0]) };
  const small = { height: 4, width: 4 };
  signal.addObjects(batch, { ...small, truths: [truth, crowd] }, unseen);
  assert.is(signal.samples, 5);
  signal.addObjects(batch, { ...small, truths: [truth, truth] }, [true, false]);
  assert.is(signal.samples, 8);
  let value: number | null = null;
  for (let time = 0; time < 8; time++) {
    value = signal.addObjects(batch, { ...small, truths: [truth, truth] }, unseen);
  }
  assert.ok(value !== null && Number.isFinite(value), `${value}`);
});

test.run();
