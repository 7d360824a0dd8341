import {
  advance,
  type Code,
  defineFunction,
  f32,
  i32,
  type Locals,
  repeat,
  sequence,
  type Variable,
  v128,
  whenElse,
  whileLoop,
} from './assembler.ts';

const cells = [
  'source',
  'target',
  'rows',
  'columns',
  'floats',
  'sourceRow',
  'sourceColumn',
  'targetRow',
  'targetColumn',
] as const;

/**
 * Copies `floats` 32-bit elements of each cell of a grid: `target[row][column] = source[row][column]`, where cells
 * and rows may lie anywhere: the steps are in bytes. Packing, unpacking and interleaving are all of this form.
 */
export const copyPixels = defineFunction('copyPixels', cells, copyCells);

function copyCells(parameter: Readonly<Record<(typeof cells)[number], Variable>>, locals: Locals): Code {
  const { source, target, rows, columns, floats } = parameter;
  const { sourceRow, sourceColumn, targetRow, targetColumn } = parameter;
  const row = locals.i32();
  const column = locals.i32();
  const left = locals.i32();
  const from = locals.i32();
  const to = locals.i32();
  const cellFrom = locals.i32();
  const cellTo = locals.i32();
  const eachCell = (copy: Code) =>
    repeat(
      row,
      rows.get,
      sequence(
        cellFrom.set(source.get),
        cellTo.set(target.get),
        repeat(
          column,
          columns.get,
          sequence(copy, advance(cellFrom, sourceColumn.get), advance(cellTo, targetColumn.get)),
        ),
        advance(source, sourceRow.get),
        advance(target, targetRow.get),
      ),
    );
  const anyLength = sequence(
    from.set(cellFrom.get),
    to.set(cellTo.get),
    left.set(floats.get),
    whileLoop(
      i32.greaterThan(left.get, i32.const(3)),
      sequence(
        v128.store(to.get, v128.load(from.get)),
        advance(from, 16),
        advance(to, 16),
        advance(left, -4),
      ),
    ),
    whileLoop(
      i32.greaterThan(left.get, i32.const(0)),
      sequence(f32.store(to.get, f32.load(from.get)), advance(from, 4), advance(to, 4), advance(left, -1)),
    ),
  );
  return whenElse(
    i32.equal(floats.get, i32.const(4)),
    eachCell(v128.store(cellTo.get, v128.load(cellFrom.get))),
    whenElse(
      i32.equal(floats.get, i32.const(8)),
      eachCell(
        sequence(
          v128.store(cellTo.get, v128.load(cellFrom.get)),
          v128.store(cellTo.get, v128.load(cellFrom.get, 16), 16),
        ),
      ),
      eachCell(anyLength),
    ),
  );
}

/**
 * Clears `vectors` times four elements from `cleared` on, then copies as `copyPixels` does: a packed panel with its
 * padding, by the thread that packs it.
 */
export const clearAndCopyPixels = defineFunction(
  'clearAndCopyPixels',
  [...cells, 'cleared', 'vectors'],
  (parameter, locals) => {
    const vector = locals.i32();
    return sequence(
      repeat(
        vector,
        parameter.vectors.get,
        sequence(v128.store(parameter.cleared.get, v128.zero), advance(parameter.cleared, 16)),
      ),
      copyCells(parameter, locals),
    );
  },
);
