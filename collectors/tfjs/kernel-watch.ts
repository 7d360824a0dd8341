import { messageOf } from '../../src/model/errors.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import type { KnownKernel, Launches } from './launches.ts';
import { Patches } from './patches.ts';
import type { KernelConfig, KernelParams, KernelResult, TensorFlow } from './tensorflow.ts';

/** What is done about the outermost kernels of a backend. */
export interface KernelObserver {
  /** Before a kernel runs; what is returned comes back at its end. */
  begin(): number;
  /** When it has returned. What is thrown here is counted and goes no further. */
  end(kernel: KnownKernel, begun: number, params: KernelParams, result: KernelResult): void;
  /** When it threw. */
  threw(kernel: KnownKernel): void;
}

/**
 * Calls `observer` around each kernel of a backend. `kernelFunc` of the registered kernels is replaced in place, which
 * costs less than a microsecond a kernel. Of kernels that call kernels only the outermost is observed. A kernel that
 * throws is counted as unfinished. Kernels that are registered later are caught as well.
 *
 * Returns a function that puts the originals back. Never throws into the program that is watched.
 */
export function watchKernelFunctions(
  tf: TensorFlow,
  backendName: string,
  writer: StreamWriter,
  launches: Launches,
  observer: KernelObserver,
): () => void {
  const watch = new KernelWatch(writer, launches, observer);
  for (const config of tf.getKernelsForBackend(backendName)) watch.watch(config);
  const patches = new Patches();
  watchRegistry(patches, backendName, watch);
  return () => {
    patches.restore();
    watch.restore();
  };
}

class KernelWatch {
  readonly #writer: StreamWriter;
  readonly #launches: Launches;
  readonly #observer: KernelObserver;
  readonly #originals = new Map<KernelConfig, KernelConfig['kernelFunc']>();
  readonly #wrappers = new WeakSet<KernelConfig['kernelFunc']>();
  /** Shared by the wrappers of all kernels. */
  readonly #state = { active: true, running: false };

  constructor(writer: StreamWriter, launches: Launches, observer: KernelObserver) {
    this.#writer = writer;
    this.#launches = launches;
    this.#observer = observer;
  }

  /** Replaces the function of a kernel, once. */
  watch(config: KernelConfig): void {
    const original = config.kernelFunc;
    if (!this.#state.active || this.#wrappers.has(original)) return;
    const wrapper = this.#wrap(config.kernelName, original);
    this.#wrappers.add(wrapper);
    this.#originals.set(config, original);
    config.kernelFunc = wrapper;
  }

  /** Puts the originals back. Copies of a wrapper that somebody keeps only pass through from here on. */
  restore(): void {
    this.#state.active = false;
    for (const [config, original] of this.#originals) {
      if (this.#wrappers.has(config.kernelFunc)) config.kernelFunc = original;
    }
    this.#originals.clear();
  }

  #wrap(name: string, original: KernelConfig['kernelFunc']): KernelConfig['kernelFunc'] {
    const kernel = this.#launches.kernel(name);
    const state = this.#state;
    const observer = this.#observer;
    const threw = () => this.#threw(kernel);
    const countDefect = (error: unknown) => this.#countDefect(name, error);

    return function (this: KernelConfig, params: KernelParams): KernelResult {
      if (state.running || !state.active) return original.call(this, params);
      state.running = true;
      const begun = observer.begin();
      let result: KernelResult;
      try {
        result = original.call(this, params);
      } catch (error) {
        state.running = false;
        threw();
        throw error;
      }
      state.running = false;
      try {
        observer.end(kernel, begun, params, result);
      } catch (error) {
        countDefect(error);
      }
      return result;
    };
  }

  #threw(kernel: KnownKernel): void {
    this.#guard(() => this.#observer.threw(kernel));
    this.#guard(() => this.#writer.lost('unfinished', 1, `Kernel ${kernel.name} threw.`));
  }

  /** A kernel whose description we fail on is missing from the recording; that is said, and nothing else. */
  #countDefect(name: string, error: unknown): void {
    const why = `Kernel ${name} could not be described: ${messageOf(error)}.`;
    this.#guard(() => this.#writer.lost('dropped', 1, why));
  }

  #guard(record: () => void): void {
    try {
      record();
    } catch {
      // The program that is watched must not fail for want of a record.
    }
  }
}

/**
 * Catches kernels registered from here on. `registerKernel` is an import that cannot be replaced, but it ends in
 * `set` of the registry, a Map in `globalThis._tfGlobals` (tfjs-core, global_util.ts and kernel_registry.ts).
 * Where a version keeps it elsewhere, later kernels are not recorded.
 */
function watchRegistry(patches: Patches, backendName: string, watch: KernelWatch): void {
  const globals: unknown = Reflect.get(globalThis, '_tfGlobals');
  const registry: unknown = globals instanceof Map ? globals.get('kernelRegistry') : undefined;
  if (!(registry instanceof Map)) return;
  patches.replace(
    registry,
    'set',
    (original) =>
      function (this: unknown, ...args) {
        const config = args[1];
        if (isKernelConfig(config) && config.backendName === backendName) watch.watch(config);
        return original.apply(this, args);
      },
  );
}

function isKernelConfig(value: unknown): value is KernelConfig {
  if (typeof value !== 'object' || value === null) return false;
  return 'kernelName' in value && 'backendName' in value && 'kernelFunc' in value;
}
