import type { Device } from '../../src/model/device.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import type { ExaminedDevice } from '../collector.ts';
import { id, type SmiGpu, type SmiReport } from './parse.ts';
import type { SmiFigure } from './values.ts';

/** A GPU or a MIG device of an answer, with what is written of it. */
export interface SeenDevice {
  readonly device: Device;
  readonly figures: readonly SmiFigure[];
  readonly processes: readonly GpuProcess[] | string;
  readonly lost: boolean;
  readonly properties: Readonly<Record<string, string>>;
}

const notTold = 'nvidia-smi does not tell this; NVML does.';
const noPeak = 'nvidia-smi does not tell the peak of this GPU.';

/**
 * Every device of an answer: each GPU, and after it its MIG devices.
 * @param deviceOf id that another source has given to a UUID, or null
 */
export function devicesOf(
  report: SmiReport,
  deviceOf: (uuid: string) => string | null,
): readonly SeenDevice[] {
  return report.gpus.flatMap((gpu) => {
    const gpuId = (gpu.uuid === '' ? null : deviceOf(gpu.uuid)) ?? `gpu${gpu.index}`;
    const whole: SeenDevice = {
      device: {
        ...describe(gpuId, gpu.name, absent(notTold), gpu.figures),
        ...(gpu.uuid === '' ? {} : { uuid: gpu.uuid }),
        ...(gpu.pciBusId === '' ? {} : { pciBusId: gpu.pciBusId }),
      },
      figures: gpu.figures,
      processes: gpu.processes,
      lost: gpu.lost,
      properties: {
        ...(report.driver === '' ? {} : { driver: report.driver }),
        ...(report.cuda === '' ? {} : { cudaDriver: report.cuda }),
        ...gpu.properties,
      },
    };
    return [whole, ...migDevicesOf(gpu, gpuId)];
  });
}

/** A device as `warpwatch devices` shows it. */
export function examined({ device, figures, processes, properties }: SeenDevice): ExaminedDevice {
  const gives = figures.filter(({ value }) => value !== null).map(({ metric }) => metric);
  const lacks = figures.filter(({ value }) => value === null).map(({ metric, why }) => ({ metric, why }));
  if (typeof processes === 'string') lacks.push({ metric: metrics.processMemoryBytes, why: processes });
  else gives.push(metrics.processMemoryBytes);
  return { device, properties, gives, lacks };
}

function migDevicesOf(gpu: SmiGpu, parent: string): readonly SeenDevice[] {
  return gpu.migDevices.map(({ index, smCount, figures, processes }) => ({
    device: { ...describe(`${parent}/mig${index}`, `${gpu.name} MIG ${index}`, smCount, figures), parent },
    figures,
    processes,
    lost: gpu.lost,
    properties: {},
  }));
}

function describe(deviceId: string, name: string, smCount: Measured, figures: readonly SmiFigure[]): Device {
  const total = figures.find(({ metric }) => metric === metrics.memoryTotalBytes);
  return {
    id: deviceId,
    kind: 'gpu',
    name,
    vendor: 'NVIDIA',
    smCount,
    computeCapability: absent(notTold),
    memoryBytes:
      total === undefined || total.value === null ? absent(total?.why ?? notTold) : known(total.value, id),
    peakFlops: absent(noPeak),
  };
}
