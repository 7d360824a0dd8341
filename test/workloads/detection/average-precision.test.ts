import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  averagePrecision,
  coco,
  cocoAt,
  type PrecisionDefinition,
  voc2007,
  voc2010,
} from '../../../workloads/detection/average-precision.ts';
import {
  type Detections,
  type GroundTruth,
  intersectionOverUnion,
} from '../../../workloads/detection/boxes.ts';
import { boxArbitrary, boxesOf, truthArbitrary } from './arbitrary-boxes.ts';
import { cocoSubset, type Example, padilla } from './worked-examples.ts';

const test = suite('average precision');

function percent(example: Example, classes: number, definition: PrecisionDefinition): string {
  const { mean } = averagePrecision(example.detections, example.truths, classes, definition);
  return ((mean ?? Number.NaN) * 100).toFixed(2);
}

test('the example of Padilla et al. 2020 has its published precisions', () => {
  assert.is(percent(padilla, 1, { ...voc2007, overlaps: [0.3] }), '26.84');
  // 24.57 in the results that they keep; the text rounds each of four areas and says 24.56.
  assert.is(percent(padilla, 1, { ...voc2010, overlaps: [0.3] }), '24.57');
});

test('pictures of COCO have the precisions that pycocotools gives', () => {
  const { mean, perClass } = averagePrecision(cocoSubset.detections, cocoSubset.truths, 6, coco);
  assert.is(mean?.toFixed(3), '0.706');
  assert.equal(
    perClass.map((value) => value?.toFixed(3) ?? null),
    ['0.725', '0.800', '0.454', null, '0.650', '0.900'],
  );
  const at = (overlap: number) =>
    averagePrecision(cocoSubset.detections, cocoSubset.truths, 6, cocoAt(overlap)).mean?.toFixed(3);
  assert.is(at(0.5), '0.901');
  assert.is(at(0.75), '0.846');
});

const oneObject = (box: readonly number[]): GroundTruth => ({
  boxes: boxesOf([box]),
  labels: Int32Array.of(0),
});
const found = (...items: readonly (readonly [score: number, ...box: number[]])[]): Detections => ({
  boxes: boxesOf(items.map(([, ...box]) => box)),
  labels: new Int32Array(items.length),
  scores: Float32Array.from(items, ([score]) => score),
});
const here = [0.1, 0.1, 0.5, 0.5];
const there = [0.6, 0.6, 0.9, 0.9];
const definitions = { coco, voc2007, voc2010 };

for (const [name, definition] of Object.entries(definitions)) {
  const precision = (detections: Detections, truth: GroundTruth) =>
    averagePrecision([detections], [truth], 1, definition).mean;

  test(`${name}: right is 1, nothing and wrong are 0, and of a double one is wrong`, () => {
    assert.is(precision(found([0.5, ...here]), oneObject(here)), 1);
    assert.is(precision(found(), oneObject(here)), 0);
    assert.is(precision(found([0.5, ...there]), oneObject(here)), 0);
    assert.is(precision(found([0.5, ...here], [0.4, ...here]), oneObject(here)), 1);
    const half = precision(found([0.4, ...here], [0.5, ...there]), oneObject(here));
    assert.ok(Math.abs((half ?? 0) - 0.5) < 1e-12);
  });

  test(`${name}: an overlap of exactly what is asked for is right`, () => {
    const half = averagePrecision([found([0.5, 0, 0, 1, 0.5])], [oneObject([0, 0, 1, 1])], 1, {
      ...definition,
      overlaps: [0.5],
    });
    assert.is(half.mean, 1);
  });

  test(`${name}: a difficult object is neither missed nor found`, () => {
    const truth = {
      boxes: boxesOf([here, there]),
      labels: Int32Array.of(0, 0),
      difficult: Uint8Array.of(0, 1),
    };
    assert.is(precision(found([0.5, ...here]), truth), 1);
    assert.is(precision(found([0.5, ...here], [0.9, ...there], [0.8, ...there]), truth), 1);
    assert.is(precision(found([0.5, ...here]), { ...truth, difficult: Uint8Array.of(1, 1) }), null);
  });

  test(`${name}: a class without objects says nothing, and does not count in the mean`, () => {
    const detections = { ...found([0.9, ...here], [0.8, ...there]), labels: Int32Array.of(0, 1) };
    const result = averagePrecision([detections], [oneObject(here)], 3, definition);
    assert.equal(result, { mean: 1, perClass: [1, null, null] });
    assert.equal(averagePrecision([], [], 2, definition), { mean: null, perClass: [null, null] });
  });
}

test('only COCO lets a small box in a crowd be', () => {
  const truth = {
    boxes: boxesOf([here, [0, 0, 1, 1]]),
    labels: Int32Array.of(0, 0),
    difficult: Uint8Array.of(0, 1),
  };
  const detections = found([0.5, ...here], [0.9, ...there]);
  assert.is(averagePrecision([detections], [truth], 1, cocoAt(0.5)).mean, 1);
  assert.is(averagePrecision([detections], [truth], 1, voc2010).mean, 0.5);
});

test('COCO looks at the hundred surest detections of a picture', () => {
  const wrong = Array.from({ length: 100 }, () => [0.9, ...there] as const);
  const detections = found(...wrong, [0.5, ...here]);
  assert.is(averagePrecision([detections], [oneObject(here)], 1, coco).mean, 0);
  assert.ok((averagePrecision([detections], [oneObject(here)], 1, voc2010).mean ?? 0) > 0);
});

/** COCO's precision of one class by its definition: at each recall the best precision of any cut that reaches it. */
function bruteForce(
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  label: number,
): number {
  const all = detections
    .flatMap(({ labels, scores }, picture) =>
      [...labels].map((each, number) => ({ each, picture, number, score: scores[number] ?? 0 })),
    )
    .filter(({ each }) => each === label)
    .sort((left, right) => right.score - left.score);
  const objects = truths.flatMap(({ labels }) => [...labels]).filter((each) => each === label).length;
  let sum = 0;
  for (let overlap = 50; overlap < 100; overlap += 5) {
    const cuts = all.map((_, last) => {
      const used = new Set<string>();
      let right = 0;
      for (const { picture, number } of all.slice(0, last + 1)) {
        const truth = truths[picture] as GroundTruth;
        const candidates = [...truth.labels.keys()]
          .filter((object) => truth.labels[object] === label && !used.has(`${picture} ${object}`))
          .map((object) => ({
            object,
            overlap: intersectionOverUnion(
              detections[picture]?.boxes ?? new Float32Array(0),
              4 * number,
              truth.boxes,
              4 * object,
            ),
          }))
          .filter((candidate) => candidate.overlap >= overlap / 100)
          .sort((left, right_) => right_.overlap - left.overlap);
        if (candidates[0] === undefined) continue;
        used.add(`${picture} ${candidates[0].object}`);
        right += 1;
      }
      return { precision: right / (last + 1), recall: right / objects };
    });
    for (let recall = 0; recall <= 100; recall++) {
      const reaching = cuts.filter((cut) => cut.recall >= recall / 100).map((cut) => cut.precision);
      sum += Math.max(0, ...reaching);
    }
  }
  return sum / 10 / 101;
}

test('any detections have the precision that its definition gives, written out', () => {
  const picture = truthArbitrary(4).chain((truth) =>
    fc
      .array(
        fc.record({
          // Some near an object, some anywhere.
          near: fc.option(fc.nat(3), { nil: null }),
          shift: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
          box: boxArbitrary,
          label: fc.integer({ min: 0, max: 2 }),
        }),
        { maxLength: 6 },
      )
      .map((items) => ({ truth, items })),
  );
  fc.assert(
    fc.property(fc.array(picture, { minLength: 1, maxLength: 3 }), (pictures) => {
      const truths = pictures.map(({ truth }) => truth);
      // All scores differ, so that no order is left open.
      const total = pictures.reduce((sum, { items }) => sum + items.length, 0);
      let next = 0;
      const detections = pictures.map(({ truth, items }): Detections => {
        const boxes = items.map(({ near, shift, box }) => {
          const object = near === null ? [] : [...truth.boxes.subarray(4 * near, 4 * near + 4)];
          return object.length === 4 ? object.map((value) => value + shift) : box;
        });
        const scores = items.map(() => ((next++ * 7) % 101) / 101 + next / (1000 * (total + 1)));
        const labels = items.map(({ near, label }) =>
          near === null ? label : (truth.labels[near] ?? label),
        );
        return {
          boxes: boxesOf(boxes),
          labels: Int32Array.from(labels),
          scores: Float32Array.from(scores),
        };
      });
      const { perClass } = averagePrecision(detections, truths, 3, coco);
      for (const [label, value] of perClass.entries()) {
        if (value === null) continue;
        const expected = bruteForce(detections, truths, label);
        assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);
      }
    }),
    { numRuns: 60 },
  );
});

test.run();
