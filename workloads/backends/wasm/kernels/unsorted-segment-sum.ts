import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';

/** Sums rows of x by the segment that each belongs to: the gradient of a gather; missing in the package. */
export const unsortedSegmentSum = kernel<'x' | 'segmentIds', tf.UnsortedSegmentSumAttrs>(
  tf.UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    // segmentIds has the leading axes of x; each id stands for a row of the axes that remain.
    const rowShape = x.shape.slice(segmentIds.shape.length);
    const rowSize = tf.util.sizeFromShape(rowShape);
    const out = backend.makeOutput([numSegments, ...rowShape], x.dtype);
    const source = backend.typedArrayFromHeap(x);
    const target = backend.typedArrayFromHeap(out);
    target.fill(0);
    for (const [row, segment] of backend.typedArrayFromHeap(segmentIds).entries()) {
      // Rows with an id out of range belong to no segment (TensorFlow's definition of the operation).
      if (segment < 0 || segment >= numSegments) continue;
      for (let index = 0; index < rowSize; index += 1) {
        const place = segment * rowSize + index;
        target[place] = (target[place] as number) + (source[row * rowSize + index] as number);
      }
    }
    return out;
  },
);
