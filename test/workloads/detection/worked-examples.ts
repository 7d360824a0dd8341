import type { Detections, GroundTruth } from '../../../workloads/detection/boxes.ts';
import { boxesOf } from './arbitrary-boxes.ts';

/** A picture: its objects, then what was detected; in pixels, whose unit no overlap depends on. */
export interface Example {
  readonly truths: readonly GroundTruth[];
  readonly detections: readonly Detections[];
}

type Numbers = readonly number[];

/** Detections are [label, score, four numbers of the box], objects [label, four numbers]. */
function example(
  pictures: readonly { readonly objects: readonly Numbers[]; readonly found: readonly Numbers[] }[],
  corners: (box: Numbers) => Numbers,
): Example {
  return {
    truths: pictures.map(({ objects }) => ({
      labels: Int32Array.from(objects, ([label = -1]) => label),
      boxes: boxesOf(objects.map(([, ...box]) => corners(box))),
    })),
    detections: pictures.map(({ found }) => ({
      labels: Int32Array.from(found, ([label = -1]) => label),
      scores: Float32Array.from(found, ([, score = Number.NaN]) => score),
      boxes: boxesOf(found.map(([, , ...box]) => corners(box))),
    })),
  };
}

/**
 * The illustrative example of Padilla, Netto and da Silva 2020, "A Survey on Performance Metrics for Object-Detection
 * Algorithms": 7 pictures, 15 objects, 24 detections of one class, boxes as left, top, width and height
 * (github.com/rafaelpadilla/Object-Detection-Metrics, `groundtruths` and `detections`). As in PASCAL's kit a box ends with the last
 * pixel that belongs to it, hence the 1.
 */
export const padilla = example(
  [
    {
      objects: [
        [0, 25, 16, 38, 56],
        [0, 129, 123, 41, 62],
      ],
      found: [
        [0, 0.88, 5, 67, 31, 48],
        [0, 0.7, 119, 111, 40, 67],
        [0, 0.8, 124, 9, 49, 67],
      ],
    },
    {
      objects: [
        [0, 123, 11, 43, 55],
        [0, 38, 132, 59, 45],
      ],
      found: [
        [0, 0.71, 64, 111, 64, 58],
        [0, 0.54, 26, 140, 60, 47],
        [0, 0.74, 19, 18, 43, 35],
      ],
    },
    {
      objects: [
        [0, 16, 14, 35, 48],
        [0, 123, 30, 49, 44],
        [0, 99, 139, 47, 47],
      ],
      found: [
        [0, 0.18, 109, 15, 77, 39],
        [0, 0.67, 86, 63, 46, 45],
        [0, 0.38, 160, 62, 36, 53],
        [0, 0.91, 105, 131, 47, 47],
        [0, 0.44, 18, 148, 40, 44],
      ],
    },
    {
      objects: [
        [0, 53, 42, 40, 52],
        [0, 154, 43, 31, 34],
      ],
      found: [
        [0, 0.35, 83, 28, 28, 26],
        [0, 0.78, 28, 68, 42, 67],
        [0, 0.45, 87, 89, 25, 39],
        [0, 0.14, 10, 155, 60, 26],
      ],
    },
    {
      objects: [
        [0, 59, 31, 44, 51],
        [0, 48, 128, 34, 52],
      ],
      found: [
        [0, 0.62, 50, 38, 28, 46],
        [0, 0.44, 95, 11, 53, 28],
        [0, 0.95, 29, 131, 72, 29],
        [0, 0.23, 29, 163, 72, 29],
      ],
    },
    {
      objects: [
        [0, 36, 89, 52, 76],
        [0, 62, 58, 44, 67],
      ],
      found: [
        [0, 0.45, 43, 48, 74, 38],
        [0, 0.84, 17, 155, 29, 35],
        [0, 0.43, 95, 110, 25, 42],
      ],
    },
    {
      objects: [
        [0, 28, 31, 55, 63],
        [0, 58, 67, 50, 58],
      ],
      found: [
        [0, 0.48, 16, 20, 101, 88],
        [0, 0.95, 33, 116, 37, 49],
      ],
    },
  ],
  ([left = 0, top = 0, width = 0, height = 0]) => [top, left, top + height + 1, left + width + 1],
);

/**
 * Four pictures of COCO with six classes, boxes as left, top, right and bottom, that pycocotools was run on: the values stand in the
 * tests of torchmetrics (github.com/Lightning-AI/torchmetrics, `tests/detection/test_map.py`), from COCO's own fake results.
 */
export const cocoSubset = example(
  [
    {
      objects: [[4, 214.15, 41.29, 562.41, 285.07]],
      found: [[4, 0.236, 258.15, 41.29, 606.41, 285.07]],
    },
    {
      objects: [
        [2, 13, 22.75, 548.98, 632.42],
        [2, 1.66, 3.32, 270.26, 275.23],
      ],
      found: [
        [3, 0.318, 61, 22.75, 565, 632.42],
        [2, 0.726, 12.66, 3.32, 281.26, 275.23],
      ],
    },
    {
      objects: [
        [4, 61.87, 276.25, 358.29, 379.43],
        [1, 2.75, 3.66, 162.15, 316.06],
        [0, 295.55, 93.96, 313.97, 152.79],
        [0, 326.94, 97.05, 340.49, 122.98],
        [0, 356.62, 95.47, 372.33, 147.55],
        [0, 462.08, 105.09, 493.74, 146.99],
        [0, 277.11, 103.84, 292.44, 150.72],
      ],
      found: [
        [4, 0.546, 87.87, 276.25, 384.29, 379.43],
        [1, 0.3, 0, 3.66, 142.15, 316.06],
        [0, 0.407, 296.55, 93.96, 314.97, 152.79],
        [0, 0.611, 328.94, 97.05, 342.49, 122.98],
        [0, 0.335, 356.62, 95.47, 372.33, 147.55],
        [0, 0.805, 464.08, 105.09, 495.74, 146.99],
        [0, 0.953, 276.11, 103.84, 291.44, 150.72],
      ],
    },
    {
      objects: [[5, 13.99, 2.87, 640, 421.52]],
      found: [[5, 0.699, 0, 2.87, 601, 421.52]],
    },
  ],
  ([left = 0, top = 0, right = 0, bottom = 0]) => [top, left, bottom, right],
);
