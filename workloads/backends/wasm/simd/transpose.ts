import {
  advance,
  type Code,
  defineFunction,
  f32,
  i32,
  sequence,
  type Variable,
  v128,
  whileLoop,
} from './assembler.ts';

/**
 * `target[c][r] = source[r][c]` for a matrix of 32-bit elements: 4x4 blocks in registers, the edges one by one.
 * Rows of the source lie `sourceStep` bytes apart, those of the target `targetStep`.
 */
export const transpose = defineFunction(
  'transpose',
  ['source', 'target', 'rows', 'columns', 'sourceStep', 'targetStep'],
  ({ source, target, rows, columns, sourceStep, targetStep }, locals) => {
    const row = locals.i32();
    const column = locals.i32();
    const from = locals.i32();
    const to = locals.i32();
    const lines = locals.vectors(4);
    const halves = locals.vectors(4);
    const start = sequence(
      from.set(i32.add(source.get, i32.mul(row.get, sourceStep.get))),
      to.set(i32.add(target.get, i32.shiftLeft(row.get, 2))),
      column.set(i32.const(0)),
    );
    const fits = (counter: Variable, end: Variable) =>
      i32.lessThan(i32.add(counter.get, i32.const(3)), end.get);
    const single = (count: number) =>
      sequence(
        ...Array.from({ length: count }, (_, index) =>
          f32.store(to.get, f32.load(i32.add(from.get, times(sourceStep, index))), 4 * index),
        ),
        advance(from, 4),
        advance(to, targetStep.get),
        advance(column, 1),
      );
    const strip = (height: number, block: Code) =>
      sequence(
        start,
        whileLoop(fits(column, columns), block),
        whileLoop(i32.lessThan(column.get, columns.get), single(height)),
        advance(row, height),
      );
    const oneRow = sequence(
      start,
      whileLoop(i32.lessThan(column.get, columns.get), single(1)),
      advance(row, 1),
    );
    const block = sequence(
      ...lines.map((line, index) => line.set(v128.load(i32.add(from.get, times(sourceStep, index))))),
      turn(lines, halves),
      ...lines.map((line, index) => v128.store(i32.add(to.get, times(targetStep, index)), line.get)),
      advance(from, 16),
      advance(to, i32.shiftLeft(targetStep.get, 2)),
      advance(column, 4),
    );
    return sequence(
      row.set(i32.const(0)),
      whileLoop(fits(row, rows), strip(4, block)),
      whileLoop(i32.lessThan(row.get, rows.get), oneRow),
    );
  },
);

function times(step: Variable, factor: number): Code {
  return i32.mul(step.get, i32.const(factor));
}

/** Transposes four vectors in place: first pairs of rows are interleaved, then pairs of pairs. */
function turn(lines: readonly Variable[], halves: readonly Variable[]): Code {
  const [a, b, c, d] = lines.map((line) => line.get) as [Code, Code, Code, Code];
  const [p, q, r, s] = halves.map((half) => half.get) as [Code, Code, Code, Code];
  const pairs = [
    v128.shuffle(a, b, [0, 4, 1, 5]),
    v128.shuffle(a, b, [2, 6, 3, 7]),
    v128.shuffle(c, d, [0, 4, 1, 5]),
    v128.shuffle(c, d, [2, 6, 3, 7]),
  ];
  const turned = [
    v128.shuffle(p, r, [0, 1, 4, 5]),
    v128.shuffle(p, r, [2, 3, 6, 7]),
    v128.shuffle(q, s, [0, 1, 4, 5]),
    v128.shuffle(q, s, [2, 3, 6, 7]),
  ];
  return sequence(
    ...halves.map((half, index) => half.set(pairs[index] ?? [])),
    ...lines.map((line, index) => line.set(turned[index] ?? [])),
  );
}
