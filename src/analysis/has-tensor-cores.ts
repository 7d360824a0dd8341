import type { Device } from '../model/device.ts';
import { isKnown } from '../model/measured.ts';
import { peaksOf } from './peaks.ts';

/** Tensor cores came with Volta; the GeForce 16 series has Turing's number without them. */
export const firstTensorMajor = 7;
const withoutThem = /GTX 16|\bMX[45]50\b|T[456]00\b/;

/** Whether a device has tensor or matrix cores, as far as its name and capability tell. */
export function hasTensorCores({ vendor, name, computeCapability }: Device): boolean {
  if (/nvidia/i.test(vendor) && isKnown(computeCapability)) {
    const major = Number.parseInt(computeCapability.value, 10);
    return major >= firstTensorMajor && !withoutThem.test(name);
  }
  return peaksOf(name) !== null;
}
