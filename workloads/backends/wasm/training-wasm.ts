import { BackendWasm, getThreadsCount, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { WarpwatchError } from '../../../src/model/errors.ts';
import type { TensorInfo } from '../../tf.ts';
import type { WasmInstance } from './instantiate.ts';
import { keepingProcessListeners } from './process-listeners.ts';
import { loadSimd, type Simd } from './simd/index.ts';

/** The package's backend over a module that we instantiated, so that it can be stopped and started again. */
export class TrainingWasm extends BackendWasm {
  /** The threads that kernels run on, the calling one included. */
  readonly threads: number;
  readonly instance: WasmInstance;
  /** Our own kernels, on the heap of the package's. */
  readonly simd: Simd;
  private ending: Promise<void> | null = null;

  constructor(instance: WasmInstance, threads: number) {
    setThreadsCount(threads);
    super(instance.module);
    this.instance = instance;
    this.threads = getThreadsCount();
    this.simd = loadSimd(instance.memory, this.threads);
  }

  /** Where the elements of a tensor begin in the heap, in bytes. */
  pointer(tensor: TensorInfo): number {
    return this.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** Lends `body` some heap whose content is arbitrary. A view of the heap made before is void afterwards. */
  withScratch<T>(bytes: number, body: (pointer: number) => T): T {
    // `>>> 0`: an address above 2 GB comes back negative.
    const pointer = this.instance.allocate(bytes) >>> 0;
    if (pointer === 0)
      throw new WarpwatchError('unsupported', 'The wasm heap of 4 GB is full; use a smaller batch.');
    try {
      return body(pointer);
    } finally {
      this.instance.free(pointer);
    }
  }

  /** Sets `floats` elements from `pointer` on to zero. */
  clear(pointer: number, floats: number): void {
    new Float32Array(this.instance.memory.buffer, pointer, floats).fill(0);
  }

  /** The engine still disposes tensors of a backend that has gone. */
  override disposeData(dataId: object, force = false): boolean {
    return this.ending !== null || super.disposeData(dataId, force);
  }

  override dispose(): void {
    if (this.ending !== null) return;
    this.ending = Promise.all([this.instance.endThreads(), this.simd.end()]).then(() => undefined);
    keepingProcessListeners(() => super.dispose());
  }

  /** Resolves when the threads have ended; disposes the backend where nobody has. */
  async ended(): Promise<void> {
    this.dispose();
    await this.ending;
  }
}
