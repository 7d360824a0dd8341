import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentationAt, standardAugmentation } from '../../../workloads/data/augment.ts';
import { bytesOf, imageBytes } from '../../../workloads/data/dataset.ts';
import { createRandom } from '../../../workloads/data/random.ts';
import { createSyntheticShapes, drawSample } from '../../../workloads/data/synthetic-shapes.ts';

const test = suite('synthetic shapes');

test('a seed gives the same batches again', () => {
  const first = createSyntheticShapes({ seed: 3, augment: standardAugmentation });
  const second = createSyntheticShapes({ seed: 3, augment: standardAugmentation });
  // In any order.
  const batches = [0, 1, 2].map((number) => first.trainingBatch(number, 8));
  for (const number of [2, 0, 1]) assert.equal(second.trainingBatch(number, 8), batches[number]);
  assert.not.equal(batches[0]?.images, batches[1]?.images);
  const other = createSyntheticShapes({ seed: 4, augment: standardAugmentation });
  assert.not.equal(other.trainingBatch(0, 8).labels, batches[0]?.labels);
});

test('augmentation changes pictures, neither labels nor what is told of their content', () => {
  const plain = createSyntheticShapes({ seed: 3, augment: null }).trainingBatch(0, 16);
  const changed = createSyntheticShapes({ seed: 3, augment: standardAugmentation }).trainingBatch(0, 16);
  assert.equal(plain.labels, changed.labels);
  assert.equal(plain.contents, changed.contents);
  assert.is(new Set(plain.contents).size, 16);
  assert.not.equal(plain.images, changed.images);
});

test('says that it is made up, and labels cover all classes', () => {
  const dataset = createSyntheticShapes({ seed: 1, augment: null });
  assert.is(dataset.synthetic, true);
  assert.match(dataset.name, 'synthetic');
  assert.is(dataset.trainSize, null);
  const labels = new Set<number>();
  for (let batch = 0; batch < 15; batch++)
    for (const label of dataset.trainingBatch(batch, 100).labels) labels.add(label);
  assert.is(labels.size, dataset.classes);
  assert.is(Math.min(...labels), 0);
  assert.is(Math.max(...labels), dataset.classes - 1);
});

test('evaluation sees the same samples each time, none of them from training', () => {
  const dataset = createSyntheticShapes({ seed: 1, augment: null });
  const before = [...dataset.evaluationBatches(8, 2)];
  const training = dataset.trainingBatch(0, 16);
  const after = [...dataset.evaluationBatches(8, 2)];
  assert.equal(before, after);
  assert.is(before.length, 2);
  const keys = (images: Float32Array) =>
    Array.from({ length: images.length / imageBytes }, (_, index) =>
      images.subarray(index * imageBytes, (index + 1) * imageBytes).join(),
    );
  const trained = new Set(keys(training.images));
  for (const { images } of before) for (const key of keys(images)) assert.not.ok(trained.has(key));
});

test('batches are normalised', () => {
  const { images } = createSyntheticShapes({ seed: 2, augment: null }).trainingBatch(0, 500);
  const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
  const square = images.reduce((sum, value) => sum + value * value, 0) / images.length;
  assert.ok(Math.abs(mean) < 0.05, `mean ${mean}`);
  assert.ok(Math.abs(Math.sqrt(square) - 1) < 0.05, `deviation ${Math.sqrt(square)}`);
});

test('red classes show red, the others none', () => {
  const random = createRandom(5, 'red');
  const pixels = new Uint8Array(imageBytes);
  let red = 0;
  let others = 0;
  let reds = 0;
  for (let index = 0; index < 2000; index++) {
    const label = drawSample(pixels, random);
    let strong = 0;
    for (let at = 0; at < imageBytes; at += 3) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
      if (r - Math.max(g, b) > 140) strong += 1;
    }
    if (label % 10 === 0) {
      red += strong;
      reds += 1;
    } else others += strong;
  }
  assert.ok(reds > 120 && reds < 280, `about one in ten is red, not ${reds} of 2000`);
  assert.ok(red / reds > 20 * (others / (2000 - reds)));
});

test('larger pictures show the same at another size', () => {
  const large = createSyntheticShapes({ seed: 3, augment: augmentationAt(96), side: 96 });
  const { images, labels } = large.trainingBatch(0, 4);
  assert.is(images.length, 4 * bytesOf(96));
  assert.equal(
    labels,
    createSyntheticShapes({ seed: 3, augment: null, side: 96 }).trainingBatch(0, 4).labels,
  );
  const random = createRandom(5, 'red');
  const pixels = new Uint8Array(bytesOf(96));
  let largest = 0;
  for (let index = 0; index < 300; index++) {
    if (drawSample(pixels, random, 96) !== 20) continue;
    // A red square: of 96 pixels a side it covers nine times as many as of 32.
    let strong = 0;
    for (let at = 0; at < pixels.length; at += 3)
      if ((pixels[at] ?? 0) - Math.max(pixels[at + 1] ?? 0, pixels[at + 2] ?? 0) > 120) strong += 1;
    largest = Math.max(largest, strong);
  }
  assert.ok(largest > 9 * 100 && largest < 9 * 500, `${largest} red pixels`);
});

test.run();
