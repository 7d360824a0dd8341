import type { Flops } from '../../../src/model/units.ts';
import { type KernelCall, output, sizeOf } from '../kernel-call.ts';

/** Bias and activation of a fused kernel: one operation an output element each. */
export function fusedExtras(call: KernelCall): Flops {
  const activation = call.attributes['activation'];
  const hasActivation = activation !== undefined && activation !== null && activation !== 'linear';
  const extras = (call.inputs.has('bias') ? 1 : 0) + (hasActivation ? 1 : 0);
  return extras * sizeOf(output(call).shape);
}
