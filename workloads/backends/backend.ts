import type { Device } from '../../src/model/device.ts';
import type { Known } from '../../src/model/measured.ts';
import type { Flops } from '../../src/model/units.ts';

/** What a training backend may be asked for. */
export interface BackendOptions {
  /** Threads that kernels may run on; by default as many as there are cores to use. */
  readonly threads?: number;
  /** The GPU to compute on, by its number or a part of its name as `listAdapters` tells them; webgpu only. */
  readonly adapter?: string;
}

/** A backend that runs and is TensorFlow.js' active one. */
export interface StartedBackend {
  readonly id: BackendId;
  /** Such as `wasm, 2 threads`: the threads that really run; `webgpu, NVIDIA H100 PCIe`. */
  readonly label: string;
  /** Of this machine's processor. */
  readonly threads: number;
  /** Sentences for people, such as why it fell back to one thread. */
  readonly notes: readonly string[];
  /** The GPU that it computes on, its peak not measured; null where that is this machine's processor. */
  readonly gpu: Device | null;
  /** That GPU's name as its driver gives it, and how many of that name there are; left out where it does not tell. */
  readonly adapter?: { readonly name: string; readonly alike: number };
  /** Aborts when its device is lost for good. The reason is a WarpwatchError that names it. */
  readonly broken: AbortSignal;
  /** FLOP/s of its best matrix product, measured now (under half a second); `from` says how. */
  measurePeakFlops(): Promise<Known<Flops>>;
  /** Ends its threads, so that Node can exit, and frees its memory: tensors that are left can no longer be read. */
  stop(): Promise<void>;
}

export type BackendId = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

/** A way to run TensorFlow.js. */
export interface Backend {
  readonly id: BackendId;
  /** One line for `--help`. */
  readonly summary: string;
  /**
   * Why `auto` need not even try it, found out within a millisecond, or null where it should. `tells` says whether a
   * person wants to know.
   */
  passedOver?(): { readonly why: string; readonly tells: boolean } | null;
  /** Loads its package and makes it the active backend; throws `no-backend` where it cannot start. */
  start(options: BackendOptions): Promise<StartedBackend>;
}

/** `wasm, 1 thread`, `wasm, 2 threads`. */
export function backendLabel(id: BackendId, threads: number): string {
  return `${id}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}

/** For backends that nothing can take away. */
export const neverBroken: AbortSignal = new AbortController().signal;
