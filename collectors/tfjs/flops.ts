import type { Flops } from '../../src/model/units.ts';
import { convolutions } from './flops/convolutions.ts';
import { elementwise } from './flops/elementwise.ts';
import { manyTensors } from './flops/many-tensors.ts';
import { matrixProducts } from './flops/matrix-products.ts';
import { movement } from './flops/movement.ts';
import { normalisation } from './flops/normalisation.ts';
import { pooling } from './flops/pooling.ts';
import { reductions } from './flops/reductions.ts';
import type { KernelCall } from './kernel-call.ts';

/**
 * What is known of a kernel's cost.
 *
 * Arithmetic is counted as the operation is defined, whatever an implementation does inside: a multiply-add is two;
 * an addition, comparison, selection, division, exponential, logarithm, root or hyperbolic function of one element
 * is one; taps of a window that fall on padding count like the others; moving and converting is none.
 */
export interface KernelCost {
  /** Attributes that the arithmetic depends on; others do not matter beyond the shapes of the output. */
  readonly attributes?: readonly string[];
  /** Arithmetic of one execution. May throw a RangeError for a call that it does not understand. */
  readonly flops: (call: KernelCall) => Flops | null;
  /** Inputs whose shape alone is read. */
  readonly unread?: readonly string[];
  /** The input of which only as many elements are read as are written. */
  readonly selectsFrom?: string;
  /** Of an input of `size` elements so many are read; default: all. May throw a RangeError, as `flops` may. */
  readonly elementsRead?: (size: number, call: KernelCall) => number;
}

/** Kernels by family; adding one is adding a line to its family's file. */
export const kernelCosts: ReadonlyMap<string, KernelCost> = new Map([
  ...convolutions,
  ...matrixProducts,
  ...pooling,
  ...normalisation,
  ...elementwise,
  ...reductions,
  ...movement,
  ...manyTensors,
]);

/** Arithmetic of one execution, or null for a kernel or a call that is not understood: never 0 for unknown. */
export function flopsOf(cost: KernelCost | undefined, call: KernelCall): Flops | null {
  if (cost === undefined) return null;
  if (returnsItsInput(call)) return 0;
  try {
    const flops = cost.flops(call);
    return flops !== null && Number.isFinite(flops) ? flops : null;
  } catch {
    return null;
  }
}

/** Whether each output shares the storage of an input, so that nothing was computed and nothing moved. */
export function returnsItsInput(call: KernelCall): boolean {
  const inputs = [...call.inputs.values()];
  if (call.outputs.length === 0) return false;
  return call.outputs.every((made) => inputs.some((read) => read.dataId === made.dataId));
}
