import type { KernelCost } from '../flops.ts';
import { input, type KernelCall, output, sizeOf } from '../kernel-call.ts';

const perElement =
  (count: number) =>
  (call: KernelCall): number =>
    count * sizeOf(output(call).shape);

/** Counted on x; ReLU and the residual are one operation an element each, where they take part. */
const batchNormTraining =
  (count: number) =>
  (call: KernelCall): number => {
    const extras = (call.attributes['relu'] === true ? 1 : 0) + (call.inputs.has('residual') ? 1 : 0);
    return (count + extras) * sizeOf(input(call, 'x').shape);
  };

/** Operations an element, as the formulas are written; terms a channel or a row are left out. */
export const normalisation: readonly (readonly [string, KernelCost])[] = [
  // (x - mean) · 1/√(variance + ε) · scale + offset
  ['FusedBatchNorm', { flops: perElement(4) }],
  // maximum, subtraction, exponential, sum, division
  ['Softmax', { flops: perElement(5) }],
  // maximum, subtraction, exponential, sum, subtraction of the logarithm
  ['LogSoftmax', { flops: perElement(5) }],

  // Kernels that warpwatch's own trainings add to the wasm backend, one pass each for a batch normalisation.
  // Sum for the mean; subtraction, square and sum for the variance.
  ['BatchMoments', { flops: batchNormTraining(4) }],
  // As FusedBatchNorm.
  ['BatchNormTrain', { attributes: ['relu'], flops: batchNormTraining(4) }],
  // xh = (x - mean) · i; Σ g, Σ g · xh; γ · i · (g - (Σ g + xh · Σ g · xh) / n)
  ['BatchNormTrainGrad', { attributes: ['relu'], flops: batchNormTraining(10) }],
];
