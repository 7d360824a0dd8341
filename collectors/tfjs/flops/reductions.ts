import type { KernelCost } from '../flops.ts';
import { dimension, input, type KernelCall, sizeOf } from '../kernel-call.ts';

/** One operation an element of the named input; the last division of a mean is left out. */
const perInput =
  (name: string) =>
  (call: KernelCall): number =>
    sizeOf(input(call, name).shape);

/** The usual 5 · n · log2 n of a transform of length n. */
function fourierTransform(call: KernelCall): number {
  const { shape } = input(call, 'input');
  return 5 * sizeOf(shape) * Math.log2(dimension(shape, -1));
}

const overX = [
  'All',
  'Any',
  'ArgMax',
  'ArgMin',
  'Bincount',
  'Cumprod',
  'Cumsum',
  'DenseBincount',
  'Max',
  'Mean',
];

export const reductions: readonly (readonly [string, KernelCost])[] = [
  ...[...overX, 'Min', 'Prod', 'Sum', 'UnsortedSegmentSum'].map(
    (name) => [name, { flops: perInput('x') }] as const,
  ),
  // Values for the same index are added.
  ['ScatterNd', { flops: perInput('updates') }],
  ['FFT', { flops: fourierTransform }],
  ['IFFT', { flops: fourierTransform }],
];
