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
