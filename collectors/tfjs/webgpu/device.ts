import type { Device } from '../../../src/model/device.ts';
import { absent, type Measured } from '../../../src/model/measured.ts';
import { objectOf, type TensorFlow } from '../tensorflow.ts';
import { webGpuBackendOf } from './structure.ts';

/** Id of the GPU that a program's webgpu backend computes on. */
export const webGpuDeviceId = 'webgpu0';

/**
 * The GPU of a program's webgpu backend, as far as WebGPU tells of it, or null where the active backend is another. It tells
 * neither UUID nor address, and a page's WebGPU not even the whole name, so that it is not joined to what other sources see.
 */
export function webGpuDevice(
  tf: TensorFlow,
  peakFlops: Measured = absent('No peak was measured; give `peakFlops` to see the share of it in use.'),
): Device | null {
  const backend = webGpuBackendOf(tf);
  if (backend === null) return null;
  const own = objectOf(backend, 'adapterInfo') ?? {};
  const info = objectOf(backend.device, 'adapterInfo') ?? own;
  const text = (name: string) => [Reflect.get(info, name), Reflect.get(own, name)].find(isText) ?? '';
  const name = [text('vendor'), text('architecture'), text('device')].filter(isText).join(' ');
  const software = Reflect.get(info, 'isFallbackAdapter') === true ? ' (software)' : '';
  return {
    id: webGpuDeviceId,
    kind: 'gpu',
    name: `${name || 'a GPU that WebGPU does not name'}${software}`,
    vendor: text('vendor') || 'unknown',
    smCount: absent('WebGPU does not tell the number of multiprocessors.'),
    computeCapability: absent('WebGPU does not tell the compute capability.'),
    memoryBytes: absent('WebGPU does not tell the memory of a GPU.'),
    peakFlops,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
