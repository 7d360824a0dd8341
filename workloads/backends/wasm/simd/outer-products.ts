import {
  advance,
  type Code,
  defineFunction,
  f32x4,
  i32,
  minimum,
  repeat,
  sequence,
  type Variable,
  v128,
  whileLoop,
} from './assembler.ts';

/** A tile of the filter gradient: as many input channels as a vector of `x` holds, as many output channels as two of `dy`. */
export const tileRows = 4;
export const tileColumns = 8;

/**
 * The inner loops of a filter gradient, a sum of outer products: for each tap of the filter and each pixel of the
 * output, `tile[tap][ci][co] += x[pixel, moved by the tap][ci] * dy[pixel][co]`, for some panels of 4 input channels
 * and one of 8 output channels. 4x8 is the tile of XNNPACK's own product: eight sums, two vectors of dy, one of x
 * and a product fit the sixteen registers of x86-64.
 *
 * `x` is a panel with its padding, so there are no edges; steps are in bytes. The pixels go in blocks, of rows of an image
 * or of whole images, that stay in the first-level cache while the taps and the panels of x go over them. The sums start from zero in
 * each block and are then added to the tile, which keeps the rounding error small over many pixels.
 */
export const outerProducts = defineFunction(
  'outerProducts',
  [
    'x',
    'dy',
    'tile',
    'tapRows',
    'tapColumns',
    'tapRowStep',
    'tapColumnStep',
    'images',
    'rows',
    'columns',
    'imageStep',
    'rowStep',
    'columnStep',
    'imagesPerBlock',
    'rowsPerBlock',
    'xPanels',
    'xPanelStep',
    'tileStep',
  ],
  (parameter, locals) => {
    const { x, dy, tile, tapRows, tapColumns, tapRowStep, tapColumnStep } = parameter;
    const { images, rows, columns, imageStep, rowStep, columnStep } = parameter;
    const { imagesPerBlock, rowsPerBlock, xPanels, xPanelStep, tileStep } = parameter;
    const xPanel = locals.i32();
    const panelTile = locals.i32();
    const firstImage = locals.i32();
    const firstRow = locals.i32();
    const blockImages = locals.i32();
    const blockRows = locals.i32();
    const fromBlock = locals.i32();
    const blockTile = locals.i32();
    const counters = Array.from({ length: 5 }, () => locals.i32()) as [
      Variable,
      Variable,
      Variable,
      Variable,
      Variable,
    ];
    const [tapRow, tapColumn, image, row, column] = counters;
    const fromTap = locals.i32();
    const fromImage = locals.i32();
    const fromRow = locals.i32();
    const from = locals.i32();
    const gradient = locals.i32();
    const left = locals.v128();
    const right = locals.v128();
    const lane = locals.v128();
    const sums = locals.vectors(2 * tileRows);

    const pixel = sequence(
      left.set(v128.load(gradient.get)),
      right.set(v128.load(gradient.get, 16)),
      ...Array.from({ length: tileRows }, (_, index) =>
        sequence(
          lane.set(v128.loadSplat(from.get, 4 * index)),
          accumulate(sums[2 * index], lane, left),
          accumulate(sums[2 * index + 1], lane, right),
        ),
      ),
      advance(gradient, 4 * tileColumns),
      advance(from, columnStep.get),
    );
    const pixels = sequence(
      gradient.set(dy.get),
      fromImage.set(fromTap.get),
      repeat(
        image,
        blockImages.get,
        sequence(
          fromRow.set(fromImage.get),
          repeat(
            row,
            blockRows.get,
            sequence(
              from.set(fromRow.get),
              repeat(column, columns.get, pixel),
              advance(fromRow, rowStep.get),
            ),
          ),
          advance(fromImage, imageStep.get),
        ),
      ),
    );
    const tap = sequence(
      ...sums.map((sum) => sum.set(v128.zero)),
      pixels,
      ...sums.map((sum, index) =>
        v128.store(blockTile.get, f32x4.add(v128.load(blockTile.get, 16 * index), sum.get), 16 * index),
      ),
      advance(blockTile, 4 * tileRows * tileColumns),
      advance(fromTap, tapColumnStep.get),
    );
    const taps = sequence(
      blockTile.set(panelTile.get),
      repeat(
        tapRow,
        tapRows.get,
        sequence(
          fromTap.set(i32.add(fromBlock.get, i32.mul(tapRow.get, tapRowStep.get))),
          repeat(tapColumn, tapColumns.get, tap),
        ),
      ),
    );
    const pixelsOfBlock = i32.mul(i32.mul(blockImages.get, blockRows.get), columns.get);
    const block = sequence(
      blockRows.set(minimum(rowsPerBlock.get, i32.sub(rows.get, firstRow.get))),
      fromBlock.set(i32.add(x.get, i32.mul(firstRow.get, rowStep.get))),
      panelTile.set(tile.get),
      repeat(
        xPanel,
        xPanels.get,
        sequence(taps, advance(fromBlock, xPanelStep.get), advance(panelTile, tileStep.get)),
      ),
      advance(dy, i32.mul(pixelsOfBlock, i32.const(4 * tileColumns))),
      advance(firstRow, rowsPerBlock.get),
    );
    return whileLoop(
      i32.lessThan(firstImage.get, images.get),
      sequence(
        blockImages.set(minimum(imagesPerBlock.get, i32.sub(images.get, firstImage.get))),
        firstRow.set(i32.const(0)),
        whileLoop(i32.lessThan(firstRow.get, rows.get), block),
        advance(x, i32.mul(imagesPerBlock.get, imageStep.get)),
        advance(firstImage, imagesPerBlock.get),
      ),
    );
  },
);

function accumulate(sum: Variable | undefined, left: Variable, right: Variable): Code {
  return sum === undefined ? [] : sum.set(f32x4.add(sum.get, f32x4.mul(left.get, right.get)));
}
