import * as tf from '../../../tf.ts';
import { kernel, runKernel } from '../kernel.ts';
import { panelChannels } from '../simd/convolve.ts';
import { split } from '../split.ts';

const floatBytes = 4;

/**
 * Convolution, bias and rectifier as one kernel: our convolution, and one pass in place for the two others while they
 * are warm. The package's takes longer than its three kernels one by one, since its convolution is the slower one.
 */
export const fusedConv2d = kernel<'x' | 'filter' | 'bias', tf.FusedConv2DAttrs>(
  tf.FusedConv2D,
  ({ inputs, attrs, backend, packaged }) => {
    const { x, filter } = inputs;
    // All but x and filter may be left out: TensorFlow.js' types do not say so.
    const { bias, preluActivationWeights: slopes }: Partial<Record<string, tf.TensorInfo | null>> = inputs;
    const { activation } = attrs;
    const channels = filter.shape.at(-1) ?? 0;
    const isSuited =
      bias !== undefined &&
      bias !== null &&
      !slopes &&
      attrs.dataFormat === 'NHWC' &&
      channels > 0 &&
      channels % panelChannels === 0 &&
      tf.util.sizeFromShape(bias.shape) === channels &&
      (activation === 'linear' || activation === 'relu');
    if (!isSuited) return packaged();
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
    const convolution = { strides, pad, dataFormat, dilations, dimRoundingMode };
    const out = runKernel(backend, tf.Conv2D, { x, filter }, convolution);
    const rows = tf.util.sizeFromShape(out.shape) / channels;
    const vectorBytes = channels * floatBytes;
    backend.withScratch(2 * vectorBytes, (zeros) => {
      const ones = zeros + vectorBytes;
      new Float32Array(backend.instance.memory.buffer, zeros, channels).fill(0);
      new Float32Array(backend.instance.memory.buffer, ones, channels).fill(1);
      const [y, shift] = [backend.pointer(out), backend.pointer(bias)];
      const pass = activation === 'relu' ? 'scaleShiftRelu' : 'scaleShiftPlain';
      backend.simd.run((add) => {
        for (const { first, count } of split(rows, backend.simd.threads)) {
          const at = y + first * vectorBytes;
          add(pass, at, 0, at, zeros, ones, shift, count, channels);
        }
      });
    });
    return out;
  },
);
