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

/** Output channels of a panel of the filter. */
export const panelChannels = 8;
/** Pixels of a row that are computed together. */
const tilePixels = 4;

/**
 * A convolution over rows of one image, for some panels of 8 output channels:
 * `y[row][column][panel * 8 + lane] = sum of x[row * rowStep + tap row][column * columnStep + k] * filter[panel][tap row][k][lane]`.
 * `x` has its padding, so that the `line` floats under a row of taps, taps times channels, lie one behind the other. Steps are
 * in bytes. The tile of 4 pixels x 8 channels is that of `outerProducts`.
 *
 * Where four does not divide the columns, the last tile takes the last pixel more than once and writes the same to it.
 */
export const convolve = defineFunction(
  'convolve',
  [
    'x',
    'filter',
    'y',
    'panels',
    'rows',
    'columns',
    'tapRows',
    'line',
    'tapRowStep',
    'rowStep',
    'columnStep',
    'yRowStep',
    'yColumnStep',
  ],
  (parameter, locals) => {
    const { x, filter, y, panels, rows, columns, tapRows, line } = parameter;
    const { tapRowStep, rowStep, columnStep, yRowStep, yColumnStep } = parameter;
    const panel = locals.i32();
    const row = locals.i32();
    const column = locals.i32();
    const tapRow = locals.i32();
    const done = locals.i32();
    const weights = locals.i32();
    const fromRow = locals.i32();
    const toRow = locals.i32();
    const pixel = locals.i32();
    const tapOffset = locals.i32();
    const from = Array.from({ length: tilePixels }, () => locals.i32());
    const lanes = locals.vectors(2);
    const value = locals.v128();
    const sums = locals.vectors(2 * tilePixels);

    const clamped = (index: number) =>
      pixel.set(minimum(i32.add(column.get, i32.const(index)), i32.sub(columns.get, i32.const(1))));
    // One at a time: unrolled, V8 (11.3) keeps some of the sums in memory, and the speed falls by two fifths.
    const term = sequence(
      ...lanes.map((lane, half) => lane.set(v128.load(weights.get, 16 * half))),
      ...from.map((pointer, place) =>
        sequence(
          value.set(v128.loadSplat(pointer.get)),
          ...lanes.map((lane, half) => accumulate(sums[2 * place + half], value, lane)),
        ),
      ),
      ...from.map((pointer) => advance(pointer, 4)),
      advance(weights, 4 * panelChannels),
    );
    const underRow = sequence(
      ...from.map((pointer, index) =>
        sequence(
          clamped(index),
          pointer.set(i32.add(i32.add(fromRow.get, tapOffset.get), i32.mul(pixel.get, columnStep.get))),
        ),
      ),
      repeat(done, line.get, term),
      advance(tapOffset, tapRowStep.get),
    );
    const tile = sequence(
      ...sums.map((sum) => sum.set(v128.zero)),
      weights.set(filter.get),
      tapOffset.set(i32.const(0)),
      repeat(tapRow, tapRows.get, underRow),
      ...from.map((pointer, index) =>
        sequence(
          clamped(index),
          pointer.set(i32.add(toRow.get, i32.mul(pixel.get, yColumnStep.get))),
          v128.store(pointer.get, sums[2 * index]?.get ?? []),
          v128.store(pointer.get, sums[2 * index + 1]?.get ?? [], 16),
        ),
      ),
      advance(column, tilePixels),
    );
    return repeat(
      panel,
      panels.get,
      sequence(
        fromRow.set(x.get),
        toRow.set(y.get),
        repeat(
          row,
          rows.get,
          sequence(
            column.set(i32.const(0)),
            whileLoop(i32.lessThan(column.get, columns.get), tile),
            advance(fromRow, rowStep.get),
            advance(toRow, yRowStep.get),
          ),
        ),
        advance(filter, i32.mul(i32.mul(tapRows.get, line.get), i32.const(4 * panelChannels))),
        advance(y, 4 * panelChannels),
      ),
    );
  },
);

function accumulate(sum: Variable | undefined, left: Variable, right: Variable): Code {
  return sum === undefined ? [] : sum.set(f32x4.add(sum.get, f32x4.mul(left.get, right.get)));
}
