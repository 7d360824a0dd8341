import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boxesPerCell, createDefaultBoxes } from '../../../workloads/detection/default-boxes.ts';

const test = suite('default boxes');

const sides = [38, 19, 10, 5, 3, 1];
const maps = sides.map((side) => ({ height: side, width: side }));

test('SSD300 has its published 8,732', () => {
  const boxes = createDefaultBoxes(maps);
  assert.is(boxes.count, 8732);
  assert.is(boxes.corners.length, 4 * 8732);
  assert.equal(boxesPerCell(6), [4, 6, 6, 6, 4, 4]);
});

test('scales rise from 0.2 to 0.9 and sizes follow the ratios', () => {
  const { centres } = createDefaultBoxes(maps);
  const near = (actual: number | undefined, expected: number) =>
    assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-6, `${actual} is not ${expected}`);
  // The first cell of the finest map: scale 0.2, ratios 1, 2 and 1/2, then the square towards 0.34.
  const [height, width] = [2, 3].map((place) => (box: number) => centres[4 * box + place]);
  near(centres[0], 0.5 / 38);
  near(centres[1], 0.5 / 38);
  near(height?.(0), 0.2);
  near(width?.(1), 0.2 * Math.SQRT2);
  near(height?.(1), 0.2 / Math.SQRT2);
  near(width?.(2), 0.2 / Math.SQRT2);
  near(height?.(3), Math.sqrt(0.2 * 0.34));
  // The second box of the first row is one cell to the right.
  near(centres[4 * 4 + 1], 1.5 / 38);
  near(centres[4 * 4], 0.5 / 38);
  // The last map has one cell of scale 0.9; the whole picture comes next.
  near(centres.at(-4), 0.5);
  near(centres.at(-2), Math.sqrt(0.9));
  near(centres.at(-4 * 4 + 2), 0.9);
  // The second map begins with scale 0.34 and has the ratio of 3.
  near(width?.(38 * 38 * 4 + 3), 0.34 * Math.sqrt(3));
});

test('one map and maps that are not square have boxes too', () => {
  const { count, centres } = createDefaultBoxes([{ height: 2, width: 3 }]);
  assert.is(count, 2 * 3 * 4);
  assert.ok(Math.abs((centres.at(-4) ?? 0) - 0.75) < 1e-6);
  assert.ok(Math.abs((centres.at(-3) ?? 0) - 2.5 / 3) < 1e-6);
  assert.ok(centres.every(Number.isFinite));
});

test.run();
