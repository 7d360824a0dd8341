import * as tf from '../../../tf.ts';
import { kernel, runKernel } from '../kernel.ts';
import type { TrainingWasm } from '../training-wasm.ts';

/** XNNPACK multiplies plain operands only; for transposed ones the package has a scalar loop. So transpose first. */
export const batchMatMul = kernel<'a' | 'b', tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs: { transposeA, transposeB }, backend, packaged }) => {
    if (!transposeA && !transposeB) return packaged();
    const left = transposeA ? swapLast(backend, a) : a;
    const right = transposeB ? swapLast(backend, b) : b;
    const out = runKernel(
      backend,
      tf.BatchMatMul,
      { a: left, b: right },
      { transposeA: false, transposeB: false },
    );
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
