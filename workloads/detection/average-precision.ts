import type { Detections, GroundTruth } from './boxes.ts';
import { type Matching, matchCoco, matchVoc, type Verdict } from './match-detections.ts';

/** How an average precision is computed. */
export interface PrecisionDefinition {
  /** Intersection over union from which a detection is right; the mean is over these. */
  readonly overlaps: readonly number[];
  readonly matching: Matching;
  /** The surest detections of a class in a picture that are looked at. */
  readonly mostDetections: number;
  readonly area: (curve: PrecisionCurve) => number;
}

/** Precision and recall after each detection, the surest first. */
export interface PrecisionCurve {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

/**
 * COCO (cocodataset.org/#detection-eval, and `cocoeval.py`): ten overlaps from 0.50 to 0.95, precision at 101 recalls, the
 * 100 surest detections, crowds ignored.
 */
export const coco: PrecisionDefinition = {
  overlaps: Array.from({ length: 10 }, (_, index) => (50 + 5 * index) / 100),
  matching: matchCoco,
  mostDetections: 100,
  area: (curve) => sampled(curve, 100),
};

/** COCO's at one overlap: 0.5 is its AP50, 0.75 its AP75. */
export function cocoAt(overlap: number): PrecisionDefinition {
  return { ...coco, overlaps: [overlap] };
}

/** PASCAL VOC up to 2009 (Everingham et al. 2010, section 4.2): precision at 11 recalls, difficult objects ignored. */
export const voc2007: PrecisionDefinition = {
  overlaps: [0.5],
  matching: matchVoc,
  mostDetections: Number.POSITIVE_INFINITY,
  area: (curve) => sampled(curve, 10),
};

/** PASCAL VOC from 2010 on (its development kit, section 3.4.1): the whole area under the curve. */
export const voc2010: PrecisionDefinition = { ...voc2007, area: wholeArea };

export interface AveragePrecision {
  /** Over the classes that have objects; null where none has. */
  readonly mean: number | null;
  /** By class number; null for a class without an object, of which nothing can be said. */
  readonly perClass: readonly (number | null)[];
}

/**
 * Mean average precision.
 *
 * @param detections of each picture
 * @param truths of the same pictures
 */
export function averagePrecision(
  detections: readonly Detections[],
  truths: readonly GroundTruth[],
  classes: number,
  definition: PrecisionDefinition = coco,
): AveragePrecision {
  const perClass = Array.from({ length: classes }, (_, label) => {
    const objects = truths.reduce((sum, truth) => sum + countObjects(truth, label), 0);
    if (objects === 0) return null;
    return mean(
      definition.overlaps.map((overlap) => {
        const verdicts = detections.flatMap((found, picture) =>
          definition.matching(found, truths[picture] as GroundTruth, {
            label,
            overlap,
            most: definition.mostDetections,
          }),
        );
        return definition.area(curveOf(verdicts, objects));
      }),
    );
  });
  const known = perClass.filter((value) => value !== null);
  return { mean: known.length === 0 ? null : mean(known), perClass };
}

/** Objects of a class that are to be found. */
function countObjects({ labels, difficult }: GroundTruth, label: number): number {
  return labels.reduce((sum, each, object) => sum + (each === label && difficult?.[object] !== 1 ? 1 : 0), 0);
}

/** From right and wrong detections of all pictures to the curve; those of one score stay in the order of the pictures. */
export function curveOf(verdicts: readonly Verdict[], objects: number): PrecisionCurve {
  const sorted = verdicts.toSorted((left, right) => right.score - left.score);
  let right = 0;
  const precision: number[] = [];
  const recall: number[] = [];
  for (const [index, verdict] of sorted.entries()) {
    if (verdict.right) right += 1;
    precision.push(right / (index + 1));
    recall.push(right / objects);
  }
  return { precision, recall };
}

/** The highest precision at this or a higher recall, for each place of the curve. */
function envelope(precision: readonly number[]): number[] {
  const highest = [...precision];
  for (let index = highest.length - 2; index >= 0; index--) {
    highest[index] = Math.max(highest[index] as number, highest[index + 1] as number);
  }
  return highest;
}

/** Mean of the precision at the recalls 0, 1/steps, …, 1; 0 where the curve does not reach so far. */
function sampled({ precision, recall }: PrecisionCurve, steps: number): number {
  const highest = envelope(precision);
  let place = 0;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    while (place < recall.length && (recall[place] as number) < step / steps) place += 1;
    sum += highest[place] ?? 0;
  }
  return sum / (steps + 1);
}

function wholeArea({ precision, recall }: PrecisionCurve): number {
  const highest = envelope(precision);
  let reached = 0;
  let area = 0;
  for (const [index, value] of recall.entries()) {
    area += (value - reached) * (highest[index] as number);
    reached = value;
  }
  return area;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
