import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { intersectionOverUnion } from '../../../workloads/detection/boxes.ts';
import { createDefaultBoxes, type DefaultBoxes } from '../../../workloads/detection/default-boxes.ts';
import { background, ignored, matchBoxes } from '../../../workloads/detection/match.ts';
import { boxesOf, truthArbitrary } from './arbitrary-boxes.ts';

const test = suite('matching of default boxes');

const defaults = createDefaultBoxes([
  { height: 6, width: 6 },
  { height: 3, width: 3 },
  { height: 1, width: 1 },
]);

/** Default boxes at given corners. */
function fixed(...corners: number[][]): DefaultBoxes {
  const values = boxesOf(corners);
  return { count: corners.length, centres: values, corners: values };
}

test('an object gets its best box however small the overlap, and all others above one half', () => {
  const boxes = fixed([0, 0, 0.2, 0.2], [0, 0, 1, 1], [0, 0, 1, 0.9], [0.5, 0.5, 0.6, 0.6]);
  const truth = {
    boxes: boxesOf([
      [0, 0, 0.1, 0.1],
      [0, 0, 1, 0.95],
    ]),
    labels: Int32Array.of(3, 4),
  };
  assert.equal([...matchBoxes(boxes, truth)], [0, 1, 1, background]);
});

test('of two objects that want one box the better one gets it and the other its next', () => {
  const boxes = fixed([0, 0, 0.5, 0.5], [0.4, 0.4, 0.9, 0.9]);
  const truth = {
    boxes: boxesOf([
      [0, 0, 0.45, 0.42],
      [0, 0, 0.5, 0.5],
    ]),
    labels: Int32Array.of(0, 0),
  };
  // The first overlaps the second box a little, and has no other.
  assert.equal([...matchBoxes(boxes, truth)], [1, 0]);
});

test('boxes on a difficult object are neither object nor background', () => {
  const boxes = fixed([0, 0, 0.5, 0.5], [0.4, 0.4, 0.9, 0.9], [0, 0, 0.1, 0.1]);
  const truth = {
    boxes: boxesOf([
      [0, 0, 0.5, 0.45],
      [0.4, 0.4, 0.9, 0.9],
    ]),
    labels: Int32Array.of(0, 0),
    difficult: Uint8Array.of(1, 0),
  };
  assert.equal([...matchBoxes(boxes, truth)], [ignored, 1, background]);
});

test('a picture without objects and an empty object match nothing', () => {
  const empty = { boxes: new Float32Array(0), labels: new Int32Array(0) };
  assert.ok(matchBoxes(defaults, empty).every((match) => match === background));
  const point = { boxes: boxesOf([[0.5, 0.5, 0.5, 0.5]]), labels: Int32Array.of(0) };
  assert.ok(matchBoxes(defaults, point).every((match) => match === background));
});

test('any objects: each has a box, and a box with an object is its best or overlaps it by half', () => {
  fc.assert(
    fc.property(truthArbitrary(6), (truth) => {
      const matches = matchBoxes(defaults, truth);
      for (let object = 0; object < truth.labels.length; object++) {
        const overlaps = Array.from({ length: defaults.count }, (_, box) =>
          intersectionOverUnion(defaults.corners, 4 * box, truth.boxes, 4 * object),
        );
        const own = overlaps.filter((_, box) => matches[box] === object);
        assert.ok(own.length > 0, 'an object without a box');
        // At most one box below one half, the one that was given to the object.
        assert.ok(own.filter((overlap) => overlap <= 0.5).length <= 1);
        for (const [box, overlap] of overlaps.entries()) {
          if (overlap > 0.5) assert.ok((matches[box] ?? -1) >= 0, 'a box over half an object is background');
        }
      }
    }),
    { numRuns: 50 },
  );
});

test.run();
