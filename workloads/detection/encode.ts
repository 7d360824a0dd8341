import { WarpwatchError } from '../../src/model/errors.ts';
import { boxAt, boxSize, type GroundTruth, toCentres, toCorners } from './boxes.ts';
import type { DefaultBoxes } from './default-boxes.ts';
import { background, matchBoxes } from './match.ts';

/**
 * What offsets of centres and of sizes are divided by, so that they are about as large as one another; the authors' code of
 * Liu et al. 2016 (`prior_variance`).
 */
const centreVariance = 0.1;
const sizeVariance = 0.2;

/** What a detector should predict for each default box of each picture of a batch. */
export interface DetectionTargets {
  readonly pictures: number;
  /** Default boxes of a picture. */
  readonly boxes: number;
  /** Classes there are, the background not counted. */
  readonly classCount: number;
  /** [pictures, boxes]: 0 for the background, a class number plus 1 for an object, -1 for what is ignored. */
  readonly classes: Int32Array;
  /** [pictures, boxes, 4]: offsets dy, dx, dh, dw; 0 where there is no object. */
  readonly offsets: Float32Array;
  /** [pictures]: default boxes with an object, those with the background. */
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
}

/** Offsets of a box from a default box, both as centre and size; the box must not be empty. */
export function encodeBox(
  box: readonly [number, number, number, number],
  from: readonly [number, number, number, number],
): [number, number, number, number] {
  return [
    (box[0] - from[0]) / from[2] / centreVariance,
    (box[1] - from[1]) / from[3] / centreVariance,
    Math.log(box[2] / from[2]) / sizeVariance,
    Math.log(box[3] / from[3]) / sizeVariance,
  ];
}

/**
 * Boxes from the offsets that a detector predicts; the inverse of `encodeBox`.
 *
 * @param offsets numbers of the picture, `stride` for each default box
 * @param first where the four offsets of a default box begin
 * @returns [boxes, 4]: ymin, xmin, ymax, xmax
 */
export function decodeBoxes(
  { count, centres }: DefaultBoxes,
  offsets: Float32Array,
  stride: number = boxSize,
  first = 0,
): Float32Array {
  const decoded = new Float32Array(count * boxSize);
  for (let box = 0; box < count; box++) {
    const [y, x, height, width] = boxAt(centres, box * boxSize);
    const [dy, dx, dh, dw] = boxAt(offsets, box * stride + first);
    decoded[box * boxSize] = y + dy * centreVariance * height;
    decoded[box * boxSize + 1] = x + dx * centreVariance * width;
    decoded[box * boxSize + 2] = height * Math.exp(dh * sizeVariance);
    decoded[box * boxSize + 3] = width * Math.exp(dw * sizeVariance);
  }
  return toCorners(decoded);
}

/**
 * Matches the objects of each picture with the default boxes and encodes them.
 *
 * @param classCount classes there are, the background not counted
 * @throws WarpwatchError `bad-data` for an object of another class
 */
export function encodeTargets(
  defaults: DefaultBoxes,
  truths: readonly GroundTruth[],
  classCount: number,
): DetectionTargets {
  const { count, centres } = defaults;
  const classes = new Int32Array(truths.length * count);
  const offsets = new Float32Array(truths.length * count * boxSize);
  const positives = new Int32Array(truths.length);
  const negatives = new Int32Array(truths.length);
  for (const [picture, truth] of truths.entries()) {
    checkLabels(truth, classCount);
    const objects = toCentres(truth.boxes);
    for (const [box, object] of matchBoxes(defaults, truth).entries()) {
      const place = picture * count + box;
      if (object >= 0) {
        classes[place] = (truth.labels[object] as number) + 1;
        const encoded = encodeBox(boxAt(objects, object * boxSize), boxAt(centres, box * boxSize));
        offsets.set(encoded, place * boxSize);
        positives[picture] = (positives[picture] as number) + 1;
      } else if (object === background) {
        negatives[picture] = (negatives[picture] as number) + 1;
      } else {
        classes[place] = -1;
      }
    }
  }
  return { pictures: truths.length, boxes: count, classCount, classes, offsets, positives, negatives };
}

function checkLabels({ labels }: GroundTruth, classCount: number): void {
  const wrong = labels.find((label) => !(label >= 0 && label < classCount));
  if (wrong === undefined) return;
  throw new WarpwatchError(
    'bad-data',
    `An object has the class number ${wrong}, but the detector has ${classCount} classes, from 0 on; give it as many as the data have.`,
  );
}
