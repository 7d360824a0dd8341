import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  boxArea,
  clipBoxes,
  intersectionArea,
  intersectionOverUnion,
  toCentres,
  toCorners,
} from '../../../workloads/detection/boxes.ts';

const test = suite('boxes');

/** Corners on a grid of eight cells, exact in float32; some boxes are empty or inverted. */
const corners = fc
  .tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 8 })))
  .map((values) => values as [number, number, number, number]);

function cells([top, left, bottom, right]: readonly number[]): Set<string> {
  const all = new Set<string>();
  for (let row = top ?? 0; row < (bottom ?? 0); row++) {
    for (let column = left ?? 0; column < (right ?? 0); column++) all.add(`${row},${column}`);
  }
  return all;
}

test('areas and overlaps are those of counted cells', () => {
  fc.assert(
    fc.property(corners, corners, (first, second) => {
      const [a, b] = [cells(first), cells(second)];
      const shared = [...a].filter((cell) => b.has(cell)).length;
      const boxes = Float32Array.from([...second, ...first]);
      assert.is(boxArea(boxes, 4), a.size);
      if (a.size > 0 && b.size > 0) assert.is(intersectionArea(boxes, 4, boxes, 0), shared);
      const covered = a.size + b.size - shared;
      const expected = a.size === 0 || b.size === 0 ? 0 : shared / covered;
      assert.is(intersectionOverUnion(boxes, 4, boxes, 0), expected);
      assert.is(intersectionOverUnion(boxes, 0, boxes, 4), expected);
    }),
  );
});

test('corners come back from centres', () => {
  fc.assert(
    fc.property(corners, (box) => {
      const boxes = Float32Array.from(box);
      assert.equal(toCorners(toCentres(boxes)), boxes);
    }),
  );
  assert.equal(toCentres(Float32Array.of(0, 0.25, 1, 0.75)), Float32Array.of(0.5, 0.5, 1, 0.5));
});

test('a clipped box is the part in the picture', () => {
  assert.equal(
    clipBoxes(Float32Array.of(-0.5, 0.25, 1.5, 0.75, 2, 2, 3, 3)),
    Float32Array.of(0, 0.25, 1, 0.75, 1, 1, 1, 1),
  );
});

test.run();
