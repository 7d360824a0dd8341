import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import type { TrainingWasm } from '../training-wasm.ts';

/** Shorter sums over the last axes are the package's: setting ours up takes longer. */
const fewestElements = 64;
/** A contiguous run is summed as a matrix of so many columns. */
const lanes = 16;

/**
 * Sums over axes that lie side by side, without the transpose that the package makes first, and summed in blocks: the package adds
 * one element after another in float32, whose error grows with their number.
 */
export const sum = kernel<'x', tf.SumAttrs>(tf.Sum, ({ inputs: { x }, attrs, backend, packaged }) =>
  x.dtype === 'float32' ? (reduce(backend, x, attrs, 'sum') ?? packaged()) : packaged(),
);

/** As `sum`, divided by the number of elements. */
export const mean = kernel<'x', tf.MeanAttrs>(tf.Mean, ({ inputs: { x }, attrs, backend, packaged }) =>
  x.dtype === 'float32' ? (reduce(backend, x, attrs, 'mean') ?? packaged()) : packaged(),
);

interface ReductionAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** The reduction as `[outer, reduced, inner]`, or null where the axes do not lie side by side or it is not worth it. */
function reduce(
  backend: TrainingWasm,
  x: tf.TensorInfo,
  { axis, keepDims }: ReductionAttributes,
  kind: 'sum' | 'mean',
): tf.TensorInfo | null {
  const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((left, right) => left - right);
  const [first, last] = [axes[0], axes.at(-1)];
  if (first === undefined || last === undefined || last - first !== axes.length - 1) return null;
  const outer = tf.util.sizeFromShape(x.shape.slice(0, first));
  const reduced = tf.util.sizeFromShape(x.shape.slice(first, last + 1));
  const inner = tf.util.sizeFromShape(x.shape.slice(last + 1));
  if (outer * reduced * inner === 0 || (inner === 1 && reduced < fewestElements)) return null;
  const shape = keepDims
    ? x.shape.map((size, index) => (axes.includes(index) ? 1 : size))
    : x.shape.filter((_, index) => !axes.includes(index));
  const out = backend.makeOutput(shape, 'float32');
  const scale = kind === 'mean' ? 1 / reduced : 1;
  const columns = inner === 1 ? lanes : inner;
  backend.withScratch(8 * columns, (sums) => {
    const values = new Float64Array(backend.instance.memory.buffer, sums, columns);
    const results = backend.typedArrayFromHeap(out);
    for (let index = 0; index < outer; index += 1) {
      const source = backend.pointer(x) + 4 * index * reduced * inner;
      values.fill(0);
      if (inner === 1) {
        const rows = Math.floor(reduced / lanes);
        backend.simd.call('sumColumns', source, sums, rows, lanes, 4 * lanes);
        backend.simd.call('sumColumns', source + 4 * rows * lanes, sums, 1, reduced - rows * lanes, 0);
        results[index] = values.reduce((total, value) => total + value, 0) * scale;
      } else {
        backend.simd.call('sumColumns', source, sums, reduced, inner, 4 * inner);
        for (const [column, value] of values.entries()) results[index * inner + column] = value * scale;
      }
    }
  });
  return out;
}
