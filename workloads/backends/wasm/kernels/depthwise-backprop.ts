import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import { type Phase, phases } from '../phases.ts';
import type { AddCall } from '../simd/index.ts';
import type { TrainingWasm } from '../training-wasm.ts';
import { scalarBackpropFilter, scalarBackpropInput } from './depthwise-backprop-any.ts';

type Shape4D = [number, number, number, number];
type ConvInfo = tf.backend_util.Conv2DInfo;
type Attributes = Omit<tf.DepthwiseConv2dNativeBackpropInputAttrs, 'inputShape'>;
const floatBytes = 4;

/**
 * The gradient of a depthwise convolution for its input; missing in the package. As that of a convolution, the pixels of dx fall
 * into phases, each a depthwise convolution of dy.
 */
export const depthwiseBackpropInput = kernel<'dy' | 'filter', tf.DepthwiseConv2dNativeBackpropInputAttrs>(
  tf.DepthwiseConv2dNativeBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend }) => {
    const info = describe(attrs.inputShape, filter.shape as Shape4D, attrs);
    const out = backend.makeOutput(attrs.inputShape, 'float32');
    const { strideHeight, strideWidth, padInfo } = info;
    const down = phases(info.inHeight, info.outHeight, info.filterHeight, strideHeight, padInfo.top);
    const across = phases(info.inWidth, info.outWidth, info.filterWidth, strideWidth, padInfo.left);
    if (!isSuited(info) || down === null || across === null) {
      scalarBackpropInput({ backend, info, dy, out }, filter);
      return out;
    }
    if (info.filterHeight < strideHeight || info.filterWidth < strideWidth) {
      backend.clear(backend.pointer(out), tf.util.sizeFromShape(info.inShape));
    }
    const most = (all: readonly Phase[], side: 'padBefore' | 'padAfter') =>
      Math.max(0, ...all.map((phase) => phase[side]));
    const padding = {
      top: most(down, 'padBefore'),
      bottom: most(down, 'padAfter'),
      left: most(across, 'padBefore'),
      right: most(across, 'padAfter'),
    };
    withPadding(backend, dy, padding, (padded) => {
      backend.simd.run((add) => {
        for (const vertical of down) {
          for (const horizontal of across) {
            if (vertical.taps === 0 || horizontal.taps === 0) continue;
            const from =
              padded.pointer +
              (padding.top - vertical.padBefore) * padded.rowBytes +
              (padding.left - horizontal.padBefore) * padded.pixelBytes;
            const pointers = { from, filter: backend.pointer(filter), to: backend.pointer(out) };
            addPhase(add, info, pointers, padded, vertical, horizontal);
          }
        }
      });
    });
    return out;
  },
);

/** The gradient of a depthwise convolution for its filter; missing in the package. */
export const depthwiseBackpropFilter = kernel<'x' | 'dy', tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
  tf.DepthwiseConv2dNativeBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }) => {
    const info = describe(x.shape as Shape4D, attrs.filterShape, attrs);
    const out = backend.makeOutput(attrs.filterShape, 'float32');
    if (!isSuited(info)) {
      scalarBackpropFilter({ backend, info, dy, out }, x);
      return out;
    }
    const { batchSize, inChannels, outHeight, outWidth } = info;
    const size = tf.util.sizeFromShape(attrs.filterShape);
    withPadding(backend, x, info.padInfo, (padded) => {
      backend.withScratch(batchSize * size * floatBytes, (sums) => {
        backend.clear(sums, batchSize * size);
        backend.simd.run((add) => {
          for (let image = 0; image < batchSize; image += 1) {
            add(
              'depthwiseProducts',
              padded.pointer + image * padded.imageBytes,
              backend.pointer(dy) + image * outHeight * outWidth * padded.pixelBytes,
              sums + image * size * floatBytes,
              inChannels,
              outHeight,
              outWidth,
              info.filterHeight,
              info.filterWidth,
              padded.rowBytes,
              padded.pixelBytes,
              info.strideHeight * padded.rowBytes,
              info.strideWidth * padded.pixelBytes,
            );
          }
        });
        addImages(backend, sums, batchSize, out);
      });
    });
    return out;
  },
);

function describe(inputShape: Shape4D, filterShape: Shape4D, attrs: Attributes): ConvInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
}

/** The SIMD functions take channels four at a time, one filter each. */
function isSuited({ inChannels, outChannels, dilationHeight, dilationWidth }: ConvInfo): boolean {
  return inChannels === outChannels && inChannels % 4 === 0 && dilationHeight === 1 && dilationWidth === 1;
}

interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Images in the heap with zeros around each. */
interface Padded {
  readonly pointer: number;
  readonly images: number;
  readonly imageBytes: number;
  readonly rowBytes: number;
  readonly pixelBytes: number;
}

/** Lends `body` the images of a tensor with zeros around them. */
function withPadding(
  backend: TrainingWasm,
  tensor: tf.TensorInfo,
  { top, bottom, left, right }: Padding,
  body: (padded: Padded) => void,
): void {
  const [images, height, width, channels] = tensor.shape as Shape4D;
  const pixelBytes = channels * floatBytes;
  const rowBytes = (left + width + right) * pixelBytes;
  const imageBytes = (top + height + bottom) * rowBytes;
  const source = backend.pointer(tensor);
  if (top + bottom + left + right === 0) {
    body({ pointer: source, images, imageBytes, rowBytes, pixelBytes });
    return;
  }
  backend.withScratch(images * imageBytes, (pointer) => {
    backend.simd.run((add) => {
      for (let image = 0; image < images; image += 1) {
        const target = pointer + image * imageBytes;
        add(
          'clearAndCopyPixels',
          source + image * height * width * pixelBytes,
          target + top * rowBytes + left * pixelBytes,
          height,
          1,
          width * channels,
          width * pixelBytes,
          0,
          rowBytes,
          0,
          target,
          imageBytes / 16,
        );
      }
    });
    body({ pointer, images, imageBytes, rowBytes, pixelBytes });
  });
}

/** The pixels of one phase of dx; its taps lie in dy in reverse order. */
function addPhase(
  add: AddCall,
  info: ConvInfo,
  { from, filter, to }: Readonly<Record<'from' | 'filter' | 'to', number>>,
  padded: Padded,
  vertical: Phase,
  horizontal: Phase,
): void {
  const { pixelBytes } = padded;
  const { inHeight, inWidth, filterWidth } = info;
  const lastRow = vertical.firstTap + (vertical.taps - 1) * vertical.stride;
  const lastColumn = horizontal.firstTap + (horizontal.taps - 1) * horizontal.stride;
  for (let image = 0; image < padded.images; image += 1) {
    const pixel = (image * inHeight + vertical.offset) * inWidth + horizontal.offset;
    add(
      'depthwiseConvolve',
      from + image * padded.imageBytes,
      filter + (lastRow * filterWidth + lastColumn) * pixelBytes,
      to + pixel * pixelBytes,
      info.inChannels,
      Math.ceil((inHeight - vertical.offset) / vertical.stride),
      Math.ceil((inWidth - horizontal.offset) / horizontal.stride),
      vertical.taps,
      horizontal.taps,
      padded.rowBytes,
      pixelBytes,
      -vertical.stride * filterWidth * pixelBytes,
      -horizontal.stride * pixelBytes,
      vertical.stride * inWidth * pixelBytes,
      horizontal.stride * pixelBytes,
    );
  }
}

/** Writes the sum of what each image gave, summed in float64. */
function addImages(backend: TrainingWasm, sums: number, images: number, out: tf.TensorInfo): void {
  const target = backend.typedArrayFromHeap(out);
  const parts = new Float32Array(backend.instance.memory.buffer, sums, images * target.length);
  for (let index = 0; index < target.length; index += 1) {
    let total = 0;
    for (let place = index; place < parts.length; place += target.length) total += parts[place] as number;
    target[index] = total;
  }
}
