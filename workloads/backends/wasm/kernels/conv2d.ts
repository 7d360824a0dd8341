import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import { panelChannels } from '../simd/convolve.ts';
import type { AddCall } from '../simd/index.ts';
import type { TrainingWasm } from '../training-wasm.ts';

type Shape4D = [number, number, number, number];
type ConvInfo = tf.backend_util.Conv2DInfo;
const floatBytes = 4;
/** Fewer columns leave most of a tile of four pixels unused. */
const fewestColumns = 4;
/** Floats of x that a call goes over, for each panel of the filter again: they stay in the second-level cache. */
const floatsPerCall = 32 * 1024;

/**
 * Convolution. The package's, XNNPACK's, is a fifth slower, and packs a filter anew in each step of a training, as each
 * has new weights, in a way that takes longer than the product where the filter is large.
 */
export const conv2d = kernel<'x' | 'filter', tf.Conv2DAttrs>(
  tf.Conv2D,
  ({ inputs: { x, filter }, attrs, backend, packaged }) => {
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as Shape4D,
      filter.shape as Shape4D,
      strides,
      dilations,
      pad,
      dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(dataFormat),
    );
    const geometry = info.filterHeight * info.filterWidth === 1 ? pointwise(info) : spatial(info);
    const isSuited =
      info.dataFormat === 'channelsLast' &&
      info.dilationHeight === 1 &&
      info.dilationWidth === 1 &&
      info.outChannels % panelChannels === 0 &&
      geometry.columns >= fewestColumns;
    if (!isSuited || tf.util.sizeFromShape(info.outShape) === 0) return packaged();
    const out = backend.makeOutput(info.outShape, 'float32');
    const filterBytes = tf.util.sizeFromShape(filter.shape) * floatBytes;
    const paddedBytes = geometry.isPadded ? geometry.images * geometry.imageBytes : 0;
    backend.withScratch(filterBytes + paddedBytes, (panels) => {
      const source = geometry.isPadded ? panels + filterBytes : backend.pointer(x);
      backend.simd.run((add) => {
        packFilter(add, backend, filter, panels);
        if (geometry.isPadded) packInput(add, info, geometry, backend.pointer(x), source);
      });
      backend.simd.run((add) => multiply(add, info, geometry, source, panels, backend.pointer(out)));
    });
    return out;
  },
);

/** The input with its padding, as images of rows; where it can, all pixels as one image of one row. */
interface Geometry {
  readonly isPadded: boolean;
  readonly images: number;
  /** Of the output. */
  readonly rows: number;
  readonly columns: number;
  readonly imageBytes: number;
  readonly rowBytes: number;
}

function spatial(info: ConvInfo): Geometry {
  const { padInfo, inHeight, inWidth, inChannels } = info;
  const rows = inHeight + padInfo.top + padInfo.bottom;
  const columns = inWidth + padInfo.left + padInfo.right;
  const rowBytes = columns * inChannels * floatBytes;
  const isPadded = rows !== inHeight || columns !== inWidth;
  return {
    isPadded,
    images: info.batchSize,
    rows: info.outHeight,
    columns: info.outWidth,
    // Whole vectors, since they are cleared as such.
    imageBytes: isPadded ? Math.ceil((rows * rowBytes) / 16) * 16 : rows * rowBytes,
    rowBytes,
  };
}

/** A filter of one tap that leaves out no pixel is a matrix product. */
function pointwise(info: ConvInfo): Geometry {
  const same = info.outHeight === info.inHeight && info.outWidth === info.inWidth;
  if (!same || info.strideHeight !== 1 || info.strideWidth !== 1) return spatial(info);
  const columns = info.batchSize * info.outHeight * info.outWidth;
  const rowBytes = columns * info.inChannels * floatBytes;
  return { isPadded: false, images: 1, rows: 1, columns, imageBytes: rowBytes, rowBytes };
}

/** Packs the filter to `[panel][tap][channel][8]`. */
function packFilter(add: AddCall, backend: TrainingWasm, filter: tf.TensorInfo, panels: number): void {
  const outChannels = filter.shape.at(-1) ?? 0;
  const lines = tf.util.sizeFromShape(filter.shape) / outChannels;
  const panelBytes = panelChannels * floatBytes;
  for (let panel = 0; panel < outChannels / panelChannels; panel += 1) {
    const from = backend.pointer(filter) + panel * panelBytes;
    const to = panels + panel * lines * panelBytes;
    add('copyPixels', from, to, 1, lines, panelChannels, 0, outChannels * floatBytes, 0, panelBytes);
  }
}

function packInput(add: AddCall, info: ConvInfo, geometry: Geometry, x: number, target: number): void {
  const { inHeight, inWidth, inChannels, padInfo } = info;
  const lineBytes = inWidth * inChannels * floatBytes;
  const first = padInfo.top * geometry.rowBytes + padInfo.left * inChannels * floatBytes;
  for (let image = 0; image < geometry.images; image += 1) {
    const to = target + image * geometry.imageBytes;
    add(
      'clearAndCopyPixels',
      x + image * inHeight * lineBytes,
      to + first,
      inHeight,
      1,
      inWidth * inChannels,
      lineBytes,
      0,
      geometry.rowBytes,
      0,
      to,
      geometry.imageBytes / 16,
    );
  }
}

/** A call for some rows of an image, or, where there is only one row, for some of its columns. */
function multiply(
  add: AddCall,
  info: ConvInfo,
  geometry: Geometry,
  x: number,
  panels: number,
  y: number,
): void {
  const { inChannels, outChannels, strideHeight, strideWidth } = info;
  const pixelBytes = outChannels * floatBytes;
  const columnStep = strideWidth * inChannels * floatBytes;
  const rowFloats = geometry.columns * strideWidth * inChannels;
  const rowsPerCall = Math.max(1, Math.floor(floatsPerCall / rowFloats / strideHeight));
  const tilesPerCall = Math.max(1, Math.floor(floatsPerCall / inChannels / strideWidth / fewestColumns));
  const columnsPerCall = geometry.rows === 1 ? tilesPerCall * fewestColumns : geometry.columns;
  for (let image = 0; image < geometry.images; image += 1) {
    for (let row = 0; row < geometry.rows; row += rowsPerCall) {
      for (let column = 0; column < geometry.columns; column += columnsPerCall) {
        const pixel = (image * geometry.rows + row) * geometry.columns + column;
        add(
          'convolve',
          x + image * geometry.imageBytes + row * strideHeight * geometry.rowBytes + column * columnStep,
          panels,
          y + pixel * pixelBytes,
          outChannels / panelChannels,
          Math.min(rowsPerCall, geometry.rows - row),
          Math.min(columnsPerCall, geometry.columns - column),
          info.filterHeight,
          info.filterWidth * inChannels,
          geometry.rowBytes,
          strideHeight * geometry.rowBytes,
          columnStep,
          geometry.columns * pixelBytes,
          pixelBytes,
        );
      }
    }
  }
}
