import { cpus, totalmem } from 'node:os';
import type { Device } from '../../src/model/device.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';

/** Id of the processor that synchronous backends compute on. */
export const cpuDeviceId = 'cpu';

const vendors = ['Intel', 'AMD', 'Apple', 'ARM', 'Ampere', 'Qualcomm', 'IBM'];

/** This machine's processor as a device. `peakFlops` in FLOP/s, where somebody has measured it. */
export function cpuDevice(
  peakFlops: Measured = absent('No peak was measured; give `peakFlops` to see the share of it in use.'),
): Device {
  const name = cpus()[0]?.model.trim() || 'unknown processor';
  return {
    id: cpuDeviceId,
    kind: 'cpu',
    name,
    vendor: vendors.find((vendor) => name.toLowerCase().includes(vendor.toLowerCase())) ?? 'unknown',
    smCount: absent('A processor core is not a streaming multiprocessor.'),
    computeCapability: absent('Only NVIDIA GPUs have a compute capability.'),
    memoryBytes: known(totalmem(), 'host'),
    peakFlops,
  };
}
