import { boxSize, intersectionOverUnion } from './boxes.ts';

export interface SuppressionSettings {
  /** A box that overlaps a surer one by more than this goes. */
  readonly overlap: number;
  /** A box below this score is not looked at. */
  readonly leastScore: number;
  /** Only so many of the surest boxes are looked at. */
  readonly candidates: number;
}

/** Places for the number of a box below its score in one float64, whose 53 bits hold the 31 of a positive float32 too. */
const indexRange = 2 ** 21;

/**
 * Greedy non-maximum suppression over the boxes of one class: the surest box stays and those that overlap it go, then the
 * next that is left.
 *
 * @param boxes [n, 4], corners
 * @param scores [n], 0 or more; a NaN is never looked at. Of two equal ones the box with the lower number comes first
 * @returns numbers of the boxes that stay, the surest first
 */
export function nonMaximumSuppression(
  boxes: Float32Array,
  scores: Float32Array,
  { overlap, leastScore, candidates }: SuppressionSettings,
): Int32Array {
  const order = surest(scores, leastScore).subarray(0, candidates);
  const kept = new Int32Array(order.length);
  let count = 0;
  for (const box of order) {
    let stays = true;
    for (let index = 0; index < count && stays; index++) {
      const other = (kept[index] as number) * boxSize;
      stays = !(intersectionOverUnion(boxes, box * boxSize, boxes, other) > overlap);
    }
    if (!stays) continue;
    kept[count] = box;
    count += 1;
  }
  return kept.slice(0, count);
}

/** Numbers of the scores from `least` on, the highest first. */
function surest(scores: Float32Array, least: number): Int32Array {
  // Bits of positive floats are in the order of the floats. Sorting numbers is far faster than sorting by a function.
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const keys = new Float64Array(scores.length);
  let count = 0;
  for (const [index, score] of scores.entries()) {
    if (!(score >= least && score >= 0)) continue;
    keys[count] = (score === 0 ? 0 : (bits[index] as number)) * indexRange + (indexRange - 1 - index);
    count += 1;
  }
  const sorted = keys.subarray(0, count).sort();
  const order = new Int32Array(count);
  for (const [place, key] of sorted.entries()) order[count - 1 - place] = indexRange - 1 - (key % indexRange);
  return order;
}
