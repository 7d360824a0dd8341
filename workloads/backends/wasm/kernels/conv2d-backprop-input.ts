import * as tf from '../../../tf.ts';
import { kernel, runKernel } from '../kernel.ts';
import { addTranspose } from '../matrices.ts';
import { type Phase, phases } from '../phases.ts';
import type { TrainingWasm } from '../training-wasm.ts';

type Shape4D = [number, number, number, number];
const floatBytes = 4;

/**
 * The gradient of a convolution for its input; the package's takes ten times as long as its convolution. The pixels of dx fall into
 * `stride x stride` phases, and each phase is a plain convolution of dy, with the filter's taps of that phase turned
 * around and its channels swapped. So nothing is multiplied by zeros, whatever the stride.
 */
export const conv2dBackpropInput = kernel<'dy' | 'filter', tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ inputs: { dy, filter }, attrs, backend, packaged }) => {
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape as Shape4D,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(dataFormat),
    );
    const { strideHeight, strideWidth } = info;
    const down = phases(info.inHeight, info.outHeight, info.filterHeight, strideHeight, info.padInfo.top);
    const across = phases(info.inWidth, info.outWidth, info.filterWidth, strideWidth, info.padInfo.left);
    if (info.dataFormat !== 'channelsLast' || down === null || across === null) return packaged();
    if (strideHeight === 1 && strideWidth === 1) {
      const [vertical, horizontal] = [down[0], across[0]];
      if (vertical?.taps && horizontal?.taps) return convolve(backend, dy, filter, vertical, horizontal);
    }
    const out = backend.makeOutput(info.inShape, 'float32');
    if (info.filterHeight < strideHeight || info.filterWidth < strideWidth) {
      backend.clear(backend.pointer(out), tf.util.sizeFromShape(info.inShape));
    }
    for (const vertical of down) {
      for (const horizontal of across) {
        if (vertical.taps === 0 || horizontal.taps === 0) continue;
        const part = convolve(backend, dy, filter, vertical, horizontal);
        interleave(backend, part, out, vertical, horizontal);
        backend.disposeData(part.dataId);
      }
    }
    return out;
  },
);

function convolve(
  backend: TrainingWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  vertical: Phase,
  horizontal: Phase,
): tf.TensorInfo {
  const turned = turnFilter(backend, filter, vertical, horizontal);
  const part = runKernel(
    backend,
    tf.Conv2D,
    { x: dy, filter: turned },
    {
      strides: [1, 1],
      pad: [
        [0, 0],
        [vertical.padBefore, vertical.padAfter],
        [horizontal.padBefore, horizontal.padAfter],
        [0, 0],
      ],
      dataFormat: 'NHWC',
      dilations: [1, 1],
    },
  );
  backend.disposeData(turned.dataId);
  return part;
}

/** The taps of a phase in reverse order, each with its input and output channels swapped. */
function turnFilter(
  backend: TrainingWasm,
  filter: tf.TensorInfo,
  vertical: Phase,
  horizontal: Phase,
): tf.TensorInfo {
  const [, filterWidth, inChannels, outChannels] = filter.shape as Shape4D;
  const turned = backend.makeOutput([vertical.taps, horizontal.taps, outChannels, inChannels], 'float32');
  const tapBytes = inChannels * outChannels * floatBytes;
  const source = backend.pointer(filter);
  let target = backend.pointer(turned);
  backend.simd.run((add) => {
    for (let row = vertical.taps - 1; row >= 0; row -= 1) {
      for (let column = horizontal.taps - 1; column >= 0; column -= 1) {
        const tapRow = vertical.firstTap + row * vertical.stride;
        const tap = tapRow * filterWidth + horizontal.firstTap + column * horizontal.stride;
        addTranspose(add, source + tap * tapBytes, target, inChannels, outChannels);
        target += tapBytes;
      }
    }
  });
  return turned;
}

/** Puts the pixels of a phase at their places in dx. */
function interleave(
  backend: TrainingWasm,
  part: tf.TensorInfo,
  out: tf.TensorInfo,
  vertical: Phase,
  horizontal: Phase,
): void {
  const [images, rows, columns, channels] = part.shape as Shape4D;
  const [, outRows, outColumns] = out.shape as Shape4D;
  const pixelBytes = channels * floatBytes;
  const first = (vertical.offset * outColumns + horizontal.offset) * pixelBytes;
  backend.simd.run((add) => {
    for (let image = 0; image < images; image += 1) {
      add(
        'copyPixels',
        backend.pointer(part) + image * rows * columns * pixelBytes,
        backend.pointer(out) + first + image * outRows * outColumns * pixelBytes,
        rows,
        columns,
        channels,
        columns * pixelBytes,
        pixelBytes,
        vertical.stride * outColumns * pixelBytes,
        horizontal.stride * pixelBytes,
      );
    }
  });
}
