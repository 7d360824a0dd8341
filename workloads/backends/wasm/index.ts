import type { Backend } from '../backend.ts';

/** TensorFlow.js compiled to WebAssembly (XNNPACK), with the kernels that training needs and it lacks. */
export const wasmBackend: Backend = {
  id: 'wasm',
  summary: 'WebAssembly with SIMD and threads: the fastest that needs no GPU',
  start: async (options) => (await import('./start.ts')).startWasm(options),
};
