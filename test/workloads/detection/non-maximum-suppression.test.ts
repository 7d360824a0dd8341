import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { intersectionOverUnion } from '../../../workloads/detection/boxes.ts';
import { nonMaximumSuppression } from '../../../workloads/detection/non-maximum-suppression.ts';
import { boxArbitrary, boxesOf } from './arbitrary-boxes.ts';

const test = suite('non-maximum suppression');

const settings = { overlap: 0.5, leastScore: 0.1, candidates: 30 };

/** Scores with ties, zeros and what is no number. */
const score = fc.oneof(
  fc.integer({ min: 0, max: 10 }).map((tenths) => Math.fround(tenths / 10)),
  fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround),
  fc.constant(Number.NaN),
);
const scored = fc.array(fc.tuple(boxArbitrary, score), { maxLength: 60 });

test('what stays is sure enough, in order, and overlaps nothing surer; what goes has a reason', () => {
  fc.assert(
    fc.property(scored, (items) => {
      const boxes = boxesOf(items.map(([box]) => box));
      const scores = Float32Array.from(items, ([, each]) => each);
      const kept = nonMaximumSuppression(boxes, scores, settings);
      const overlaps = (left: number, right: number) =>
        intersectionOverUnion(boxes, 4 * left, boxes, 4 * right) > settings.overlap;
      const order = items
        .map((_, box) => box)
        .filter((box) => (scores[box] ?? 0) >= Math.fround(0.1))
        .sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right)
        .slice(0, settings.candidates);
      // By its definition: a box stays if none of those before it that stay overlaps it.
      const expected: number[] = [];
      for (const box of order) if (!expected.some((other) => overlaps(box, other))) expected.push(box);
      assert.equal([...kept], expected);
    }),
  );
});

test('it is done with its own result', () => {
  fc.assert(
    fc.property(scored, (items) => {
      const boxes = boxesOf(items.map(([box]) => box));
      const scores = Float32Array.from(items, ([, each]) => each);
      const kept = [...nonMaximumSuppression(boxes, scores, settings)];
      const again = nonMaximumSuppression(
        boxesOf(kept.map((box) => [...boxes.subarray(4 * box, 4 * box + 4)])),
        Float32Array.from(kept, (box) => scores[box] ?? 0),
        settings,
      );
      assert.equal(
        [...again],
        kept.map((_, place) => place),
      );
    }),
  );
});

test('scores may be a part of a larger array', () => {
  const all = Float32Array.of(0.9, 0.2, 0.8, 0);
  const boxes = boxesOf([
    [0, 0, 0.1, 0.1],
    [0.5, 0.5, 1, 1],
    [0.5, 0.5, 1, 1],
  ]);
  const least = { ...settings, leastScore: 0 };
  assert.equal([...nonMaximumSuppression(boxes, all.subarray(1), least)], [1, 0]);
});

test.run();
