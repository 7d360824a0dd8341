import type { Device } from '../../src/model/device.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import { type DeviceCalls, textAt } from './calls.ts';
import { FigureReader } from './figure-reader.ts';
import { memory } from './figures.ts';
import { returnCodes, whyOf } from './return-codes.ts';
import type { Argument, NvmlFunction } from './signatures.ts';
import { multiprocessors } from './streaming-multiprocessors.ts';

const vendor = 'NVIDIA';
const noPeak = absent('The driver does not tell the peak.');
/** nvmlPciInfo_t: 16 bytes of the old short address, five numbers, then the address with its domain of 8 digits. */
const pciBusIdAt = 36;
const pciBusIdBytes = 32;

/** A GPU that has not told anything yet. */
export function unknownGpu(id: string, index: number, why: string): Device {
  return {
    id,
    kind: 'gpu',
    name: `NVIDIA GPU ${index}`,
    vendor,
    smCount: absent(why),
    computeCapability: absent(why),
    memoryBytes: absent(why),
    peakFlops: noPeak,
  };
}

/** Asks a GPU for what does not change. */
export async function describeGpu(
  calls: DeviceCalls,
  handle: bigint,
  id: string,
  index: number,
  driver: string,
): Promise<Device> {
  const name = (await calls.text('nvmlDeviceGetName', handle)) ?? `NVIDIA GPU ${index}`;
  const uuid = await calls.text('nvmlDeviceGetUUID', handle);
  const computeCapability = await capabilityOf(calls, handle);
  const cores = await askU32(calls, 'nvmlDeviceGetNumGpuCores', handle);
  const bus = await busIdOf(calls, handle);
  return {
    id,
    kind: 'gpu',
    name,
    vendor,
    smCount: multiprocessors(cores, computeCapability),
    computeCapability,
    memoryBytes: await memoryOf(calls, handle, driver),
    peakFlops: noPeak,
    ...(uuid === null ? {} : { uuid }),
    ...(bus === '' ? {} : { pciBusId: bus }),
  };
}

/** A MIG device, which has most of what does not change from its GPU. */
export async function describeMig(
  calls: DeviceCalls,
  handle: bigint,
  id: string,
  gpu: Device,
  driver: string,
): Promise<Device> {
  const name = (await calls.text('nvmlDeviceGetName', handle)) ?? `${gpu.name} MIG`;
  const uuid = await calls.text('nvmlDeviceGetUUID', handle);
  // nvmlDeviceAttributes_t begins with the number of its multiprocessors.
  const count = await askU32(calls, 'nvmlDeviceGetAttributes_v2', handle);
  return {
    id,
    kind: 'gpu',
    name,
    vendor,
    smCount:
      count === null || count === 0
        ? absent('The driver does not tell how many multiprocessors this MIG device has.')
        : known(count, 'nvml'),
    computeCapability: gpu.computeCapability,
    memoryBytes: await memoryOf(calls, handle, driver),
    peakFlops: noPeak,
    parent: gpu.id,
    ...(uuid === null ? {} : { uuid }),
    ...(gpu.pciBusId === undefined ? {} : { pciBusId: gpu.pciBusId }),
  };
}

/** Whether MIG is on; a GPU that does not know of MIG has it off. */
export async function isMigOn(calls: DeviceCalls, handle: bigint): Promise<boolean> {
  return (await askU32(calls, 'nvmlDeviceGetMigMode', handle, calls.secondOut)) === 1;
}

/** A function that writes one 32-bit number; null where it fails. */
export async function askU32(
  calls: DeviceCalls,
  name: NvmlFunction,
  handle: bigint,
  ...after: Argument[]
): Promise<number | null> {
  const code = await calls.call(name, handle, calls.out, ...after);
  return code === returnCodes.success ? calls.view.getUint32(0, true) : null;
}

async function capabilityOf(calls: DeviceCalls, handle: bigint): Promise<Measured<string>> {
  const name = 'nvmlDeviceGetCudaComputeCapability';
  const code = await calls.call(name, handle, calls.out, calls.secondOut);
  if (code !== returnCodes.success) return absent(whyOf(code, name));
  const minor = calls.secondOut[0];
  return known(`${calls.view.getUint32(0, true)}.${minor}`, 'nvml');
}

async function busIdOf(calls: DeviceCalls, handle: bigint): Promise<string> {
  calls.out.fill(0);
  const code = await calls.call('nvmlDeviceGetPciInfo_v3', handle, calls.out);
  return code === returnCodes.success ? shortBusId(textAt(calls.out, pciBusIdAt, pciBusIdBytes)) : '';
}

/** `00000000:9B:00.0` as the kernel writes it: `0000:9b:00.0`. */
function shortBusId(address: string): string {
  return address.replace(/^0000(?=[0-9a-f]{4}:)/i, '').toLowerCase();
}

async function memoryOf(calls: DeviceCalls, handle: bigint, driver: string): Promise<Measured> {
  const readings = await new FigureReader(memory, calls, driver).read(calls, handle, 0);
  const total = readings.find(({ metric }) => metric === metrics.memoryTotalBytes);
  if (total === undefined) return absent('The driver does not tell how much memory this GPU has.');
  return total.value === null ? absent(total.why) : known(total.value, 'nvml');
}
