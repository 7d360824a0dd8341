import type * as tf from '../../../tf.ts';
import type { TrainingWasm } from '../training-wasm.ts';

type ConvInfo = tf.backend_util.Conv2DInfo;

/** Tensors of a gradient of a depthwise convolution, the last one the result. */
interface Gradient {
  readonly backend: TrainingWasm;
  readonly info: ConvInfo;
  readonly dy: tf.TensorInfo;
  readonly out: tf.TensorInfo;
}

/** The gradient for the input, element by element, for any shape of filter. */
export function scalarBackpropInput({ backend, info, dy, out }: Gradient, filter: tf.TensorInfo): void {
  const gradient = backend.typedArrayFromHeap(dy);
  const weights = backend.typedArrayFromHeap(filter);
  const target = backend.typedArrayFromHeap(out);
  target.fill(0);
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  forEachTap(info, (input, output, tap) => {
    for (let channel = 0; channel < inChannels; channel += 1) {
      let sum = 0;
      for (let index = channel * multiplier; index < (channel + 1) * multiplier; index += 1) {
        sum += (gradient[output + index] as number) * (weights[tap + index] as number);
      }
      target[input + channel] = (target[input + channel] as number) + sum;
    }
  });
}

/** The gradient for the filter, element by element, for any shape of filter. */
export function scalarBackpropFilter({ backend, info, dy, out }: Gradient, x: tf.TensorInfo): void {
  const source = backend.typedArrayFromHeap(x);
  const gradient = backend.typedArrayFromHeap(dy);
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  // In float64, as many products are summed.
  const sums = new Float64Array(info.filterHeight * info.filterWidth * outChannels);
  forEachTap(info, (input, output, tap) => {
    let index = 0;
    for (let channel = 0; channel < inChannels; channel += 1) {
      const value = source[input + channel] as number;
      for (const end = index + multiplier; index < end; index += 1) {
        sums[tap + index] = (sums[tap + index] as number) + value * (gradient[output + index] as number);
      }
    }
  });
  backend.typedArrayFromHeap(out).set(sums);
}

/** Calls `visit` for each pair of an output pixel and a tap that falls inside the input, with where their channels begin. */
function forEachTap(info: ConvInfo, visit: (input: number, output: number, tap: number) => void): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  for (let image = 0; image < info.batchSize; image += 1) {
    for (let row = 0; row < outHeight; row += 1) {
      for (let tapRow = 0; tapRow < info.filterHeight; tapRow += 1) {
        const inRow = row * info.strideHeight - padInfo.top + tapRow * info.dilationHeight;
        if (inRow < 0 || inRow >= inHeight) continue;
        for (let column = 0; column < outWidth; column += 1) {
          const output = ((image * outHeight + row) * outWidth + column) * outChannels;
          for (let tapColumn = 0; tapColumn < info.filterWidth; tapColumn += 1) {
            const inColumn = column * info.strideWidth - padInfo.left + tapColumn * info.dilationWidth;
            if (inColumn < 0 || inColumn >= inWidth) continue;
            const input = ((image * inHeight + inRow) * inWidth + inColumn) * inChannels;
            visit(input, output, (tapRow * info.filterWidth + tapColumn) * outChannels);
          }
        }
      }
    }
  }
}
