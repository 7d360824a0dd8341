import type { Device } from '../model/device.ts';
import type { Measured } from '../model/measured.ts';

/** A device as two sources tell of it, or one source twice: the later counts, where it knows. */
export function mergeDevices(before: Device, later: Device): Device {
  return {
    ...before,
    ...later,
    smCount: knownOf(before.smCount, later.smCount),
    computeCapability: knownOf(before.computeCapability, later.computeCapability),
    memoryBytes: knownOf(before.memoryBytes, later.memoryBytes),
    peakFlops: knownOf(before.peakFlops, later.peakFlops),
  };
}

function knownOf<T>(before: Measured<T>, later: Measured<T>): Measured<T> {
  return later.value === null && before.value !== null ? before : later;
}
