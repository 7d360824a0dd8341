import * as tf from '../../../tf.ts';
import {
  type BatchNormTrainAttrs,
  type BatchNormTrainGradAttrs,
  batchMoments,
  batchNormTrain,
  batchNormTrainGrad,
} from '../../batch-norm-kernels.ts';
import { kernel } from '../kernel.ts';
import type { TrainingWasm } from '../training-wasm.ts';

const floatBytes = 4;
const doubleBytes = 8;

/** Mean and variance of each channel: two passes, so that a large mean costs the variance no digits. */
export const batchMomentsKernel = kernel<'x'>(batchMoments, ({ inputs: { x }, backend }) => {
  const { rows, channels } = matrixOf(x);
  const mean = backend.makeOutput([channels], 'float32');
  const variance = backend.makeOutput([channels], 'float32');
  const from = backend.pointer(x);
  backend.withScratch(doubleBytes * channels, (sums) => {
    const totals = new Float64Array(backend.instance.memory.buffer, sums, channels).fill(0);
    backend.simd.sumColumns(from, sums, rows, channels, floatBytes * channels);
    backend.typedArrayFromHeap(mean).set(totals.map((total) => total / rows));
    totals.fill(0);
    backend.simd.sumSquaredDeviations(from, backend.pointer(mean), sums, rows, channels);
    backend.typedArrayFromHeap(variance).set(totals.map((total) => total / rows));
  });
  return [mean, variance];
});

/** Normalises with given statistics, adds an optional residual and applies ReLU, in one pass. */
export const batchNormTrainKernel = kernel<
  'x' | 'gamma' | 'beta' | 'mean' | 'variance' | 'residual',
  BatchNormTrainAttrs
>(batchNormTrain, ({ inputs, attrs: { epsilon, relu }, backend }) => {
  const { x, gamma, beta, mean, variance } = inputs;
  const residual: tf.TensorInfo | undefined = inputs.residual;
  const { rows, channels } = matrixOf(x);
  const y = backend.makeOutput(x.shape, 'float32');
  const { simd } = backend;
  backend.withScratch(floatBytes * channels, (factors) => {
    const factor = new Float32Array(backend.instance.memory.buffer, factors, channels);
    const scale = backend.typedArrayFromHeap(gamma);
    for (const [channel, value] of backend.typedArrayFromHeap(variance).entries()) {
      factor[channel] = (scale[channel] as number) / Math.sqrt(value + epsilon);
    }
    const plain = residual === undefined ? simd.scaleShiftPlain : simd.scaleShiftAdd;
    const rectified = residual === undefined ? simd.scaleShiftRelu : simd.scaleShiftAddRelu;
    const run = relu ? rectified : plain;
    const added = residual === undefined ? 0 : backend.pointer(residual);
    const [from, to] = [backend.pointer(x), backend.pointer(y)];
    run(from, added, to, backend.pointer(mean), factors, backend.pointer(beta), rows, channels);
  });
  return y;
});

/**
 * Its gradient: `[dx, dGamma, dBeta]`, and with ReLU and a residual, whose gradient is then not dy itself, `dResidual` as a fourth. One
 * pass for two sums per channel, and one for dx.
 */
export const batchNormTrainGradKernel = kernel<
  'dy' | 'x' | 'y' | 'gamma' | 'mean' | 'variance',
  BatchNormTrainGradAttrs
>(batchNormTrainGrad, ({ inputs, attrs: { epsilon, relu, residual }, backend }) => {
  const { dy, x, y, gamma, mean, variance } = inputs;
  const { rows, channels } = matrixOf(x);
  const dx = backend.makeOutput(x.shape, 'float32');
  const dGamma = backend.makeOutput([channels], 'float32');
  const dBeta = backend.makeOutput([channels], 'float32');
  const dResidual = relu && residual ? backend.makeOutput(x.shape, 'float32') : null;
  const [dyAt, yAt, xAt] = [dy, y, x].map((each) => backend.pointer(each)) as Triple;
  const [dxAt, meanAt] = [backend.pointer(dx), backend.pointer(mean)];
  const { simd } = backend;
  backend.withScratch((2 * doubleBytes + 3 * floatBytes) * channels, (sums) => {
    const products = sums + doubleBytes * channels;
    const a = products + doubleBytes * channels;
    const [b, d] = [a + floatBytes * channels, a + 2 * floatBytes * channels];
    backend.clear(sums, 4 * channels);
    const sumGradients = relu ? simd.sumGradientsRelu : simd.sumGradientsPlain;
    sumGradients(dyAt, yAt, xAt, meanAt, sums, products, rows, channels);
    fillFactors(backend, sums, rows, epsilon, { gamma, variance, dGamma, dBeta });
    const kept = dResidual === null ? 0 : backend.pointer(dResidual);
    const active = dResidual === null ? simd.normalizeGradientRelu : simd.normalizeGradientReluKeep;
    const run = relu ? active : simd.normalizeGradientPlain;
    run(dyAt, yAt, xAt, dxAt, kept, meanAt, a, b, d, rows, channels);
  });
  return dResidual === null ? [dx, dGamma, dBeta] : [dx, dGamma, dBeta, dResidual];
});

type Triple = [number, number, number];

/** From the two sums to the gradients of gamma and beta and to the three factors of dx, which lie behind the sums. */
function fillFactors(
  backend: TrainingWasm,
  sums: number,
  rows: number,
  epsilon: number,
  tensors: Readonly<Record<'gamma' | 'variance' | 'dGamma' | 'dBeta', tf.TensorInfo>>,
): void {
  const { buffer } = backend.instance.memory;
  const gamma = backend.typedArrayFromHeap(tensors.gamma);
  const channels = gamma.length;
  const totals = new Float64Array(buffer, sums, 2 * channels);
  const factors = new Float32Array(buffer, sums + 2 * doubleBytes * channels, 3 * channels);
  const dGamma = backend.typedArrayFromHeap(tensors.dGamma);
  const dBeta = backend.typedArrayFromHeap(tensors.dBeta);
  for (const [channel, variance] of backend.typedArrayFromHeap(tensors.variance).entries()) {
    const inverse = 1 / Math.sqrt(variance + epsilon);
    const factor = (gamma[channel] as number) * inverse;
    const sum = totals[channel] as number;
    const product = totals[channels + channel] as number;
    dBeta[channel] = sum;
    dGamma[channel] = product * inverse;
    // dx = factor (g - mean(g) - (x - mean) inverse^2 mean(g (x - mean)))
    factors[channel] = factor;
    factors[channels + channel] = (-factor * inverse * inverse * product) / rows;
    factors[2 * channels + channel] = (-factor * sum) / rows;
  }
}

function matrixOf(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape.at(-1) ?? 1;
  return { rows: tf.util.sizeFromShape(x.shape) / channels, channels };
}
