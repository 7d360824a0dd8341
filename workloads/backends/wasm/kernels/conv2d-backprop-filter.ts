import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import { tileColumns, tileRows } from '../simd/outer-products.ts';
import type { TrainingWasm } from '../training-wasm.ts';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Output pixels that are packed at a time: their panels of x and dy, 48 bytes a pixel, stay in a first-level cache of 48 KB
 * while the taps of the filter go over them.
 */
const pixelsPerChunk = 512;
const floatBytes = 4;

/**
 * The gradient of a convolution for its filter, missing in the package. Both operands are packed in panels of a few
 * channels, as a matrix product would, but without spreading x out for each tap.
 */
export const conv2dBackpropFilter = kernel<'x' | 'dy', tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }) => {
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      tf.backend_util.convertConv2DDataFormat(dataFormat),
    );
    if (info.dataFormat !== 'channelsLast') {
      throw new Error('Conv2DBackpropFilter on wasm takes data in NHWC order only.');
    }
    const out = backend.makeOutput(filterShape, 'float32');
    const plan = planPanels(info);
    backend.withScratch(plan.bytes, (scratch) => {
      const xPanels = scratch;
      const dyPanels = xPanels + plan.xFloats * floatBytes;
      const tiles = dyPanels + plan.dyFloats * floatBytes;
      backend.clear(scratch, plan.bytes / floatBytes);
      for (let image = 0; image < info.batchSize; image += plan.images) {
        const images = Math.min(plan.images, info.batchSize - image);
        for (let row = 0; row < info.outHeight; row += plan.rows) {
          const chunk = { image, images, row, rows: Math.min(plan.rows, info.outHeight - row) };
          packInput(backend, info, plan, chunk, backend.pointer(x), xPanels);
          packGradient(backend, info, plan, chunk, backend.pointer(dy), dyPanels);
          multiply(backend, info, plan, chunk, xPanels, dyPanels, tiles);
        }
      }
      unpack(backend, info, plan, tiles, backend.pointer(out));
    });
    return out;
  },
);

/** How a convolution is cut into chunks of rows or of whole images, and its channels into panels. */
interface Plan {
  readonly images: number;
  readonly rows: number;
  /** Rows and columns of x under a chunk, padding included. */
  readonly xRows: number;
  readonly xColumns: number;
  readonly xPanels: number;
  readonly dyPanels: number;
  /** Floats of one panel. */
  readonly xPanelFloats: number;
  readonly dyPanelFloats: number;
  readonly tileFloats: number;
  readonly xFloats: number;
  readonly dyFloats: number;
  readonly bytes: number;
}

interface Chunk {
  readonly image: number;
  readonly images: number;
  readonly row: number;
  readonly rows: number;
}

function planPanels(info: ConvInfo): Plan {
  const pixels = info.outHeight * info.outWidth;
  const images = Math.min(info.batchSize, Math.max(1, Math.floor(pixelsPerChunk / pixels)));
  const rows = Math.min(info.outHeight, Math.max(1, Math.floor(pixelsPerChunk / info.outWidth)));
  const xRows = (rows - 1) * info.strideHeight + info.filterHeight;
  const xColumns = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  const xPanels = Math.ceil(info.inChannels / tileRows);
  const dyPanels = Math.ceil(info.outChannels / tileColumns);
  const xPanelFloats = images * xRows * xColumns * tileRows;
  const dyPanelFloats = images * rows * info.outWidth * tileColumns;
  const tileFloats = info.filterHeight * info.filterWidth * tileRows * tileColumns;
  const xFloats = xPanels * xPanelFloats;
  const dyFloats = dyPanels * dyPanelFloats;
  const bytes = (xFloats + dyFloats + xPanels * dyPanels * tileFloats) * floatBytes;
  return {
    images,
    rows,
    xRows,
    xColumns,
    xPanels,
    dyPanels,
    xPanelFloats,
    dyPanelFloats,
    tileFloats,
    xFloats,
    dyFloats,
    bytes,
  };
}

/** Packs x to `[panel][image][row][column][4]`, with its padding. The columns of the padding are zero from the start. */
function packInput(
  backend: TrainingWasm,
  info: ConvInfo,
  plan: Plan,
  chunk: Chunk,
  x: number,
  panels: number,
): void {
  const { inHeight, inWidth, inChannels } = info;
  const firstRow = chunk.row * info.strideHeight - info.padInfo.top;
  const above = Math.max(0, -firstRow);
  const inside = Math.max(0, Math.min(inHeight, firstRow + plan.xRows) - (firstRow + above));
  const columns = Math.min(inWidth, plan.xColumns - info.padInfo.left);
  const rowFloats = plan.xColumns * tileRows;
  for (let panel = 0; panel < plan.xPanels; panel += 1) {
    const lanes = Math.min(tileRows, inChannels - panel * tileRows);
    for (let index = 0; index < chunk.images; index += 1) {
      const target = panels + (panel * plan.xPanelFloats + index * plan.xRows * rowFloats) * floatBytes;
      const row = (chunk.image + index) * inHeight + firstRow + above;
      if (above > 0) backend.clear(target, above * rowFloats);
      backend.simd.copyPixels(
        x + (row * inWidth * inChannels + panel * tileRows) * floatBytes,
        target + (above * rowFloats + info.padInfo.left * tileRows) * floatBytes,
        inside,
        columns,
        lanes,
        inWidth * inChannels * floatBytes,
        inChannels * floatBytes,
        rowFloats * floatBytes,
        tileRows * floatBytes,
      );
      const below = plan.xRows - above - inside;
      if (below > 0) backend.clear(target + (above + inside) * rowFloats * floatBytes, below * rowFloats);
    }
  }
}

/** Packs dy to `[panel][image][row][column][8]`. */
function packGradient(
  backend: TrainingWasm,
  info: ConvInfo,
  plan: Plan,
  chunk: Chunk,
  dy: number,
  panels: number,
): void {
  const { outHeight, outWidth, outChannels } = info;
  const pixels = chunk.rows * outWidth;
  for (let panel = 0; panel < plan.dyPanels; panel += 1) {
    const first = (chunk.image * outHeight + chunk.row) * outWidth * outChannels + panel * tileColumns;
    backend.simd.copyPixels(
      dy + first * floatBytes,
      panels + panel * plan.dyPanelFloats * floatBytes,
      chunk.images,
      pixels,
      Math.min(tileColumns, outChannels - panel * tileColumns),
      outHeight * outWidth * outChannels * floatBytes,
      outChannels * floatBytes,
      pixels * tileColumns * floatBytes,
      tileColumns * floatBytes,
    );
  }
}

function multiply(
  backend: TrainingWasm,
  info: ConvInfo,
  plan: Plan,
  chunk: Chunk,
  xPanels: number,
  dyPanels: number,
  tiles: number,
): void {
  const pixelBytes = tileRows * floatBytes;
  const rowBytes = plan.xColumns * pixelBytes;
  let tile = tiles;
  for (let xPanel = 0; xPanel < plan.xPanels; xPanel += 1) {
    for (let dyPanel = 0; dyPanel < plan.dyPanels; dyPanel += 1) {
      backend.simd.outerProducts(
        xPanels + xPanel * plan.xPanelFloats * floatBytes,
        dyPanels + dyPanel * plan.dyPanelFloats * floatBytes,
        tile,
        info.filterHeight,
        info.filterWidth,
        rowBytes,
        pixelBytes,
        chunk.images,
        chunk.rows,
        info.outWidth,
        plan.xRows * rowBytes,
        info.strideHeight * rowBytes,
        info.strideWidth * pixelBytes,
      );
      tile += plan.tileFloats * floatBytes;
    }
  }
}

/** Brings the tiles, `[x panel][dy panel][tap][4][8]`, into the order of the filter, `[tap][ci][co]`. */
function unpack(backend: TrainingWasm, info: ConvInfo, plan: Plan, tiles: number, out: number): void {
  const { inChannels, outChannels } = info;
  let tile = tiles;
  for (let xPanel = 0; xPanel < plan.xPanels; xPanel += 1) {
    for (let dyPanel = 0; dyPanel < plan.dyPanels; dyPanel += 1) {
      backend.simd.copyPixels(
        tile,
        out + (xPanel * tileRows * outChannels + dyPanel * tileColumns) * floatBytes,
        info.filterHeight * info.filterWidth,
        Math.min(tileRows, inChannels - xPanel * tileRows),
        Math.min(tileColumns, outChannels - dyPanel * tileColumns),
        tileRows * tileColumns * floatBytes,
        tileColumns * floatBytes,
        inChannels * outChannels * floatBytes,
        outChannels * floatBytes,
      );
      tile += plan.tileFloats * floatBytes;
    }
  }
}
