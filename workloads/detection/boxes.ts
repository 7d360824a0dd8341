/** The objects of a picture, as a data set states them. */
export interface GroundTruth {
  /** [n, 4]: ymin, xmin, ymax, xmax, each from 0 to 1 of the picture's height or width. */
  readonly boxes: Float32Array;
  /** [n], class numbers from 0 on, the background not counted. */
  readonly labels: Int32Array;
  /**
   * [n], 1 for an object that is neither asked for nor wrong: `difficult` of PASCAL VOC, `iscrowd` of COCO. None where left
   * out.
   */
  readonly difficult?: Uint8Array;
}

/** What a detector says of a picture, the surest first. */
export interface Detections {
  /** [n, 4], as those of a ground truth. */
  readonly boxes: Float32Array;
  /** [n], from 0 on. */
  readonly labels: Int32Array;
  /** [n], 0 to 1, falling. */
  readonly scores: Float32Array;
}

/** Numbers of a box: ymin, xmin, ymax, xmax; or those of its centre and size: y, x, height, width. */
export const boxSize = 4;

/** Centres and sizes of boxes from their corners, [n, 4] each. */
export function toCentres(corners: Float32Array): Float32Array {
  const centres = new Float32Array(corners.length);
  for (let at = 0; at < corners.length; at += boxSize) {
    const [top, left, bottom, right] = boxAt(corners, at);
    centres[at] = (top + bottom) / 2;
    centres[at + 1] = (left + right) / 2;
    centres[at + 2] = bottom - top;
    centres[at + 3] = right - left;
  }
  return centres;
}

/** Corners of boxes from their centres and sizes, [n, 4] each. */
export function toCorners(centres: Float32Array): Float32Array {
  const corners = new Float32Array(centres.length);
  for (let at = 0; at < centres.length; at += boxSize) {
    const [y, x, height, width] = boxAt(centres, at);
    corners[at] = y - height / 2;
    corners[at + 1] = x - width / 2;
    corners[at + 2] = y + height / 2;
    corners[at + 3] = x + width / 2;
  }
  return corners;
}

/** The parts of boxes that lie in the picture, [n, 4]; a box outside of it becomes empty. */
export function clipBoxes(corners: Float32Array): Float32Array {
  return corners.map((value) => Math.min(1, Math.max(0, value)));
}

/** The four numbers of the box that begins at index `at`. */
export function boxAt(boxes: Float32Array, at: number): [number, number, number, number] {
  return [boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]] as [number, number, number, number];
}

/** 0 for a box that is empty or inverted. */
export function boxArea(boxes: Float32Array, at: number): number {
  const height = (boxes[at + 2] as number) - (boxes[at] as number);
  const width = (boxes[at + 3] as number) - (boxes[at + 1] as number);
  return height > 0 && width > 0 ? height * width : 0;
}

/** Area that box `at` of the first set and box `otherAt` of the second share; both are indices of first numbers. */
export function intersectionArea(
  boxes: Float32Array,
  at: number,
  others: Float32Array,
  otherAt: number,
): number {
  const height =
    Math.min(boxes[at + 2] as number, others[otherAt + 2] as number) -
    Math.max(boxes[at] as number, others[otherAt] as number);
  if (!(height > 0)) return 0;
  const width =
    Math.min(boxes[at + 3] as number, others[otherAt + 3] as number) -
    Math.max(boxes[at + 1] as number, others[otherAt + 1] as number);
  return width > 0 ? height * width : 0;
}

/** Shared area over the area that either covers (the Jaccard overlap), 0 to 1; 0 where a box is empty. */
export function intersectionOverUnion(
  boxes: Float32Array,
  at: number,
  others: Float32Array,
  otherAt: number,
): number {
  const shared = intersectionArea(boxes, at, others, otherAt);
  if (shared === 0) return 0;
  return shared / (boxArea(boxes, at) + boxArea(others, otherAt) - shared);
}
