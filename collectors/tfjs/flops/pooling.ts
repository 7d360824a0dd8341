import type { KernelCost } from '../flops.ts';
import { input, type KernelCall, output, sizeOf } from '../kernel-call.ts';

/** Elements of the window; a single number stands for all of its sides. */
function windowSize(call: KernelCall, sides: number): number {
  const size = call.attributes['filterSize'];
  if (typeof size === 'number') return size ** sides;
  if (!Array.isArray(size)) throw new RangeError('filterSize is missing');
  return sizeOf(size.map(Number));
}

/** One operation (comparison or addition) a tap of the window, an output element. */
const forward = (sides: number): KernelCost => ({
  attributes: ['filterSize'],
  flops: (call) => sizeOf(output(call).shape) * windowSize(call, sides),
});

/** The same for gradients: finding the maximum again, or adding to each tap. */
const backward = (sides: number): KernelCost => ({
  attributes: ['filterSize'],
  flops: (call) => sizeOf(input(call, 'dy').shape) * windowSize(call, sides),
});

export const pooling: readonly (readonly [string, KernelCost])[] = [
  ['MaxPool', forward(2)],
  ['MaxPoolWithArgmax', forward(2)],
  ['AvgPool', forward(2)],
  ['MaxPool3D', forward(3)],
  ['AvgPool3D', forward(3)],
  ['MaxPoolGrad', backward(2)],
  ['MaxPool3DGrad', backward(3)],
  // The input is there for its shape; the spread value depends on dy alone.
  ['AvgPoolGrad', { ...backward(2), unread: ['input'] }],
  ['AvgPool3DGrad', { ...backward(3), unread: ['input'] }],
];
