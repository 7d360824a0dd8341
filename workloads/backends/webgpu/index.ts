import type { Backend } from '../backend.ts';
import { noSignOfGpu } from './signs-of-gpu.ts';

/** TensorFlow.js' WebGPU kernels on a device of Dawn, the WebGPU of Chromium: GPUs of any vendor. */
export const webGpuBackend: Backend = {
  id: 'webgpu',
  summary: 'a GPU of any vendor, through Vulkan, Metal or Direct3D 12',
  passedOver: () => {
    const why = noSignOfGpu();
    return why === null ? null : { why, tells: false };
  },
  start: async (options) => (await import('./start.ts')).startWebGpu(options),
};
