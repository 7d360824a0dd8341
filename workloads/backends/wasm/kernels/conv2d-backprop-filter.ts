import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import type { AddCall } from '../simd/index.ts';
import { tileColumns, tileRows } from '../simd/outer-products.ts';

type ConvInfo = tf.backend_util.Conv2DInfo;

/** What is packed at a time, unless one image is more: much less than the heap, much more than a call costs. */
const mostPackedBytes = 32 * 2 ** 20;
/** Output pixels of a block: their panels of x and dy, 48 bytes a pixel, stay in a first-level cache of 48 KB. */
const pixelsPerBlock = 512;
/** Calls that a product is cut in, as far as it has panels: enough for threads to share them evenly. */
const callsPerProduct = 64;
/** What is copied from at a time, unless one image is more. */
const mostCopiedBytes = 256 * 1024;
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
    backend.withScratch(plan.bytes, (tiles) => {
      const xPanels = tiles + plan.tilesBytes;
      const dyPanels = xPanels + plan.xPanels * plan.xPanelBytes;
      backend.clear(tiles, plan.tilesBytes / floatBytes);
      for (let first = 0; first < info.batchSize; first += plan.images) {
        const group = { first, images: Math.min(plan.images, info.batchSize - first) };
        backend.simd.run((add) => {
          packInput(add, info, plan, group, backend.pointer(x), xPanels);
          packGradient(add, info, plan, group, backend.pointer(dy), dyPanels);
        });
        backend.simd.run((add) => multiply(add, info, plan, group, xPanels, dyPanels, tiles));
      }
      backend.simd.run((add) => unpack(add, info, plan, tiles, backend.pointer(out)));
    });
    return out;
  },
);

/** How many images are packed at a time, and the panels that the channels are packed in. */
interface Plan {
  readonly images: number;
  /** Rows and columns of an image of x with its padding. */
  readonly xRows: number;
  readonly xColumns: number;
  readonly xPanels: number;
  readonly xImageBytes: number;
  readonly xPanelBytes: number;
  readonly dyPanels: number;
  readonly dyImageBytes: number;
  readonly dyPanelBytes: number;
  readonly tileBytes: number;
  readonly tilesBytes: number;
  readonly bytes: number;
}

interface Group {
  readonly first: number;
  readonly images: number;
}

function planPanels(info: ConvInfo): Plan {
  const xRows = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
  const xColumns = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  const xPanels = Math.ceil(info.inChannels / tileRows);
  const dyPanels = Math.ceil(info.outChannels / tileColumns);
  const xImageBytes = xRows * xColumns * tileRows * floatBytes;
  const dyImageBytes = info.outHeight * info.outWidth * tileColumns * floatBytes;
  const imageBytes = xPanels * xImageBytes + dyPanels * dyImageBytes;
  const images = Math.max(1, Math.min(info.batchSize, Math.floor(mostPackedBytes / imageBytes)));
  const tileBytes = info.filterHeight * info.filterWidth * tileRows * tileColumns * floatBytes;
  const tilesBytes = xPanels * dyPanels * tileBytes;
  return {
    images,
    xRows,
    xColumns,
    xPanels,
    xImageBytes,
    xPanelBytes: images * xImageBytes,
    dyPanels,
    dyImageBytes,
    dyPanelBytes: images * dyImageBytes,
    tileBytes,
    tilesBytes,
    bytes: tilesBytes + images * imageBytes,
  };
}

/** Images that the panels are copied from at a time: what each copy reads parts of stays in the second-level cache. */
function imagesPerCopy(imageFloats: number): number {
  return Math.max(1, Math.floor(mostCopiedBytes / (imageFloats * floatBytes)));
}

/** Packs x to `[panel][image][row][column][4]`, with its padding. */
function packInput(add: AddCall, info: ConvInfo, plan: Plan, group: Group, x: number, panels: number): void {
  const { inHeight, inWidth, inChannels, padInfo } = info;
  const pixelBytes = tileRows * floatBytes;
  // A stride may leave out the last rows and columns of x.
  const rows = Math.max(0, Math.min(inHeight, plan.xRows - padInfo.top));
  const columns = Math.max(0, Math.min(inWidth, plan.xColumns - padInfo.left));
  // Without padding the rows of all images are alike, and a call can go over several.
  const isPlain = plan.xRows === inHeight && plan.xColumns === inWidth;
  const perCall = isPlain ? imagesPerCopy(inHeight * inWidth * inChannels) : 1;
  for (let image = 0; image < group.images; image += perCall) {
    const images = Math.min(perCall, group.images - image);
    for (let panel = 0; panel < plan.xPanels; panel += 1) {
      const target = panels + panel * plan.xPanelBytes + image * plan.xImageBytes;
      const source = (group.first + image) * inHeight * inWidth * inChannels + panel * tileRows;
      add(
        'clearAndCopyPixels',
        x + source * floatBytes,
        target + (padInfo.top * plan.xColumns + padInfo.left) * pixelBytes,
        images * rows,
        columns,
        Math.min(tileRows, inChannels - panel * tileRows),
        inWidth * inChannels * floatBytes,
        inChannels * floatBytes,
        plan.xColumns * pixelBytes,
        pixelBytes,
        target,
        images * plan.xRows * plan.xColumns,
      );
    }
  }
}

/** Packs dy to `[panel][image][row][column][8]`. Lanes beyond the channels are cleared: garbage may be slow to multiply. */
function packGradient(
  add: AddCall,
  info: ConvInfo,
  plan: Plan,
  group: Group,
  dy: number,
  panels: number,
): void {
  const { outHeight, outWidth, outChannels } = info;
  const pixels = outHeight * outWidth;
  const perCall = imagesPerCopy(pixels * outChannels);
  for (let image = 0; image < group.images; image += perCall) {
    const images = Math.min(perCall, group.images - image);
    for (let panel = 0; panel < plan.dyPanels; panel += 1) {
      const lanes = Math.min(tileColumns, outChannels - panel * tileColumns);
      const source = (group.first + image) * pixels * outChannels + panel * tileColumns;
      const target = panels + panel * plan.dyPanelBytes + image * plan.dyImageBytes;
      add(
        'clearAndCopyPixels',
        dy + source * floatBytes,
        target,
        images,
        pixels,
        lanes,
        pixels * outChannels * floatBytes,
        outChannels * floatBytes,
        plan.dyImageBytes,
        tileColumns * floatBytes,
        target,
        lanes < tileColumns ? 2 * images * pixels : 0,
      );
    }
  }
}

/** A call for a panel of dy and some of x: it alone writes to their tiles, so that threads need not wait for each other. */
function multiply(
  add: AddCall,
  info: ConvInfo,
  plan: Plan,
  group: Group,
  xPanels: number,
  dyPanels: number,
  tiles: number,
): void {
  const pixelBytes = tileRows * floatBytes;
  const rowBytes = plan.xColumns * pixelBytes;
  const pixels = info.outHeight * info.outWidth;
  const panelsPerCall = Math.max(1, Math.floor((plan.xPanels * plan.dyPanels) / callsPerProduct));
  for (let dyPanel = 0; dyPanel < plan.dyPanels; dyPanel += 1) {
    for (let xPanel = 0; xPanel < plan.xPanels; xPanel += panelsPerCall) {
      add(
        'outerProducts',
        xPanels + xPanel * plan.xPanelBytes,
        dyPanels + dyPanel * plan.dyPanelBytes,
        tiles + (xPanel * plan.dyPanels + dyPanel) * plan.tileBytes,
        info.filterHeight,
        info.filterWidth,
        rowBytes,
        pixelBytes,
        group.images,
        info.outHeight,
        info.outWidth,
        plan.xImageBytes,
        info.strideHeight * rowBytes,
        info.strideWidth * pixelBytes,
        Math.max(1, Math.floor(pixelsPerBlock / pixels)),
        Math.max(1, Math.min(info.outHeight, Math.floor(pixelsPerBlock / info.outWidth))),
        Math.min(panelsPerCall, plan.xPanels - xPanel),
        plan.xPanelBytes,
        plan.dyPanels * plan.tileBytes,
      );
    }
  }
}

/** Brings the tiles, `[x panel][dy panel][tap][4][8]`, into the order of the filter, `[tap][ci][co]`. */
function unpack(add: AddCall, info: ConvInfo, plan: Plan, tiles: number, out: number): void {
  const { inChannels, outChannels } = info;
  let tile = tiles;
  for (let xPanel = 0; xPanel < plan.xPanels; xPanel += 1) {
    for (let dyPanel = 0; dyPanel < plan.dyPanels; dyPanel += 1) {
      add(
        'copyPixels',
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
      tile += plan.tileBytes;
    }
  }
}
