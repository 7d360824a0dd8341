import { activate } from './activate.ts';
import type { Backend } from './backend.ts';
import { backendLabel } from './backend.ts';
import { measurePeakFlops } from './peak.ts';

/** TensorFlow.js' plain JavaScript kernels: exact and complete, hundreds of times slower than wasm. */
export const cpuBackend: Backend = {
  id: 'cpu',
  summary: 'plain JavaScript on one thread: slow, a reference for checks',
  async start() {
    await import('@tensorflow/tfjs-backend-cpu');
    await activate('cpu');
    const label = backendLabel('cpu', 1);
    return {
      id: 'cpu',
      label,
      threads: 1,
      notes: [],
      measurePeakFlops: () => measurePeakFlops(label, 64),
      stop: async () => undefined,
    };
  },
};
