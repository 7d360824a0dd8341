import { createRandom, type Random } from '../../../workloads/data/random.ts';
import type { GroundTruth } from '../../../workloads/detection/boxes.ts';

export interface DrawnPictures {
  /** [count, side, side, 3], of about mean 0 and deviation 1. */
  readonly images: Float32Array;
  readonly truths: readonly GroundTruth[];
}

/** A class is a shape and a colour. */
const kinds = [
  { isRound: false, colour: [2, -1, -1] },
  { isRound: true, colour: [-1, 2, -1] },
  { isRound: false, colour: [-1, -1, 2] },
] as const;
export const drawnClasses = kinds.length;

/** Rectangles and ellipses on noise, one in each of two or three corners of the picture, so that none covers another. */
export function drawPictures(count: number, side: number, seed: number): DrawnPictures {
  const random = createRandom(seed, 'drawn pictures');
  const images = Float32Array.from({ length: count * side * side * 3 }, () => random.normal() * 0.5);
  const truths = Array.from({ length: count }, (_, picture) => {
    const pixels = images.subarray(picture * side * side * 3, (picture + 1) * side * side * 3);
    const corners = [0, 1, 2, 3].filter((corner) => corner !== picture % 4).slice(0, 2 + random.integer(2));
    const labels = corners.map(() => random.integer(drawnClasses));
    const boxes = corners.map((corner) => placeIn(corner, random));
    for (const [index, box] of boxes.entries()) draw(pixels, side, box, labels[index] ?? 0);
    return { boxes: Float32Array.from(boxes.flat()), labels: Int32Array.from(labels) };
  });
  return { images, truths };
}

/** A box in a quarter of the picture. */
function placeIn(corner: number, random: Random): [number, number, number, number] {
  const span = (first: number): [number, number] => {
    const size = 0.22 + 0.25 * random.uniform();
    const start = first + (0.5 - size) * random.uniform();
    return [start, start + size];
  };
  const [top, bottom] = span(corner < 2 ? 0 : 0.5);
  const [left, right] = span(corner % 2 === 0 ? 0 : 0.5);
  return [top, left, bottom, right];
}

function draw(
  pixels: Float32Array,
  side: number,
  [top, left, bottom, right]: readonly [number, number, number, number],
  label: number,
): void {
  const kind = kinds[label % kinds.length];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const [y, x] = [(row + 0.5) / side, (column + 0.5) / side];
      // From -1 to 1 inside the box.
      const [down, across] = [(2 * (y - top)) / (bottom - top) - 1, (2 * (x - left)) / (right - left) - 1];
      const inside = kind?.isRound
        ? down ** 2 + across ** 2 <= 1
        : Math.max(Math.abs(down), Math.abs(across)) <= 1;
      if (inside) pixels.set(kind?.colour ?? [], (row * side + column) * 3);
    }
  }
}
