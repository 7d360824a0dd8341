import { toCorners } from './boxes.ts';

/** Rows and columns of a feature map. */
export interface MapShape {
  readonly height: number;
  readonly width: number;
}

/** The boxes that offsets are predicted from: map by map, row by row, all boxes of a cell together. */
export interface DefaultBoxes {
  readonly count: number;
  /** [count, 4]: centre y, centre x, height, width; a box may reach out of the picture. */
  readonly centres: Float32Array;
  /** [count, 4]: ymin, xmin, ymax, xmax. */
  readonly corners: Float32Array;
}

/** Sides of the default boxes over those of the picture, for the finest and for the coarsest map; Liu et al. 2016. */
const smallestScale = 0.2;
const largestScale = 0.9;

/** Width over height. Every map also has a square that is larger. */
const fewRatios = [1, 2, 1 / 2];
const allRatios = [1, 2, 1 / 2, 3, 1 / 3];

/**
 * Width over height of the boxes of each of `maps` feature maps, the finest first. The paper (section 3.1) leaves out 3 and
 * 1/3 on its finest map and on its last two.
 */
function ratiosOf(map: number, maps: number): readonly number[] {
  return map === 0 || map >= maps - 2 ? fewRatios : allRatios;
}

/** Boxes in each cell of each of `maps` feature maps. */
export function boxesPerCell(maps: number): number[] {
  return Array.from({ length: maps }, (_, map) => ratiosOf(map, maps).length + 1);
}

/**
 * The default boxes of "SSD: Single Shot MultiBox Detector" (Liu et al. 2016, section 2.2): scales rise evenly from map to
 * map, a box of scale s and ratio a is s √a wide and s / √a high, and a further square lies between this scale and the next.
 *
 * @param maps the feature maps, the finest first
 */
export function createDefaultBoxes(maps: readonly MapShape[]): DefaultBoxes {
  const scaleOf = (map: number) =>
    maps.length === 1
      ? smallestScale
      : smallestScale + ((largestScale - smallestScale) * map) / (maps.length - 1);
  const centres: number[] = [];
  for (const [map, { height, width }] of maps.entries()) {
    const scale = scaleOf(map);
    // After the last scale comes the whole picture.
    const next = map === maps.length - 1 ? 1 : scaleOf(map + 1);
    const sizes = ratiosOf(map, maps.length).map((ratio) => [
      scale / Math.sqrt(ratio),
      scale * Math.sqrt(ratio),
    ]);
    sizes.push([Math.sqrt(scale * next), Math.sqrt(scale * next)]);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const centre = [(row + 0.5) / height, (column + 0.5) / width];
        for (const size of sizes) centres.push(...centre, ...size);
      }
    }
  }
  const values = Float32Array.from(centres);
  return { count: values.length / 4, centres: values, corners: toCorners(values) };
}
