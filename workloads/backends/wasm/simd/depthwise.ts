import {
  advance,
  type Code,
  defineFunction,
  f32x4,
  i32,
  minimum,
  repeat,
  sequence,
  v128,
  whileLoop,
} from './assembler.ts';

/** Pixels of a row that are computed together: they share a load of the weights. */
const tilePixels = 4;

/**
 * A depthwise convolution over rows of one image, for channels four at a time:
 * `y[row][column][c] = sum over taps of x[row + tap row][column + tap column][c] * weights[tap row][tap column][c]`. `x` has its padding.
 * Steps are in bytes; those of the weights may be negative, which turns the filter around, and those of y may leave pixels
 * out, which are then of another phase.
 *
 * Where four does not divide the columns, the last tile takes the last pixel more than once and writes the same to it.
 */
export const depthwiseConvolve = defineFunction(
  'depthwiseConvolve',
  [
    'x',
    'weights',
    'y',
    'channels',
    'rows',
    'columns',
    'tapRows',
    'tapColumns',
    'xRowStep',
    'xColumnStep',
    'weightRowStep',
    'weightColumnStep',
    'yRowStep',
    'yColumnStep',
  ],
  (parameter, locals) => {
    const { x, weights, y, channels, rows, columns, tapRows, tapColumns } = parameter;
    const { xRowStep, xColumnStep, weightRowStep, weightColumnStep, yRowStep, yColumnStep } = parameter;
    const [row, strip, column, tapRow, tapColumn] = [
      locals.i32(),
      locals.i32(),
      locals.i32(),
      locals.i32(),
      locals.i32(),
    ];
    const offset = locals.i32();
    const fromRow = locals.i32();
    const toRow = locals.i32();
    const tapOffset = locals.i32();
    const weightOfRow = locals.i32();
    const weight = locals.i32();
    const pixel = locals.i32();
    const from = Array.from({ length: tilePixels }, () => locals.i32());
    const sums = locals.vectors(tilePixels);
    const factor = locals.v128();

    const sumOf = (index: number) => sums[index] ?? factor;
    const clamped = (index: number) =>
      pixel.set(minimum(i32.add(column.get, i32.const(index)), i32.sub(columns.get, i32.const(1))));
    const term = sequence(
      factor.set(v128.load(weight.get)),
      ...from.map((pointer, index) =>
        sequence(
          sumOf(index).set(f32x4.add(sumOf(index).get, f32x4.mul(v128.load(pointer.get), factor.get))),
          advance(pointer, xColumnStep.get),
        ),
      ),
      advance(weight, weightColumnStep.get),
    );
    const underRow = sequence(
      ...from.map((pointer, index) =>
        sequence(
          clamped(index),
          pointer.set(i32.add(i32.add(fromRow.get, tapOffset.get), i32.mul(pixel.get, xColumnStep.get))),
        ),
      ),
      weight.set(weightOfRow.get),
      repeat(tapColumn, tapColumns.get, term),
      advance(tapOffset, xRowStep.get),
      advance(weightOfRow, weightRowStep.get),
    );
    const tile = sequence(
      ...sums.map((sum) => sum.set(v128.zero)),
      tapOffset.set(i32.const(0)),
      weightOfRow.set(i32.add(weights.get, offset.get)),
      repeat(tapRow, tapRows.get, underRow),
      ...sums.map((sum, index) =>
        sequence(
          clamped(index),
          v128.store(i32.add(toRow.get, i32.mul(pixel.get, yColumnStep.get)), sum.get),
        ),
      ),
      advance(column, tilePixels),
    );
    return repeat(
      row,
      rows.get,
      sequence(
        offset.set(i32.const(0)),
        repeat(
          strip,
          i32.shiftRight(channels.get, 2),
          sequence(
            fromRow.set(i32.add(x.get, offset.get)),
            toRow.set(i32.add(y.get, offset.get)),
            column.set(i32.const(0)),
            whileLoop(i32.lessThan(column.get, columns.get), tile),
            advance(offset, 16),
          ),
        ),
        advance(x, xRowStep.get),
        advance(y, yRowStep.get),
      ),
    );
  },
);

/**
 * The gradient of a depthwise convolution for its filter, over rows of one image:
 * `sums[tap row][tap column][c] += sum over pixels of x[pixel, moved by the tap][c] * dy[pixel][c]`. `x` has its padding. Sixteen channels, a
 * cache line, go at a time, then four. The products of a row are summed first, which keeps the rounding error small.
 */
export const depthwiseProducts = defineFunction(
  'depthwiseProducts',
  [
    'x',
    'dy',
    'sums',
    'channels',
    'rows',
    'columns',
    'tapRows',
    'tapColumns',
    'tapRowStep',
    'tapColumnStep',
    'rowStep',
    'columnStep',
  ],
  (parameter, locals) => {
    const { x, dy, sums, channels, rows, columns, tapRows, tapColumns } = parameter;
    const { tapRowStep, tapColumnStep, rowStep, columnStep } = parameter;
    const [row, channel, column, tapRow, tapColumn] = [
      locals.i32(),
      locals.i32(),
      locals.i32(),
      locals.i32(),
      locals.i32(),
    ];
    const pixelBytes = locals.i32();
    const offset = locals.i32();
    const fromTap = locals.i32();
    const from = locals.i32();
    const gradient = locals.i32();
    const target = locals.i32();
    const totals = locals.vectors(4);

    const tap = (width: number): Code => {
      const used = totals.slice(0, width);
      return sequence(
        ...used.map((total) => total.set(v128.zero)),
        from.set(fromTap.get),
        gradient.set(i32.add(dy.get, offset.get)),
        repeat(
          column,
          columns.get,
          sequence(
            ...used.map((total, index) => {
              const product = f32x4.mul(v128.load(from.get, 16 * index), v128.load(gradient.get, 16 * index));
              return total.set(f32x4.add(total.get, product));
            }),
            advance(from, columnStep.get),
            advance(gradient, pixelBytes.get),
          ),
        ),
        ...used.map((total, index) =>
          v128.store(target.get, f32x4.add(v128.load(target.get, 16 * index), total.get), 16 * index),
        ),
        advance(target, pixelBytes.get),
        advance(fromTap, tapColumnStep.get),
      );
    };
    const strips = (width: number): Code =>
      whileLoop(
        i32.lessThan(i32.add(channel.get, i32.const(4 * width - 1)), channels.get),
        sequence(
          target.set(i32.add(sums.get, offset.get)),
          repeat(
            tapRow,
            tapRows.get,
            sequence(
              fromTap.set(i32.add(i32.add(x.get, offset.get), i32.mul(tapRow.get, tapRowStep.get))),
              repeat(tapColumn, tapColumns.get, tap(width)),
            ),
          ),
          advance(offset, 16 * width),
          advance(channel, 4 * width),
        ),
      );
    return sequence(
      pixelBytes.set(i32.shiftLeft(channels.get, 2)),
      repeat(
        row,
        rows.get,
        sequence(
          offset.set(i32.const(0)),
          channel.set(i32.const(0)),
          strips(4),
          strips(1),
          advance(x, rowStep.get),
          advance(dy, i32.mul(columns.get, pixelBytes.get)),
        ),
      ),
    );
  },
);
