import type { KernelCost } from '../flops.ts';
import { type KernelCall, output, sizeOf } from '../kernel-call.ts';

const perElement =
  (count: number) =>
  (call: KernelCall): number =>
    count * sizeOf(output(call).shape);

/** Operations an element, as the formulas are written; terms a channel or a row are left out. */
export const normalisation: readonly (readonly [string, KernelCost])[] = [
  // (x - mean) · 1/√(variance + ε) · scale + offset
  ['FusedBatchNorm', { flops: perElement(4) }],
  // maximum, subtraction, exponential, sum, division
  ['Softmax', { flops: perElement(5) }],
  // maximum, subtraction, exponential, sum, subtraction of the logarithm
  ['LogSoftmax', { flops: perElement(5) }],
];
