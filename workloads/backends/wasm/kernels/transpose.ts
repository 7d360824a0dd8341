import * as tf from '../../../tf.ts';
import { kernel, reshaped } from '../kernel.ts';
import { addTranspose } from '../matrices.ts';

/**
 * A transpose that swaps two neighbouring groups of axes, behind any number of leading axes, is a batch of matrix transposes; the
 * package's generic loop is several times slower at it. Other permutations go to the package.
 */
export const transpose = kernel<'x', tf.TransposeAttrs>(
  tf.Transpose,
  ({ inputs: { x }, attrs: { perm }, backend, packaged }) => {
    const shape = perm.map((axis) => x.shape[axis] as number);
    const swap = x.dtype === 'float32' || x.dtype === 'int32' ? asMatrices(x.shape, perm) : null;
    if (swap === null) return packaged();
    const { matrices, rows, columns } = swap;
    if (rows === 1 || columns === 1) return reshaped(backend, x, shape);
    const out = backend.makeOutput(shape, x.dtype);
    const bytes = rows * columns * 4;
    backend.simd.run((add) => {
      for (let matrix = 0; matrix < matrices; matrix += 1) {
        const [from, to] = [backend.pointer(x) + matrix * bytes, backend.pointer(out) + matrix * bytes];
        addTranspose(add, from, to, rows, columns);
      }
    });
    return out;
  },
);

interface Matrices {
  readonly matrices: number;
  readonly rows: number;
  readonly columns: number;
}

/** Reads a permutation as `[leading, b…, a…]` of `[leading, a…, b…]`, or gives null where it is something else. */
export function asMatrices(shape: readonly number[], perm: readonly number[]): Matrices | null {
  // An axis of size one has no order: only the others count.
  const axes = perm.filter((axis) => shape[axis] !== 1);
  const inOrder = axes.toSorted((left, right) => left - right);
  const size = (part: readonly number[]) => part.reduce((product, axis) => product * (shape[axis] ?? 1), 1);
  const leading = axes.findIndex((axis, index) => axis !== inOrder[index]);
  if (leading === -1) return { matrices: 1, rows: 1, columns: size(axes) };
  const moved = axes.slice(leading);
  const rest = inOrder.slice(leading);
  const turn = rest.indexOf(moved[0] ?? -1);
  const rotated = [...rest.slice(turn), ...rest.slice(0, turn)];
  if (moved.some((axis, index) => axis !== rotated[index])) return null;
  return {
    matrices: size(axes.slice(0, leading)),
    rows: size(rest.slice(0, turn)),
    columns: size(rest.slice(turn)),
  };
}
