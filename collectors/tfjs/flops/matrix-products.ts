import type { Flops } from '../../../src/model/units.ts';
import type { KernelCost } from '../flops.ts';
import { dimension, input, type KernelCall, output, sizeOf } from '../kernel-call.ts';
import { fusedExtras } from './fused.ts';

/**
 * 2 · batch · m · n · k. The inner length follows from `a` (m · k elements a matrix, either way round) and from the
 * output's m, so that the transpositions need not be known.
 */
function matrixProduct(call: KernelCall): Flops {
  const a = input(call, 'a').shape;
  const made = output(call).shape;
  const size = sizeOf(made);
  if (size === 0) return 0;
  const inner = (dimension(a, -1) * dimension(a, -2)) / dimension(made, -2);
  return 2 * size * inner;
}

/** A product over every index of `ij,jk->ik`: one multiplication an operand after the first, and one addition. */
function einsum(call: KernelCall): Flops | null {
  const equation = call.attributes['equation'];
  if (typeof equation !== 'string' || equation.includes('.')) return null;
  const [left = ''] = equation.replaceAll(' ', '').split('->');
  const lengths = new Map<string, number>();
  for (const [position, labels] of left.split(',').entries()) {
    const { shape } = input(call, String(position));
    for (const [axis, label] of [...labels].entries()) lengths.set(label, dimension(shape, axis));
  }
  return call.inputs.size * sizeOf([...lengths.values()]);
}

export const matrixProducts: readonly (readonly [string, KernelCost])[] = [
  ['BatchMatMul', { flops: matrixProduct }],
  ['_FusedMatMul', { attributes: ['activation'], flops: (call) => matrixProduct(call) + fusedExtras(call) }],
  ['Einsum', { attributes: ['equation'], flops: einsum }],
];
