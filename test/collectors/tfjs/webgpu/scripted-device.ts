import type {
  GpuBuffer,
  GpuCommandEncoder,
  GpuDevice,
  GpuQuerySet,
  WebGpuBackend,
} from '../../../../collectors/tfjs/webgpu/structure.ts';

class Buffer implements GpuBuffer {
  readonly device: ScriptedDevice;
  readonly bytes: ArrayBuffer;
  destroyed = false;

  constructor(device: ScriptedDevice, size: number) {
    this.device = device;
    this.bytes = new ArrayBuffer(size);
  }

  mapAsync(): Promise<unknown> {
    return new Promise((resolve, reject) =>
      this.device.maps.push({ resolve: () => resolve(undefined), reject }),
    );
  }

  getMappedRange(offset: number, size: number): ArrayBuffer {
    return this.bytes.slice(offset, offset + size);
  }

  unmap(): void {}

  destroy(): void {
    this.destroyed = true;
  }
}

class QuerySet implements GpuQuerySet {
  readonly values: BigUint64Array;
  destroyed = false;

  constructor(count: number) {
    this.values = new BigUint64Array(count);
  }

  destroy(): void {
    this.destroyed = true;
  }
}

/** A GPU whose passes take what the test says, on a clock of its own, and whose mappings the test settles. */
export class ScriptedDevice implements GpuDevice {
  readonly features = { has: () => true };
  readonly queue = { submit: () => undefined };
  readonly lost: Promise<{ reason: string; message: string }>;
  lose: () => void = () => undefined;
  /** Mappings that wait, the oldest first. */
  readonly maps: { resolve: () => void; reject: (error: Error) => void }[] = [];
  readonly buffers: Buffer[] = [];
  readonly querySets: QuerySet[] = [];
  /** The GPU's clock. */
  gpuNs = 1_000n;
  /** Of the next passes; then 100 ns. */
  readonly durations: bigint[] = [];
  /** A driver that writes no timestamps. */
  mute = false;

  constructor() {
    this.lost = new Promise((resolve) => {
      this.lose = () => resolve({ reason: 'unknown', message: 'gone' });
    });
  }

  createQuerySet({ count }: { count: number }): GpuQuerySet {
    const made = new QuerySet(count);
    this.querySets.push(made);
    return made;
  }

  createBuffer({ size }: { size: number }): GpuBuffer {
    const made = new Buffer(this, size);
    this.buffers.push(made);
    return made;
  }

  createCommandEncoder(): GpuCommandEncoder {
    let resolved: QuerySet | null = null;
    return {
      beginComputePass: ({ timestampWrites }) => {
        const { querySet, beginningOfPassWriteIndex, endOfPassWriteIndex } = timestampWrites;
        if (querySet instanceof QuerySet && !this.mute) {
          querySet.values[beginningOfPassWriteIndex] = this.gpuNs;
          this.gpuNs += this.durations.shift() ?? 100n;
          querySet.values[endOfPassWriteIndex] = this.gpuNs;
        }
        return { end: () => undefined };
      },
      resolveQuerySet: (set) => {
        resolved = set instanceof QuerySet ? set : null;
      },
      copyBufferToBuffer: (_source, _from, destination, _to, size) => {
        if (destination instanceof Buffer && resolved !== null) {
          new BigUint64Array(destination.bytes).set(resolved.values.subarray(0, size / 8));
        }
      },
      finish: () => ({}),
    };
  }

  /** Lets mappings succeed, and what follows them run. */
  async settle(count = this.maps.length): Promise<void> {
    for (const { resolve } of this.maps.splice(0, count)) resolve();
    await turn();
  }

  async fail(error: Error): Promise<void> {
    for (const { reject } of this.maps.splice(0)) reject(error);
    await turn();
  }
}

/** What waits for settled promises runs. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A program, as far as recording looks at it. */
export interface ScriptedProgram {
  readonly dispatch: readonly number[];
  readonly workgroupSize: readonly number[];
  /** What the backend throws when it is to run it. */
  readonly fails?: Error;
}

/** A backend as TensorFlow.js' is, as far as recording is concerned. */
export class ScriptedBackend implements WebGpuBackend {
  readonly device = new ScriptedDevice();
  commandEncoder: WebGpuBackend['commandEncoder'] = null;
  computePassEncoder: WebGpuBackend['computePassEncoder'] = null;
  activeTimers: unknown = null;
  submits = 0;
  dispatches = 0;

  ensureCommandEncoderReady(): void {
    this.commandEncoder ??= this.device.createCommandEncoder();
  }

  endComputePassEncoder(): void {
    this.computePassEncoder = null;
  }

  submitQueue(): void {
    this.submits += 1;
    this.commandEncoder = null;
  }

  recordAndSubmit(program: ScriptedProgram): void {
    if (program.fails) throw program.fails;
    this.ensureCommandEncoderReady();
    this.dispatches += 1;
  }
}
