import {
  advance,
  type Code,
  defineFunction,
  type FunctionDefinition,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  type Locals,
  minimum,
  sequence,
  type Variable,
  v128,
  whileLoop,
} from './assembler.ts';
import { type Activation, activeGradient, sixes } from './rectify.ts';

/** Rows that are summed in float32 before they are added to the sums in float64: the error stays that of so few. */
const rowsPerBlock = 64;

/**
 * Sums over the rows of a matrix: `sums[c] += sum over r of source[r][c]`, the sums in float64. Rows lie `rowStep` bytes
 * apart. Sixteen columns, a cache line, go at a time, then four, then one.
 */
export const sumColumns = defineFunction(
  'sumColumns',
  ['source', 'sums', 'rows', 'columns', 'rowStep'],
  ({ source, sums, rows, columns, rowStep }, locals) => {
    const column = locals.i32();
    const row = locals.i32();
    const end = locals.i32();
    const from = locals.i32();
    const block = locals.vectors(4);
    const strip = (vectors: readonly Variable[]) =>
      inBlocks({ row, end, rows, start: from.set(source.get) }, vectors, sums, [
        ...vectors.map((sum, index) => sum.set(f32x4.add(sum.get, v128.load(from.get, 16 * index)))),
        advance(from, rowStep.get),
      ]);
    const next = (width: number) =>
      sequence(advance(source, 4 * width), advance(sums, 8 * width), advance(column, width));
    const single = sequence(
      from.set(source.get),
      row.set(i32.const(0)),
      whileLoop(
        i32.lessThan(row.get, rows.get),
        sequence(
          f64.store(sums.get, f64.add(f64.load(sums.get), f64.promote(f32.load(from.get)))),
          advance(from, rowStep.get),
          advance(row, 1),
        ),
      ),
    );
    return sequence(
      column.set(i32.const(0)),
      whileLoop(fits(column, 16, columns), sequence(strip(block), next(16))),
      whileLoop(fits(column, 4, columns), sequence(strip(block.slice(0, 1)), next(4))),
      whileLoop(fits(column, 1, columns), sequence(single, next(1))),
    );
  },
);

/** `sums[c] += sum over r of (source[r][c] - mean[c])^2`, for a number of columns that four divides. */
export const sumSquaredDeviations = defineFunction(
  'sumSquaredDeviations',
  ['source', 'mean', 'sums', 'rows', 'columns'],
  ({ source, mean, sums, rows, columns }, locals) =>
    overColumns(locals, columns, ({ width, rowStep, row, end }) => {
      const from = locals.i32();
      const deviation = locals.v128();
      const means = locals.vectors(width);
      const totals = locals.vectors(width);
      return sequence(
        ...means.map((each, index) => each.set(v128.load(mean.get, 16 * index))),
        inBlocks({ row, end, rows, start: from.set(source.get) }, totals, sums, [
          ...totals.flatMap((total, index) => [
            deviation.set(f32x4.sub(v128.load(from.get, 16 * index), means[index]?.get ?? [])),
            total.set(f32x4.add(total.get, f32x4.mul(deviation.get, deviation.get))),
          ]),
          advance(from, rowStep.get),
        ]),
        advance(source, 16 * width),
        advance(mean, 16 * width),
        advance(sums, 32 * width),
      );
    }),
);

/**
 * The two sums that the gradient of a batch normalisation needs: `sums[c] += sum over r of g[r][c]` and
 * `products[c] += sum over r of g[r][c] (x[r][c] - mean[c])`, where g is dy, or 0 where the activation is flat. For a number of
 * columns that four divides.
 */
function sumGradients(name: string, activation: Activation): FunctionDefinition {
  return defineFunction(
    name,
    ['dy', 'y', 'x', 'mean', 'sums', 'products', 'rows', 'columns'],
    ({ dy, y, x, mean, sums, products, rows, columns }, locals) =>
      overColumns(locals, columns, ({ width, rowStep, row, end }) => {
        const offset = locals.i32();
        const gradient = locals.v128();
        const output = locals.v128();
        const six = locals.v128();
        const means = locals.vectors(width);
        const totals = locals.vectors(2 * width);
        const load = (pointer: Variable, index: number) =>
          v128.load(i32.add(pointer.get, offset.get), 16 * index);
        const term = (index: number) => {
          const active = activeGradient(activation, load(dy, index), load(y, index), { six, output });
          const [plain, product] = [totals[2 * index], totals[2 * index + 1]] as [Variable, Variable];
          const deviation = f32x4.sub(load(x, index), means[index]?.get ?? []);
          return [
            gradient.set(active),
            plain.set(f32x4.add(plain.get, gradient.get)),
            product.set(f32x4.add(product.get, f32x4.mul(gradient.get, deviation))),
          ];
        };
        const even = totals.filter((_, index) => index % 2 === 0);
        const odd = totals.filter((_, index) => index % 2 === 1);
        return sequence(
          six.set(sixes),
          ...means.map((each, index) => each.set(v128.load(mean.get, 16 * index))),
          inBlocks(
            { row, end, rows, start: offset.set(i32.const(0)) },
            [...even, ...odd],
            sums,
            [...means.flatMap((_, index) => term(index)), advance(offset, rowStep.get)],
            { sums: products, from: width },
          ),
          ...[dy, y, x, mean].map((pointer) => advance(pointer, 16 * width)),
          ...[sums, products].map((pointer) => advance(pointer, 32 * width)),
        );
      }),
  );
}

export const sumGradientsPlain = sumGradients('sumGradientsPlain', 'none');
export const sumGradientsRelu = sumGradients('sumGradientsRelu', 'relu');
export const sumGradientsRelu6 = sumGradients('sumGradientsRelu6', 'relu6');

interface Strip {
  /** Vectors of four columns that are summed side by side. */
  readonly width: number;
  readonly rowStep: Variable;
  readonly row: Variable;
  readonly end: Variable;
}

/** Goes over the columns sixteen at a time, then four; `strip` also moves the pointers on. */
function overColumns(locals: Locals, columns: Variable, strip: (strip: Strip) => Code): Code {
  const column = locals.i32();
  const rowStep = locals.i32();
  const [row, end] = [locals.i32(), locals.i32()];
  const strips = (width: number) =>
    whileLoop(
      fits(column, 4 * width, columns),
      sequence(strip({ width, rowStep, row, end }), advance(column, 4 * width)),
    );
  return sequence(rowStep.set(i32.shiftLeft(columns.get, 2)), column.set(i32.const(0)), strips(4), strips(1));
}

function fits(column: Variable, width: number, columns: Variable): Code {
  return i32.lessThan(i32.add(column.get, i32.const(width - 1)), columns.get);
}

interface Rows {
  readonly row: Variable;
  readonly end: Variable;
  readonly rows: Variable;
  /** Goes back to the first row. */
  readonly start: Code;
}

/**
 * Runs `body` for each row. It adds to the vectors, which begin at zero and are added to the float64 sums after each block; those
 * from `second.from` on go to `second.sums`.
 */
function inBlocks(
  { row, end, rows, start }: Rows,
  vectors: readonly Variable[],
  sums: Variable,
  body: readonly Code[],
  second?: { readonly sums: Variable; readonly from: number },
): Code {
  const spill = vectors.flatMap((vector, index) => {
    const isSecond = second !== undefined && index >= second.from;
    const target = isSecond ? second.sums : sums;
    const offset = 32 * (isSecond ? index - second.from : index);
    const high = v128.shuffle(vector.get, vector.get, [2, 3, 0, 1]);
    return [vector.get, high].map((half, part) => {
      const place = offset + 16 * part;
      return v128.store(target.get, f64x2.add(v128.load(target.get, place), f64x2.promoteLow(half)), place);
    });
  });
  return sequence(
    start,
    row.set(i32.const(0)),
    whileLoop(
      i32.lessThan(row.get, rows.get),
      sequence(
        end.set(minimum(i32.add(row.get, i32.const(rowsPerBlock)), rows.get)),
        ...vectors.map((vector) => vector.set(v128.zero)),
        whileLoop(i32.lessThan(row.get, end.get), sequence(...body, advance(row, 1))),
        ...spill,
      ),
    ),
  );
}
