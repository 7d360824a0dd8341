import * as tf from '../../../tf.ts';
import { kernel } from '../kernel.ts';
import { split } from '../split.ts';

/**
 * Batch normalisation with given statistics, as one multiply-add with a scale per channel; the package computes
 * a square root and a division for every element.
 */
export const fusedBatchNorm = kernel<'x' | 'mean' | 'variance' | 'offset' | 'scale', tf.FusedBatchNormAttrs>(
  tf.FusedBatchNorm,
  ({ inputs, attrs: { varianceEpsilon }, backend, packaged }) => {
    const { x, mean, variance } = inputs;
    // Both may be left out: TensorFlow.js' types do not say so.
    const { offset, scale }: { offset?: tf.TensorInfo | null; scale?: tf.TensorInfo | null } = inputs;
    const channels = x.shape.at(-1) ?? 0;
    const perChannel = [mean, variance, offset, scale].every(
      (each) => each === null || each === undefined || tf.util.sizeFromShape(each.shape) === channels,
    );
    if (channels === 0 || channels % 4 !== 0 || !perChannel) return packaged();
    const out = backend.makeOutput(x.shape, 'float32');
    backend.withScratch(8 * channels, (factors) => {
      const shifts = factors + 4 * channels;
      const factor = new Float32Array(backend.instance.memory.buffer, factors, channels);
      const shift = new Float32Array(backend.instance.memory.buffer, shifts, channels);
      const gamma = scale ? backend.typedArrayFromHeap(scale) : null;
      const beta = offset ? backend.typedArrayFromHeap(offset) : null;
      for (const [channel, value] of backend.typedArrayFromHeap(variance).entries()) {
        factor[channel] = (gamma?.[channel] ?? 1) / Math.sqrt(value + varianceEpsilon);
        shift[channel] = beta?.[channel] ?? 0;
      }
      const rows = tf.util.sizeFromShape(x.shape) / channels;
      const [from, to, means] = [x, out, mean].map((each) => backend.pointer(each)) as [
        number,
        number,
        number,
      ];
      backend.simd.run((add) => {
        for (const { first, count } of split(rows, backend.simd.threads)) {
          const offset = first * channels * 4;
          add('scaleShiftPlain', from + offset, 0, to + offset, means, factors, shifts, count, channels);
        }
      });
    });
    return out;
  },
);
