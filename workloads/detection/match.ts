import { boxSize, type GroundTruth, intersectionOverUnion } from './boxes.ts';
import type { DefaultBoxes } from './default-boxes.ts';

/** A default box that no object belongs to. */
export const background = -1;
/** A default box on a difficult object: neither an object nor background. */
export const ignored = -2;

/** A default box also belongs to an object that it overlaps by more than this; Liu et al. 2016, section 2.2. */
const overlapThreshold = 0.5;

/**
 * Which object each default box is to find, as in Liu et al. 2016, section 2.2: each object gets the default box that
 * overlaps it most (of two that want the same box the better one does), then every other box the object that it overlaps
 * most, if by more than one half. Difficult objects are not to be found. An empty object overlaps nothing and gets no box.
 *
 * @returns [boxes]: the number of an object, `background` or `ignored`
 */
export function matchBoxes(defaults: DefaultBoxes, truth: GroundTruth): Int32Array {
  const overlaps = overlapsOf(defaults, truth);
  const matches = new Int32Array(defaults.count).fill(background);
  const highest = new Float64Array(defaults.count).fill(overlapThreshold);
  for (const [object, row] of overlaps.entries()) {
    const match = truth.difficult?.[object] === 1 ? ignored : object;
    for (let box = 0; box < row.length; box++) {
      const overlap = row[box] as number;
      if (overlap <= (highest[box] as number)) continue;
      highest[box] = overlap;
      matches[box] = match;
    }
  }
  const wanted = [...overlaps.keys()].filter((object) => truth.difficult?.[object] !== 1);
  for (const { object, box } of bestPairs(overlaps, wanted)) matches[box] = object;
  return matches;
}

/** Intersection over union of each object with each default box. */
function overlapsOf({ count, corners }: DefaultBoxes, truth: GroundTruth): Float64Array[] {
  return Array.from(truth.labels, (_, object) => {
    const row = new Float64Array(count);
    for (let box = 0; box < count; box++) {
      row[box] = intersectionOverUnion(corners, box * boxSize, truth.boxes, object * boxSize);
    }
    return row;
  });
}

interface Pair {
  readonly object: number;
  readonly box: number;
  readonly overlap: number;
}

/** A box of its own for each object that overlaps one, the best pair of all first. */
function bestPairs(overlaps: readonly Float64Array[], objects: readonly number[]): Pair[] {
  const taken = new Uint8Array(overlaps[0]?.length ?? 0);
  const bestOf = (object: number): Pair => {
    const row = overlaps[object] as Float64Array;
    let best = -1;
    let overlap = 0;
    for (let box = 0; box < row.length; box++) {
      if (taken[box] === 1 || (row[box] as number) <= overlap) continue;
      best = box;
      overlap = row[box] as number;
    }
    return { object, box: best, overlap };
  };
  const found: Pair[] = [];
  let pairs = objects.map(bestOf).filter(({ box }) => box >= 0);
  while (pairs.length > 0) {
    const best = pairs.reduce((left, right) => (right.overlap > left.overlap ? right : left));
    found.push(best);
    taken[best.box] = 1;
    pairs = pairs
      .filter(({ object }) => object !== best.object)
      .map((pair) => (pair.box === best.box ? bestOf(pair.object) : pair))
      .filter(({ box }) => box >= 0);
  }
  return found;
}
