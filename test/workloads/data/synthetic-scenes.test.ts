import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../workloads/data/random.ts';
import { createSyntheticScenes, drawScene, sceneClasses } from '../../../workloads/data/synthetic-scenes.ts';

const test = suite('synthetic scenes');

test('a seed gives the same scenes again, in any order', () => {
  const [first, second] = [0, 1].map(() => createSyntheticScenes({ seed: 3, augment: true, side: 48 }));
  const batches = [0, 1, 2].map((number) => first?.trainingBatch(number, 4));
  for (const number of [2, 0, 1]) assert.equal(second?.trainingBatch(number, 4), batches[number]);
  assert.not.equal(batches[0]?.truths, batches[1]?.truths);
  const other = createSyntheticScenes({ seed: 4, augment: true, side: 48 }).trainingBatch(0, 4);
  assert.not.equal(other.images, batches[0]?.images);
});

test('augmentation changes pictures and boxes, neither labels nor the content', () => {
  const plain = createSyntheticScenes({ seed: 3, augment: false, side: 48 }).trainingBatch(0, 12);
  const changed = createSyntheticScenes({ seed: 3, augment: true, side: 48 }).trainingBatch(0, 12);
  const labelsOf = ({ truths }: typeof plain) => truths.map(({ labels }) => labels);
  assert.equal(labelsOf(plain), labelsOf(changed));
  assert.equal(plain.contents, changed.contents);
  assert.is(new Set(plain.contents).size, 12);
  assert.not.equal(plain.truths, changed.truths);
});

test('every scene has objects, boxes are within it, and all classes come', () => {
  const labelsSeen = new Set<number>();
  for (let scene = 0; scene < 200; scene++) {
    const { truth } = drawScene(createRandom(scene, 'scene'), 64);
    assert.ok(truth.labels.length >= 1 && truth.labels.length <= 4);
    assert.is(truth.boxes.length, 4 * truth.labels.length);
    for (const [object, label] of truth.labels.entries()) {
      labelsSeen.add(label);
      const [top = 0, left = 0, bottom = 0, right = 0] = truth.boxes.subarray(object * 4, object * 4 + 4);
      assert.ok(top >= 0 && left >= 0 && bottom <= 1 && right <= 1);
      assert.ok(bottom - top > 0.05 && right - left > 0.05);
    }
  }
  assert.is(labelsSeen.size, sceneClasses.length);
});

test('the box of a red object is where the red is', () => {
  const side = 96;
  let looked = 0;
  for (let scene = 0; looked < 20; scene++) {
    const { picture, truth } = drawScene(createRandom(scene, 'red'), side);
    const [label = 0] = truth.labels;
    if (truth.labels.length !== 1 || !(sceneClasses[label] ?? '').startsWith('red')) continue;
    looked += 1;
    let [top, left, bottom, right] = [side, side, 0, 0];
    for (let pixel = 0; pixel < side * side; pixel++) {
      const [red = 0, green = 0, blue = 0] = picture.pixels.subarray(pixel * 3, pixel * 3 + 3);
      if (red - Math.max(green, blue) < 120) continue;
      const [y, x] = [Math.floor(pixel / side), pixel % side];
      [top, left] = [Math.min(top, y), Math.min(left, x)];
      [bottom, right] = [Math.max(bottom, y + 1), Math.max(right, x + 1)];
    }
    const box = [...truth.boxes].map((value) => Math.round(value * side));
    assert.equal(box, [top, left, bottom, right]);
  }
});

test('a small set comes again and again', () => {
  const dataset = createSyntheticScenes({ seed: 1, augment: false, side: 32, trainSize: 4 });
  assert.is(dataset.trainSize, 4);
  assert.equal(dataset.trainingBatch(0, 4), dataset.trainingBatch(3, 4));
  assert.is(new Set(dataset.trainingBatch(0, 8).contents).size, 4);
});

test('evaluation sees other scenes, the same each time', () => {
  const dataset = createSyntheticScenes({ seed: 1, augment: true, side: 32 });
  const before = [...dataset.evaluationBatches(4, 2)];
  assert.equal([...dataset.evaluationBatches(4, 2)], before);
  const trained = new Set(dataset.trainingBatch(0, 8).contents);
  for (const { contents } of before) for (const content of contents) assert.not.ok(trained.has(content));
});

test('scenes are normalised', () => {
  const { images } = createSyntheticScenes({ seed: 2, augment: false }).trainingBatch(0, 60);
  const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
  const square = images.reduce((sum, value) => sum + value * value, 0) / images.length;
  assert.ok(Math.abs(mean) < 0.1, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(square) - 1) < 0.1, `deviation ${Math.sqrt(square)}`);
});

test.run();
