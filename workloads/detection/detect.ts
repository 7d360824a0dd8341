import { boxSize, clipBoxes, type Detections } from './boxes.ts';
import type { DefaultBoxes } from './default-boxes.ts';
import { decodeBoxes } from './encode.ts';
import { nonMaximumSuppression, type SuppressionSettings } from './non-maximum-suppression.ts';

export interface DetectSettings extends SuppressionSettings {
  /** The surest boxes of a picture, of all classes, that are told. */
  readonly most: number;
}

/** Liu et al. 2016, section 2.4 (inference); 400 candidates as in the authors' code. */
export const detectDefaults: DetectSettings = {
  leastScore: 0.01,
  overlap: 0.45,
  candidates: 400,
  most: 200,
};

/**
 * From what a detector predicts for a batch to what it says of each picture: probabilities, boxes in the picture, and of
 * boxes of one class that overlap the surest alone.
 *
 * @param predictions [N, boxes, classes + 1 + 4]: logits, the background first, then offsets
 */
export function detect(
  predictions: Float32Array,
  defaults: DefaultBoxes,
  classes: number,
  settings: DetectSettings = detectDefaults,
): Detections[] {
  const width = classes + 1 + boxSize;
  const pictureSize = defaults.count * width;
  return Array.from({ length: predictions.length / pictureSize }, (_, picture) => {
    const values = predictions.subarray(picture * pictureSize, (picture + 1) * pictureSize);
    const boxes = clipBoxes(decodeBoxes(defaults, values, width, classes + 1));
    const scores = probabilities(values, defaults.count, classes, width);
    const found = Array.from({ length: classes }, (_, label) => {
      const ofClass = scores.subarray(label * defaults.count, (label + 1) * defaults.count);
      const kept = nonMaximumSuppression(boxes, ofClass, settings);
      return Array.from(kept, (box) => ({ label, box, score: ofClass[box] as number }));
    });
    const surest = found
      .flat()
      .sort((left, right) => right.score - left.score)
      .slice(0, settings.most);
    return {
      boxes: Float32Array.from(
        surest.flatMap(({ box }) => [...boxes.subarray(box * boxSize, (box + 1) * boxSize)]),
      ),
      labels: Int32Array.from(surest, ({ label }) => label),
      scores: Float32Array.from(surest, ({ score }) => score),
    };
  });
}

/** Softmax over the classes and the background: [classes, boxes]. */
function probabilities(values: Float32Array, count: number, classes: number, width: number): Float32Array {
  const scores = new Float32Array(classes * count);
  const powers = new Float64Array(classes + 1);
  for (let box = 0; box < count; box++) {
    const logits = values.subarray(box * width, box * width + classes + 1);
    const highest = logits.reduce((left, right) => Math.max(left, right));
    let sum = 0;
    for (let label = 0; label <= classes; label++) {
      const power = Math.exp((logits[label] as number) - highest);
      powers[label] = power;
      sum += power;
    }
    for (let label = 0; label < classes; label++) {
      scores[label * count + box] = (powers[label + 1] as number) / sum;
    }
  }
  return scores;
}
