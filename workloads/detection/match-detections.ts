import {
  boxArea,
  boxSize,
  type Detections,
  type GroundTruth,
  intersectionArea,
  intersectionOverUnion,
} from './boxes.ts';

/** Whether a detection found an object. A detection that is ignored has none. */
export interface Verdict {
  readonly score: number;
  readonly right: boolean;
}

export interface MatchingRule {
  /** The class that is looked at. */
  readonly label: number;
  /** Intersection over union from which a detection is right. */
  readonly overlap: number;
  /** The surest detections of the class that are looked at. */
  readonly most: number;
}

/** Judges the detections of one class in one picture. */
export type Matching = (detections: Detections, truth: GroundTruth, rule: MatchingRule) => Verdict[];

/**
 * As PASCAL VOC does (its development kit, `VOCevaldet.m`): a detection belongs to the object that it overlaps most; it is
 * right if that is enough and the object has no surer one, wrong otherwise, and ignored on a difficult object.
 */
export const matchVoc: Matching = (detections, truth, rule) => {
  const objects = numbersOf(truth.labels, rule.label);
  const taken = new Set<number>();
  return surest(detections, rule).flatMap((detection): Verdict[] => {
    const score = detections.scores[detection] as number;
    let best = -1;
    let highest = Number.NEGATIVE_INFINITY;
    for (const object of objects) {
      const overlap = overlapOf(detections, detection, truth, object);
      if (overlap > highest) {
        highest = overlap;
        best = object;
      }
    }
    if (highest < rule.overlap || best < 0) return [{ score, right: false }];
    if (truth.difficult?.[best] === 1) return [];
    const right = !taken.has(best);
    taken.add(best);
    return [{ score, right }];
  });
};

/**
 * As COCO does (`cocoeval.py`): a detection gets the object that it overlaps most of those that are left, so long as that is
 * enough. One that gets none is ignored where enough of it lies in a crowd, which any number may share; the overlap with a crowd is
 * measured over the detection's own area.
 */
export const matchCoco: Matching = (detections, truth, rule) => {
  const objects = numbersOf(truth.labels, rule.label);
  const crowds = objects.filter((object) => truth.difficult?.[object] === 1);
  const left = new Set(objects.filter((object) => truth.difficult?.[object] !== 1));
  return surest(detections, rule).flatMap((detection): Verdict[] => {
    const score = detections.scores[detection] as number;
    let best = -1;
    let highest = rule.overlap;
    for (const object of left) {
      const overlap = overlapOf(detections, detection, truth, object);
      // The last of those that overlap alike, as there.
      if (overlap >= highest) {
        highest = overlap;
        best = object;
      }
    }
    if (best >= 0) {
      left.delete(best);
      return [{ score, right: true }];
    }
    const inCrowd = crowds.some(
      (object) => shareInside(detections, detection, truth, object) >= rule.overlap,
    );
    return inCrowd ? [] : [{ score, right: false }];
  });
};

/** Detections of the class, the surest first, as many as are looked at. */
function surest({ labels, scores }: Detections, { label, most }: MatchingRule): number[] {
  return numbersOf(labels, label)
    .sort((left, right) => (scores[right] as number) - (scores[left] as number))
    .slice(0, most);
}

function numbersOf(labels: Int32Array, label: number): number[] {
  const numbers: number[] = [];
  for (const [number, each] of labels.entries()) if (each === label) numbers.push(number);
  return numbers;
}

function overlapOf(detections: Detections, detection: number, truth: GroundTruth, object: number): number {
  return intersectionOverUnion(detections.boxes, detection * boxSize, truth.boxes, object * boxSize);
}

function shareInside(detections: Detections, detection: number, truth: GroundTruth, object: number): number {
  const area = boxArea(detections.boxes, detection * boxSize);
  const shared = intersectionArea(detections.boxes, detection * boxSize, truth.boxes, object * boxSize);
  return area > 0 ? shared / area : 0;
}
