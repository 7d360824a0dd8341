import { assembleModule, type FunctionDefinition } from './assembler.ts';
import {
  sumColumns,
  sumGradientsPlain,
  sumGradientsRelu,
  sumGradientsRelu6,
  sumSquaredDeviations,
} from './column-sums.ts';
import { convolve } from './convolve.ts';
import { clearAndCopyPixels, copyPixels } from './copy-pixels.ts';
import { depthwiseConvolve, depthwiseProducts } from './depthwise.ts';
import {
  normalizeGradientPlain,
  normalizeGradientRelu,
  normalizeGradientRelu6,
  normalizeGradientRelu6Keep,
  normalizeGradientReluKeep,
  scaleShiftAdd,
  scaleShiftAddRelu,
  scaleShiftAddRelu6,
  scaleShiftPlain,
  scaleShiftRelu,
  scaleShiftRelu6,
} from './normalize.ts';
import { outerProducts } from './outer-products.ts';
import { startThreads } from './threads.ts';
import { transpose } from './transpose.ts';

const functions = {
  clearAndCopyPixels,
  convolve,
  copyPixels,
  depthwiseConvolve,
  depthwiseProducts,
  normalizeGradientPlain,
  normalizeGradientRelu,
  normalizeGradientRelu6,
  normalizeGradientRelu6Keep,
  normalizeGradientReluKeep,
  outerProducts,
  scaleShiftAdd,
  scaleShiftAddRelu,
  scaleShiftAddRelu6,
  scaleShiftPlain,
  scaleShiftRelu,
  scaleShiftRelu6,
  sumColumns,
  sumGradientsPlain,
  sumGradientsRelu,
  sumGradientsRelu6,
  sumSquaredDeviations,
  transpose,
} satisfies Record<string, FunctionDefinition>;

/** The name of a SIMD function. */
export type SimdFunction = keyof typeof functions;
const names = Object.keys(functions) as SimdFunction[];

export type AddCall = (name: SimdFunction, ...values: number[]) => void;

/** Our SIMD functions on a heap. */
export interface Simd {
  /** Runs one call on the calling thread. */
  call(name: SimdFunction, ...values: number[]): void;
  /**
   * Runs calls that do not depend on each other, on all threads, and returns when they are done.
   *
   * @param describe calls `add` for each; arguments are whole numbers in the order of the definition, pointers bytes of the heap
   */
  run(describe: (add: AddCall) => void): void;
  /** How many threads share the calls. */
  readonly threads: number;
  /** Resolves when all threads can take calls. */
  readonly ready: Promise<void>;
  /** Ends the threads but the calling one. */
  end(): Promise<void>;
}

/** Assembles the functions and instantiates them on a heap; on a shared one with as many threads as asked for. */
export function loadSimd(memory: WebAssembly.Memory, threads: number): Simd {
  const isShared = memory.buffer instanceof SharedArrayBuffer;
  const module = new WebAssembly.Module(assembleModule(Object.values(functions), isShared));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const callables = names.map((name) => instance.exports[name] as (...values: number[]) => void);
  const numbers = new Map(names.map((name, index) => [name, index]));
  const numberOf = (name: SimdFunction) => numbers.get(name) ?? -1;
  const call: AddCall = (name, ...values) => callables[numberOf(name)]?.(...values);
  if (!isShared || threads === 1) {
    return {
      call,
      run: (describe) => describe(call),
      threads: 1,
      ready: Promise.resolve(),
      end: async () => undefined,
    };
  }
  const pool = startThreads({ module, memory, names, functions: callables, threads });
  return {
    call,
    run: (describe) => {
      describe((name, ...values) => pool.add(numberOf(name), values));
      pool.finish();
    },
    threads,
    ready: pool.ready,
    end: () => pool.end(),
  };
}
