import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { DetectionTargets } from '../../../workloads/detection/encode.ts';
import {
  chanceLoss,
  type DetectionLoss,
  detectionLoss,
  minedNegatives,
  uploadTargets,
} from '../../../workloads/detection/loss.ts';
import * as tf from '../../../workloads/tf.ts';
import { assertClose, evaluate as evaluateChecked, type Result, random } from '../backends/agreement.ts';

const test = suite('detection loss');

let started: StartedBackend[] = [];
test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

/** Without the check that takes what is saved for a gradient for a leak; what is left at the end is still looked for. */
const evaluate = (backend: 'cpu' | 'wasm', compute: () => tf.Tensor | tf.Tensor[]): Promise<Result[]> =>
  evaluateChecked(backend, compute, false);

const classes = 2;
const boxes = 12;
const width = classes + 1 + 4;

/** Three pictures: two objects, none, and more than a quarter of the boxes; a box of the first is ignored. */
const labels = [
  [0, 1, 0, 0, 2, 0, -1, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  [1, 1, 2, 0, 0, 2, 1, 0, 0, 0, 0, 0],
];
const targets: DetectionTargets = {
  pictures: labels.length,
  boxes,
  classCount: classes,
  classes: Int32Array.from(labels.flat()),
  offsets: Float32Array.from(
    labels.flat().flatMap((label, place) => (label > 0 ? [0.3, -2.5, 0.5 - place / 20, 1.5] : [0, 0, 0, 0])),
  ),
  positives: Int32Array.from(labels, (row) => row.filter((label) => label > 0).length),
  negatives: Int32Array.from(labels, (row) => row.filter((label) => label === 0).length),
};

/** The loss by its definition, one number after another. */
function byHand(predictions: Float32Array): { classLoss: number; boxLoss: number } {
  let classLoss = 0;
  let boxLoss = 0;
  for (const [picture, row] of labels.entries()) {
    const negatives: number[] = [];
    for (const [box, label] of row.entries()) {
      const place = picture * boxes + box;
      const values = [...predictions.subarray(place * width, (place + 1) * width)];
      const logits = values.slice(0, classes + 1);
      const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
      const entropy = Math.log(sum) - (logits[label] ?? Number.NaN);
      if (label === 0) negatives.push(entropy);
      if (label <= 0) continue;
      classLoss += entropy;
      for (let index = 0; index < 4; index++) {
        const error = Math.abs(
          (values[classes + 1 + index] ?? 0) - (targets.offsets[4 * place + index] ?? 0),
        );
        boxLoss += error < 1 ? error ** 2 / 2 : error - 0.5;
      }
    }
    const hardest = negatives
      .sort((left, right) => right - left)
      .slice(0, 3 * (targets.positives[picture] ?? 0));
    classLoss += hardest.reduce((total, entropy) => total + entropy, 0);
  }
  const matches = targets.positives.reduce((total, count) => total + count, 0);
  return { classLoss: classLoss / matches, boxLoss: boxLoss / matches };
}

const predictions = () => tf.mul<tf.Tensor3D>(random([labels.length, boxes, width], 41), 2);

function lossOf(values: tf.Tensor3D): DetectionLoss {
  const uploaded = uploadTargets(targets);
  const result = detectionLoss(values, uploaded);
  uploaded.dispose();
  return result;
}

for (const backend of ['cpu', 'wasm'] as const) {
  test(`on ${backend} it and its parts are what the definition gives`, async () => {
    const [values, loss, classLoss, boxLoss] = await evaluate(backend, () => {
      const result = lossOf(predictions());
      return [predictions(), result.loss, result.classLoss, result.boxLoss];
    });
    const expected = byHand(Float32Array.from(values?.values ?? []));
    const near = (actual: number | undefined, wanted: number) =>
      assert.ok(Math.abs((actual ?? Number.NaN) - wanted) < 1e-4, `${actual} is not ${wanted}`);
    near(classLoss?.values[0], expected.classLoss);
    near(boxLoss?.values[0], expected.boxLoss);
    near(loss?.values[0], expected.classLoss + expected.boxLoss);
  });

  test(`on ${backend} its gradient is its slope`, async () => {
    const [values, gradient] = await evaluate(backend, () => {
      const uploaded = uploadTargets(targets);
      const gradientOf = tf.grad((x) => detectionLoss(x as tf.Tensor3D, uploaded).loss);
      const result = gradientOf(predictions());
      uploaded.dispose();
      return [predictions(), result];
    });
    const point = Float32Array.from(values?.values ?? []);
    const total = (moved: Float32Array) => {
      const parts = byHand(moved);
      return parts.classLoss + parts.boxLoss;
    };
    const step = 1e-3;
    for (const index of point.keys()) {
      const at = (sign: number) => {
        const moved = point.slice();
        moved[index] = (moved[index] ?? 0) + sign * step;
        return { value: total(moved), place: moved[index] ?? 0 };
      };
      const [after, before] = [at(1), at(-1)];
      const slope = (after.value - before.value) / (after.place - before.place);
      const difference = Math.abs((gradient?.values[index] ?? Number.NaN) - slope);
      assert.ok(difference < 2e-3, `number ${index}: gradient ${gradient?.values[index]}, slope ${slope}`);
    }
  });
}

test('the gradient on wasm is that on cpu', async () => {
  const compute = () => {
    const uploaded = uploadTargets(targets);
    const result = tf.grad((x) => detectionLoss(x as tf.Tensor3D, uploaded).loss)(predictions());
    uploaded.dispose();
    return result;
  };
  const [actual] = await evaluate('wasm', compute);
  const [expected] = await evaluate('cpu', compute);
  if (expected === undefined) throw new Error('no gradient');
  assertClose(actual, expected);
});

test('three hardest background boxes count for each object, where there are so many', () => {
  assert.equal([...minedNegatives(targets)], [6, 0, 7]);
});

test('boxes that tie count no more often than they may', async () => {
  const [alike] = await evaluate(
    'wasm',
    () => lossOf(tf.zeros<tf.Rank.R3>([labels.length, boxes, width])).loss,
  );
  const chance = chanceLoss(targets);
  assert.ok(Math.abs((alike?.values[0] ?? 0) - chance) < 1e-4, `${alike?.values[0]} is not ${chance}`);
});

test('a background without any entropy leaves the objects to count once', async () => {
  const sure = new Float32Array(labels.length * boxes * width);
  for (let place = 0; place < labels.length * boxes; place++) sure[place * width] = 60;
  const [classLoss] = await evaluate(
    'wasm',
    () => lossOf(tf.tensor3d(sure, [labels.length, boxes, width])).classLoss,
  );
  assert.ok(Math.abs((classLoss?.values[0] ?? 0) - 60) < 1e-3, `${classLoss?.values[0]}`);
});

test('chance is the entropy of each box that counts, and the offsets that are missed', () => {
  const entropy = ((7 + 13) * Math.log(3)) / 7;
  const { boxLoss } = byHand(new Float32Array(labels.length * boxes * width));
  assert.ok(Math.abs(chanceLoss(targets) - entropy - boxLoss) < 1e-5);
});

test('a batch without objects costs nothing and has no slope', async () => {
  const none = {
    ...targets,
    classes: new Int32Array(labels.length * boxes),
    positives: new Int32Array(3),
    negatives: new Int32Array(3).fill(boxes),
  };
  const [loss, gradient] = await evaluate('wasm', () => {
    const uploaded = uploadTargets(none);
    const of = (x: tf.Tensor) => detectionLoss(x as tf.Tensor3D, uploaded).loss;
    const results = [of(predictions()), tf.grad(of)(predictions())];
    uploaded.dispose();
    return results;
  });
  assert.is(loss?.values[0], 0);
  assert.ok(gradient?.values.every((value) => Math.abs(value) === 0));
  assert.is(chanceLoss(none), 0);
});

test.run();
