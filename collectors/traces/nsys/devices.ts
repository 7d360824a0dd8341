import type { Device } from '../../../src/model/device.ts';
import { absent, known, type Measured } from '../../../src/model/measured.ts';
import type { TraceDatabase } from './database.ts';
import { textField } from './names.ts';

/** A GPU of the machine, as TARGET_INFO_GPU describes it; NaN and null where it does not. */
interface Gpu {
  /** Nsight's own number; not that of CUDA. */
  readonly id: number;
  readonly cuDevice: number;
  readonly name: string | null;
  readonly smCount: number;
  readonly computeMajor: number;
  readonly computeMinor: number;
  readonly memoryBytes: number;
}

/** What a process calls a device: CUDA numbers those that it sees, so that two processes may mean different ones. */
interface CudaDevice {
  readonly processId: number;
  readonly cudaId: number;
  readonly gpuId: number;
  readonly smCount: number;
}

const from = 'nsys TARGET_INFO_GPU';

/** The GPUs of a report, and which of them the numbers in its other tables mean. */
export class Gpus {
  readonly #gpus: Gpu[] = [];
  readonly #cudaDevices: CudaDevice[] = [];
  /** Whether one number means different GPUs in different processes. */
  readonly #renumbered: boolean;

  constructor(database: TraceDatabase) {
    const numbers = ['id', 'cuDevice', 'smCount', 'computeMajor', 'computeMinor', 'totalMemory'];
    database.scan(
      { table: 'TARGET_INFO_GPU', numbers: numbers.map(named), texts: [textField('name')] },
      ([id, cuDevice, smCount, computeMajor, computeMinor, memoryBytes], [name = null]) => {
        this.#gpus.push({
          id: number(id),
          cuDevice: number(cuDevice),
          name,
          smCount: number(smCount),
          computeMajor: number(computeMajor),
          computeMinor: number(computeMinor),
          memoryBytes: number(memoryBytes),
        });
      },
    );
    database.scan(
      {
        table: 'TARGET_INFO_CUDA_DEVICE',
        numbers: ['pid', 'cudaId', 'gpuId', 'numMultiprocessors'].map(named),
      },
      ([processId, cudaId, gpuId, smCount]) => {
        this.#cudaDevices.push({
          processId: number(processId),
          cudaId: number(cudaId),
          gpuId: number(gpuId),
          smCount: number(smCount),
        });
      },
    );
    const meanings = new Map(this.#cudaDevices.map(({ cudaId, gpuId }) => [cudaId, gpuId]));
    this.#renumbered = this.#cudaDevices.some(({ cudaId, gpuId }) => meanings.get(cudaId) !== gpuId);
  }

  /** Whether the report tells which GPU each process means by a number. */
  get knowsProcesses(): boolean {
    return this.#cudaDevices.length > 0;
  }

  /**
   * The number of a device in the timeline, for what a process calls by the number `cudaId`: the same, unless the
   * processes of the report do not agree on it; then Nsight's number of the GPU.
   */
  indexOf(processId: number, cudaId: number): number {
    return this.#renumbered ? (this.#cudaDevice(cudaId, processId)?.gpuId ?? cudaId) : cudaId;
  }

  /** The number in the timeline of the GPU that Nsight calls `gpuId`; null where the report does not tell. */
  indexOfGpu(gpuId: number): number | null {
    if (this.#renumbered) return gpuId;
    const cudaId =
      this.#cudaDevices.find((device) => device.gpuId === gpuId)?.cudaId ??
      this.#gpus.find((gpu) => gpu.id === gpuId)?.cuDevice;
    if (cudaId !== undefined && !Number.isNaN(cudaId)) return cudaId;
    // The only GPU of the machine is the only one that CUDA can mean.
    return this.#gpus.length === 1 && this.#gpus[0]?.id === gpuId ? 0 : null;
  }

  /** Describes the device with this number in the timeline. */
  describe(index: number): Device {
    const cuda = this.#renumbered
      ? this.#cudaDevices.find(({ gpuId }) => gpuId === index)
      : this.#cudaDevices.find(({ cudaId }) => cudaId === index);
    const gpu = this.#gpu(index, cuda);
    const why = this.#whyUnknown(index);
    const figure = (value: number | undefined): Measured =>
      value !== undefined && value > 0 ? known(value, from) : absent(why);
    const smCount = figure(gpu?.smCount);
    return {
      id: deviceId(index),
      kind: 'gpu',
      name: gpu?.name ?? `GPU ${index}`,
      vendor: 'NVIDIA',
      smCount: smCount.value === null ? figure(cuda?.smCount) : smCount,
      computeCapability:
        gpu !== undefined && gpu.computeMajor > 0
          ? known(`${gpu.computeMajor}.${gpu.computeMinor || 0}`, from)
          : absent(why),
      memoryBytes: figure(gpu?.memoryBytes),
      peakFlops: absent('Nsight Systems does not tell the arithmetic peak of a device.'),
    };
  }

  #gpu(index: number, cuda: CudaDevice | undefined): Gpu | undefined {
    if (this.#renumbered) return this.#gpus.find(({ id }) => id === index);
    if (cuda !== undefined) return this.#gpus.find(({ id }) => id === cuda.gpuId);
    return (
      this.#gpus.find(({ cuDevice }) => cuDevice === index) ??
      (this.#gpus.length === 1 && index === 0 && Number.isNaN(this.#gpus[0]?.cuDevice)
        ? this.#gpus[0]
        : undefined)
    );
  }

  #cudaDevice(cudaId: number, processId: number): CudaDevice | undefined {
    return this.#cudaDevices.find((device) => device.cudaId === cudaId && device.processId === processId);
  }

  #whyUnknown(index: number): string {
    return this.#gpus.length === 0
      ? 'Nsight Systems could not see the properties of the GPU where it ran, as in some containers (the file has no ' +
          'TARGET_INFO_GPU table); profile outside of the container, or with torch.profiler, which tells them.'
      : `TARGET_INFO_GPU does not tell which of its GPUs is CUDA device ${index}.`;
  }
}

/** Id in the timeline. */
export function deviceId(index: number): string {
  return `gpu${index}`;
}

function named(column: string): { readonly column: string } {
  return { column };
}

function number(value: number | undefined): number {
  return value ?? Number.NaN;
}
