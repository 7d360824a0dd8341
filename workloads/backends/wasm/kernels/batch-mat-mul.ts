import * as tf from '../../../tf.ts';
import { kernel, reshaped, runKernel } from '../kernel.ts';
import { panelChannels } from '../simd/convolve.ts';
import type { TrainingWasm } from '../training-wasm.ts';

/** Rows of a tile of the convolution; with fewer it is mostly idle. */
const fewestRows = 4;

/**
 * Matrix products. The package's has XNNPACK for plain operands and a scalar loop for transposed ones, so those are
 * transposed first; and a product of two matrices is a convolution with a filter of one tap, which ours is faster at.
 */
export const batchMatMul = kernel<'a' | 'b', tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend, packaged }) => {
    if (!transposeA && !transposeB) return asConvolution(backend, a, b) ?? packaged();
    const left = transposeA ? swapLast(backend, a) : a;
    const right = transposeB ? swapLast(backend, b) : b;
    const attrs = { transposeA: false, transposeB: false };
    const out = runKernel(backend, tf.BatchMatMul, { a: left, b: right }, attrs);
    if (transposeA) backend.disposeData(left.dataId);
    if (transposeB) backend.disposeData(right.dataId);
    return out;
  },
);

function swapLast(backend: TrainingWasm, x: tf.TensorInfo): tf.TensorInfo {
  const perm = x.shape.map((_, axis) => axis);
  const last = perm.length - 1;
  return runKernel(backend, tf.Transpose, { x }, { perm: [...perm.slice(0, -2), last, last - 1] });
}

/** The product of one pair of matrices as a convolution over one row of pixels, or null where that does not suit. */
function asConvolution(backend: TrainingWasm, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo | null {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [innerOfB, columns] = b.shape.slice(-2) as [number, number];
  const isPair = [a, b].every((each) => tf.util.sizeFromShape(each.shape.slice(0, -2)) === 1);
  const isSuited = columns % panelChannels === 0 && rows >= fewestRows && inner > 0 && columns > 0;
  // Whatever does not fit is the package's to complain about.
  if (!isPair || !isSuited || inner !== innerOfB || a.dtype !== 'float32' || b.dtype !== 'float32')
    return null;
  const x = reshaped(backend, a, [1, 1, rows, inner]);
  const filter = reshaped(backend, b, [1, 1, inner, columns]);
  const attrs = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 };
  const product = runKernel(backend, tf.Conv2D, { x, filter }, attrs);
  for (const operand of [x, filter]) backend.disposeData(operand.dataId);
  const rank = Math.max(a.shape.length, b.shape.length);
  return { ...product, shape: [...new Array<number>(rank - 2).fill(1), rows, columns] };
}
