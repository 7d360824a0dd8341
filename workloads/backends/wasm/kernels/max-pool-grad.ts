import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';

/**
 * The gradient of max pooling goes to the first maximum of each window, as on the cpu backend. The package starts its
 * search from zero and so finds none where every element of a window is zero or less.
 */
export const maxPoolGrad = kernel<'dy' | 'input', tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ inputs: { dy, input }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const out = backend.makeOutput(shape, 'float32');
    const x = backend.typedArrayFromHeap(input);
    const gradient = backend.typedArrayFromHeap(dy);
    const target = backend.typedArrayFromHeap(out);
    target.fill(0);
    const { inHeight, inWidth, inChannels: channels, outHeight, outWidth } = info;
    let read = 0;
    for (let image = 0; image < info.batchSize; image += 1) {
      const base = image * inHeight * inWidth;
      for (let row = 0; row < outHeight; row += 1) {
        const top = row * info.strideHeight - info.padInfo.top;
        const firstRow = Math.max(0, top);
        const endRow = Math.min(inHeight, top + info.filterHeight);
        for (let column = 0; column < outWidth; column += 1) {
          const left = column * info.strideWidth - info.padInfo.left;
          const firstColumn = Math.max(0, left);
          const endColumn = Math.min(inWidth, left + info.filterWidth);
          for (let channel = 0; channel < channels; channel += 1) {
            let maximum = Number.NEGATIVE_INFINITY;
            let place = -1;
            for (let y = firstRow; y < endRow; y += 1) {
              let index = (base + y * inWidth + firstColumn) * channels + channel;
              for (let end = index + (endColumn - firstColumn) * channels; index < end; index += channels) {
                const value = x[index] as number;
                if (value > maximum) {
                  maximum = value;
                  place = index;
                }
              }
            }
            if (place >= 0) target[place] = (target[place] as number) + (gradient[read] as number);
            read += 1;
          }
        }
      }
    }
    return out;
  },
);
