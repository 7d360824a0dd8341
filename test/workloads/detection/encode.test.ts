import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { toCentres } from '../../../workloads/detection/boxes.ts';
import { createDefaultBoxes } from '../../../workloads/detection/default-boxes.ts';
import { decodeBoxes, encodeBox, encodeTargets } from '../../../workloads/detection/encode.ts';
import { boxArbitrary, boxesOf, truthArbitrary } from './arbitrary-boxes.ts';

const test = suite('encoding of boxes');

const defaults = createDefaultBoxes([
  { height: 4, width: 4 },
  { height: 2, width: 2 },
]);

test('offsets are those of the paper over their variances', () => {
  // A centre a tenth of the default box's height lower is an offset of 1; e times as wide one of 5.
  const offsets = encodeBox([0.55, 0.5, 0.5, 0.4 * Math.E], [0.5, 0.5, 0.5, 0.4]);
  for (const [index, expected] of [1, 0, 0, 5].entries()) {
    assert.ok(Math.abs((offsets[index] ?? Number.NaN) - expected) < 1e-9, `${offsets}`);
  }
});

test('decoding gives back what was encoded, from any default box', () => {
  fc.assert(
    fc.property(boxArbitrary, (box) => {
      const [centre] = [toCentres(boxesOf([box]))] as [Float32Array];
      const values = Array.from({ length: defaults.count }, (_, place) =>
        encodeBox(
          [...centre] as [number, number, number, number],
          [...defaults.centres.subarray(4 * place, 4 * place + 4)] as [number, number, number, number],
        ),
      );
      const decoded = decodeBoxes(defaults, boxesOf(values));
      for (const [index, value] of decoded.entries()) {
        assert.ok(Math.abs(value - (box[index % 4] ?? Number.NaN)) < 1e-5, `${value}, ${box}`);
      }
    }),
    { numRuns: 50 },
  );
});

test('offsets may lie between other numbers', () => {
  const wide = new Float32Array(7 * defaults.count);
  wide.fill(9);
  for (let box = 0; box < defaults.count; box++) wide.fill(0, 7 * box + 3, 7 * box + 7);
  for (const [index, value] of decodeBoxes(defaults, wide, 7, 3).entries()) {
    assert.ok(Math.abs(value - (defaults.corners[index] ?? Number.NaN)) < 1e-6);
  }
});

test('targets count each box once, and decode to the object that it is to find', () => {
  fc.assert(
    fc.property(fc.array(truthArbitrary(4), { minLength: 1, maxLength: 3 }), (truths) => {
      const targets = encodeTargets(defaults, truths, 3);
      assert.is(targets.classes.length, truths.length * defaults.count);
      for (const [picture, truth] of truths.entries()) {
        const classes = targets.classes.subarray(picture * defaults.count, (picture + 1) * defaults.count);
        assert.is(targets.positives[picture], classes.filter((label) => label > 0).length);
        assert.is(targets.negatives[picture], classes.filter((label) => label === 0).length);
        const offsets = targets.offsets.subarray(
          picture * defaults.count * 4,
          (picture + 1) * defaults.count * 4,
        );
        const decoded = decodeBoxes(defaults, offsets);
        for (const [box, label] of classes.entries()) {
          if (label === 0) continue;
          const isObject = (object: number) =>
            truth.labels[object] === label - 1 &&
            [0, 1, 2, 3].every(
              (place) =>
                Math.abs((decoded[4 * box + place] ?? 9) - (truth.boxes[4 * object + place] ?? -9)) < 1e-5,
            );
          assert.ok(
            truth.labels.some((_, object) => isObject(object)),
            'it decodes to no object',
          );
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('an object of a class that the detector has not is refused in words', () => {
  const truthOf = (label: number) => ({ boxes: boxesOf([[0, 0, 1, 1]]), labels: Int32Array.of(label) });
  for (const label of [-1, 3, 90]) {
    try {
      encodeTargets(defaults, [truthOf(0), truthOf(label)], 3);
      assert.unreachable();
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      assert.is(error.code, 'bad-data');
      assert.match(error.message, `class number ${label},`);
    }
  }
});

test.run();
