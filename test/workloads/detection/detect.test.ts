import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDefaultBoxes } from '../../../workloads/detection/default-boxes.ts';
import { detect, detectDefaults } from '../../../workloads/detection/detect.ts';
import { encodeTargets } from '../../../workloads/detection/encode.ts';
import { boxesOf } from './arbitrary-boxes.ts';

const test = suite('detections of a batch');

const classes = 3;
const defaults = createDefaultBoxes([
  { height: 6, width: 6 },
  { height: 3, width: 3 },
  { height: 1, width: 1 },
]);
const truths = [
  {
    boxes: boxesOf([
      [0.1, 0.1, 0.4, 0.4],
      [0.5, 0.45, 0.9, 0.95],
    ]),
    labels: Int32Array.of(2, 0),
  },
  { boxes: new Float32Array(0), labels: new Int32Array(0) },
];

/** Predictions that say what the targets say, with logits of `certainty` for it and 0 for the rest. */
function perfect(certainty: number): Float32Array {
  const targets = encodeTargets(defaults, truths, classes);
  const width = classes + 1 + 4;
  const predictions = new Float32Array(targets.classes.length * width);
  for (const [place, label] of targets.classes.entries()) {
    predictions[place * width + label] = certainty;
    predictions.set(targets.offsets.subarray(4 * place, 4 * place + 4), place * width + classes + 1);
  }
  return predictions;
}

test('a detector that is right gives each object once, with its probability', () => {
  const [first, second] = detect(perfect(20), defaults, classes);
  assert.equal([...(first?.labels ?? [])].sort(), [0, 2]);
  for (const [index, label] of (first?.labels ?? []).entries()) {
    const object = truths[0]?.labels.indexOf(label) ?? -1;
    for (let place = 0; place < 4; place++) {
      const difference =
        (first?.boxes[4 * index + place] ?? 9) - (truths[0]?.boxes[4 * object + place] ?? -9);
      assert.ok(Math.abs(difference) < 1e-5);
    }
    assert.ok((first?.scores[index] ?? 0) > 0.999);
  }
  assert.is(second?.scores.length, 0);
});

test('scores are probabilities of the softmax, falling, and no more boxes than asked for', () => {
  const [first] = detect(perfect(1), defaults, classes, { ...detectDefaults, most: 5 });
  assert.is(first?.scores.length, 5);
  assert.is(first?.boxes.length, 20);
  const sure = Math.E / (Math.E + 3);
  assert.ok(Math.abs((first?.scores[0] ?? 0) - sure) < 1e-6);
  assert.equal(
    [...(first?.scores ?? [])],
    [...(first?.scores ?? [])].sort((left, right) => right - left),
  );
});

test('boxes end at the edges of the picture', () => {
  const predictions = perfect(0);
  const [first] = detect(predictions, defaults, classes);
  assert.ok(first !== undefined && first.boxes.length > 0);
  assert.ok(first?.boxes.every((value) => value >= 0 && value <= 1));
});

test('a detector that broke says nothing', () => {
  const broken = perfect(1).fill(Number.NaN);
  for (const { scores } of detect(broken, defaults, classes)) assert.is(scores.length, 0);
});

test.run();
