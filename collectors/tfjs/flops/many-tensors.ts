import type { KernelCost } from '../flops.ts';
import { type KernelCall, sizeOf } from '../kernel-call.ts';

/** How many numbers of a tensor a kernel looks at that takes at most `most`, evenly spread, an odd stride apart. */
function looked(size: number, { attributes }: KernelCall): number {
  const most = Number(attributes['most']);
  if (!(most > 0)) throw new RangeError('most is missing');
  return size <= most ? size : Math.ceil(size / (Math.ceil(size / most) | 1));
}

function sumOver(call: KernelCall, count: (size: number, call: KernelCall) => number): number {
  let sum = 0;
  for (const { shape } of call.inputs.values()) sum += count(sizeOf(shape), call);
  return sum;
}

/** Kernels that warpwatch's own trainings add to the wasm backend; each looks at many tensors at once. */
export const manyTensors: readonly (readonly [string, KernelCost])[] = [
  // A square and its addition to the sum.
  [
    'SquaresOfMany',
    { attributes: ['most'], elementsRead: looked, flops: (call) => 2 * sumOver(call, looked) },
  ],
  // Of a pair of numbers: difference, square, sum; square and sum of the first.
  ['SquaredDistances', { flops: (call) => (5 * sumOver(call, (size) => size)) / 2 }],
  ['NumbersOfMany', { attributes: ['most'], elementsRead: looked, flops: () => 0 }],
];
