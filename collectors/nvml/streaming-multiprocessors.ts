import { absent, known, type Measured } from '../../src/model/measured.ts';

/**
 * FP32 cores of a streaming multiprocessor by compute capability: CUDA C++ Programming Guide, "Arithmetic Instructions",
 * results of 32-bit floating-point add a clock cycle. NVML counts cores, not multiprocessors.
 */
const coresPerMultiprocessor: Readonly<Record<string, number>> = {
  '5.0': 128,
  '5.2': 128,
  '6.0': 64,
  '6.1': 128,
  '7.0': 64,
  '7.2': 64,
  '7.5': 64,
  '8.0': 64,
  '8.6': 128,
  '8.7': 128,
  '8.9': 128,
  '9.0': 128,
  '10.0': 128,
  '12.0': 128,
};

/** Streaming multiprocessors of a whole GPU out of its cores. */
export function multiprocessors(cores: number | null, computeCapability: Measured<string>): Measured {
  if (cores === null) return absent('This driver does not count the cores of the GPU; a newer one may.');
  const per = coresPerMultiprocessor[computeCapability.value ?? ''];
  if (per === undefined) {
    const which = computeCapability.value ?? 'unknown';
    return absent(`The cores per multiprocessor of compute capability ${which} are not known to warpwatch.`);
  }
  if (cores < per || cores % per !== 0) {
    return absent(`The driver counts ${cores} cores, which are no whole multiprocessors of ${per}.`);
  }
  return known(cores / per, 'nvml cores');
}
