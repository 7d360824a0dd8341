import { assembleModule, type FunctionDefinition } from './assembler.ts';
import { sumColumns, sumGradientsPlain, sumGradientsRelu, sumSquaredDeviations } from './column-sums.ts';
import { copyPixels } from './copy-pixels.ts';
import {
  normalizeGradientPlain,
  normalizeGradientRelu,
  normalizeGradientReluKeep,
  scaleShiftAdd,
  scaleShiftAddRelu,
  scaleShiftPlain,
  scaleShiftRelu,
} from './normalize.ts';
import { outerProducts } from './outer-products.ts';
import { transpose } from './transpose.ts';

const functions = {
  copyPixels,
  normalizeGradientPlain,
  normalizeGradientRelu,
  normalizeGradientReluKeep,
  outerProducts,
  scaleShiftAdd,
  scaleShiftAddRelu,
  scaleShiftPlain,
  scaleShiftRelu,
  sumColumns,
  sumGradientsPlain,
  sumGradientsRelu,
  sumSquaredDeviations,
  transpose,
} satisfies Record<string, FunctionDefinition>;

/** Our SIMD functions by name. They take numbers in the order of their definitions; pointers are bytes of the heap. */
export type Simd = Readonly<Record<keyof typeof functions, (...values: number[]) => void>>;

/** Assembles the functions and instantiates them on a heap. */
export function loadSimd(memory: WebAssembly.Memory): Simd {
  const bytes = assembleModule(Object.values(functions), memory.buffer instanceof SharedArrayBuffer);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports as Simd;
}
