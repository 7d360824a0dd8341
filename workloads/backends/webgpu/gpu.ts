import type { Device } from '../../../src/model/device.ts';
import { absent } from '../../../src/model/measured.ts';
import type { Adapter } from './adapters.ts';

/** Id of the one GPU that a training computes on. */
export const webGpuDeviceId = 'webgpu0';

/** The adapter as a device. WebGPU tells neither UUID nor address: only its name can join it to another source. */
export function gpuOf({ name, vendor, kind }: Adapter, id: string = webGpuDeviceId): Device {
  return {
    id,
    kind: 'gpu',
    name: kind === 'software' ? `${name} (software)` : name,
    vendor,
    smCount: absent('WebGPU does not tell the number of multiprocessors.'),
    computeCapability: absent('WebGPU does not tell the compute capability.'),
    memoryBytes: absent('WebGPU does not tell the memory of a GPU.'),
    peakFlops: absent('No peak was measured.'),
  };
}
