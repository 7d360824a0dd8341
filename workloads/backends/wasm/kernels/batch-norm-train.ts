import type * as tf from '../../../tf.ts';
import { util } from '../../../tf.ts';
import {
  type BatchNormTrainAttrs,
  type BatchNormTrainGradAttrs,
  batchMoments,
  batchNormTrain,
  batchNormTrainGrad,
  type ReluCeiling,
} from '../../batch-norm-kernels.ts';
import { kernel } from '../kernel.ts';
import type { SimdFunction } from '../simd/index.ts';
import type { Activation } from '../simd/rectify.ts';
import { split } from '../split.ts';
import type { TrainingWasm } from '../training-wasm.ts';

type Variants = Readonly<Record<Activation, SimdFunction>>;

const scaleShifts: Variants = {
  none: 'scaleShiftPlain',
  relu: 'scaleShiftRelu',
  relu6: 'scaleShiftRelu6',
};
const scaleShiftAdds: Variants = {
  none: 'scaleShiftAdd',
  relu: 'scaleShiftAddRelu',
  relu6: 'scaleShiftAddRelu6',
};
const sumGradients: Variants = {
  none: 'sumGradientsPlain',
  relu: 'sumGradientsRelu',
  relu6: 'sumGradientsRelu6',
};
const normalizeGradients: Variants = {
  none: 'normalizeGradientPlain',
  relu: 'normalizeGradientRelu',
  relu6: 'normalizeGradientRelu6',
};
/** Those that write what the residual gets as well; without an activation that is dy. */
const normalizeGradientsKeep: Variants = {
  none: 'normalizeGradientPlain',
  relu: 'normalizeGradientReluKeep',
  relu6: 'normalizeGradientRelu6Keep',
};

function activationOf(relu: boolean, ceiling: ReluCeiling | undefined): Activation {
  if (!relu) return 'none';
  return ceiling === undefined ? 'relu' : 'relu6';
}

const floatBytes = 4;
const doubleBytes = 8;

/** Mean and variance of each channel: two passes, so that a large mean costs the variance no digits. */
export const batchMomentsKernel = kernel<'x'>(batchMoments, ({ inputs: { x }, backend }) => {
  const { rows, channels } = matrixOf(x);
  const mean = backend.makeOutput([channels], 'float32');
  const variance = backend.makeOutput([channels], 'float32');
  const [from, means] = [backend.pointer(x), backend.pointer(mean)];
  const rowBytes = channels * floatBytes;
  const parts = split(rows, backend.simd.threads);
  backend.withScratch(parts.length * channels * doubleBytes, (sums) => {
    const target = (part: number) => sums + part * channels * doubleBytes;
    backend.clear(sums, 2 * parts.length * channels);
    backend.simd.run((add) => {
      for (const [part, { first, count }] of parts.entries()) {
        add('sumColumns', from + first * rowBytes, target(part), count, channels, rowBytes);
      }
    });
    setMeans(backend, sums, parts.length, rows, mean);
    backend.clear(sums, 2 * parts.length * channels);
    backend.simd.run((add) => {
      for (const [part, { first, count }] of parts.entries()) {
        add('sumSquaredDeviations', from + first * rowBytes, means, target(part), count, channels);
      }
    });
    setMeans(backend, sums, parts.length, rows, variance);
  });
  return [mean, variance];
});

/** Normalises with given statistics, adds an optional residual and applies ReLU, in one pass. */
export const batchNormTrainKernel = kernel<
  'x' | 'gamma' | 'beta' | 'mean' | 'variance' | 'residual',
  BatchNormTrainAttrs
>(batchNormTrain, ({ inputs, attrs: { epsilon, relu, ceiling }, backend }) => {
  const { x, gamma, beta, mean, variance } = inputs;
  const residual: tf.TensorInfo | undefined = inputs.residual;
  const { rows, channels } = matrixOf(x);
  const y = backend.makeOutput(x.shape, 'float32');
  backend.withScratch(channels * floatBytes, (factors) => {
    const factor = new Float32Array(backend.instance.memory.buffer, factors, channels);
    const scale = backend.typedArrayFromHeap(gamma);
    for (const [channel, value] of backend.typedArrayFromHeap(variance).entries()) {
      factor[channel] = (scale[channel] as number) / Math.sqrt(value + epsilon);
    }
    const names = residual === undefined ? scaleShifts : scaleShiftAdds;
    const name = names[activationOf(relu, ceiling)];
    const added = residual === undefined ? 0 : backend.pointer(residual);
    const elements = [backend.pointer(x), added, backend.pointer(y)];
    const [means, shifts] = [backend.pointer(mean), backend.pointer(beta)];
    backend.simd.run((add) => {
      for (const { first, count } of split(rows, backend.simd.threads)) {
        const pointers = elements.map((each) => each + first * channels * floatBytes);
        add(name, ...pointers, means, factors, shifts, count, channels);
      }
    });
  });
  return y;
});

/** Its gradient: one pass for two sums per channel, one for dx and for what the residual gets. */
export const batchNormTrainGradKernel = kernel<
  'dy' | 'x' | 'y' | 'gamma' | 'mean' | 'variance',
  BatchNormTrainGradAttrs
>(batchNormTrainGrad, ({ inputs, attrs: { epsilon, relu, ceiling, residual }, backend }) => {
  const { dy, x, y, gamma, mean, variance } = inputs;
  const { rows, channels } = matrixOf(x);
  const dx = backend.makeOutput(x.shape, 'float32');
  const dGamma = backend.makeOutput([channels], 'float32');
  const dBeta = backend.makeOutput([channels], 'float32');
  const activation = activationOf(relu, ceiling);
  const dResidual = relu && residual ? backend.makeOutput(x.shape, 'float32') : null;
  const inputsAt = [dy, y, x].map((each) => backend.pointer(each));
  const outputsAt = [backend.pointer(dx), dResidual === null ? 0 : backend.pointer(dResidual)];
  const meanAt = backend.pointer(mean);
  const parts = split(rows, backend.simd.threads);
  const sumsBytes = 2 * channels * doubleBytes;
  backend.withScratch(parts.length * sumsBytes + 3 * channels * floatBytes, (sums) => {
    const factors = sums + parts.length * sumsBytes;
    backend.clear(sums, 4 * parts.length * channels);
    backend.simd.run((add) => {
      for (const [part, { first, count }] of parts.entries()) {
        const pointers = inputsAt.map((each) => each + first * channels * floatBytes);
        const target = sums + part * sumsBytes;
        add(
          sumGradients[activation],
          ...pointers,
          meanAt,
          target,
          target + channels * doubleBytes,
          count,
          channels,
        );
      }
    });
    const totals = addParts(backend, sums, parts.length, 2 * channels);
    setFactors(backend, totals, factors, rows, epsilon, { gamma, variance, dGamma, dBeta });
    const [a, b, d] = [0, 1, 2].map((index) => factors + index * channels * floatBytes) as [
      number,
      number,
      number,
    ];
    const names = dResidual === null ? normalizeGradients : normalizeGradientsKeep;
    backend.simd.run((add) => {
      for (const { first, count } of parts) {
        const pointers = [...inputsAt, ...outputsAt].map((each) => each + first * channels * floatBytes);
        add(names[activation], ...pointers, meanAt, a, b, d, count, channels);
      }
    });
  });
  return dResidual === null ? [dx, dGamma, dBeta] : [dx, dGamma, dBeta, dResidual];
});

/** Writes the mean of each channel, from the sums of the parts. */
function setMeans(
  backend: TrainingWasm,
  sums: number,
  parts: number,
  rows: number,
  target: tf.TensorInfo,
): void {
  const means = backend.typedArrayFromHeap(target);
  for (const [channel, total] of addParts(backend, sums, parts, means.length).entries()) {
    means[channel] = total / rows;
  }
}

function addParts(backend: TrainingWasm, sums: number, parts: number, size: number): Float64Array {
  const totals = new Float64Array(size);
  for (const [index, value] of new Float64Array(
    backend.instance.memory.buffer,
    sums,
    parts * size,
  ).entries()) {
    totals[index % size] = (totals[index % size] as number) + value;
  }
  return totals;
}

/**
 * From the two sums to the gradients of gamma and beta and to the three factors of
 * `dx = gamma inverse (g - mean(g) - (x - mean) inverse^2 mean(g (x - mean)))`.
 */
function setFactors(
  backend: TrainingWasm,
  totals: Float64Array,
  factorsAt: number,
  rows: number,
  epsilon: number,
  tensors: Readonly<Record<'gamma' | 'variance' | 'dGamma' | 'dBeta', tf.TensorInfo>>,
): void {
  const gamma = backend.typedArrayFromHeap(tensors.gamma);
  const channels = gamma.length;
  const factors = new Float32Array(backend.instance.memory.buffer, factorsAt, 3 * channels);
  const dGamma = backend.typedArrayFromHeap(tensors.dGamma);
  const dBeta = backend.typedArrayFromHeap(tensors.dBeta);
  for (const [channel, variance] of backend.typedArrayFromHeap(tensors.variance).entries()) {
    const inverse = 1 / Math.sqrt(variance + epsilon);
    const factor = (gamma[channel] as number) * inverse;
    const sum = totals[channel] as number;
    const product = totals[channels + channel] as number;
    dBeta[channel] = sum;
    dGamma[channel] = product * inverse;
    factors[channel] = factor;
    factors[channels + channel] = (-factor * inverse * inverse * product) / rows;
    factors[2 * channels + channel] = (-factor * sum) / rows;
  }
}

function matrixOf(x: tf.TensorInfo): { rows: number; channels: number } {
  const channels = x.shape.at(-1) ?? 1;
  return { rows: util.sizeFromShape(x.shape) / channels, channels };
}
