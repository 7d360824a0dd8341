import type { Backend } from '../backend.ts';

/** TensorFlow.js' plain JavaScript kernels: exact and complete, hundreds of times slower than wasm. */
export const cpuBackend: Backend = {
  id: 'cpu',
  summary: 'plain JavaScript on one thread: slow, a reference for checks',
  start: async () => (await import('./start.ts')).startCpu(),
};
