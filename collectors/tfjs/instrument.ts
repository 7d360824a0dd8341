import { messageOf } from '../../src/model/errors.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { attributionOf } from './attribution.ts';
import { attributeByItself } from './attribution-hooks.ts';
import { Launches } from './launches.ts';
import { Patches } from './patches.ts';
import type { KernelConfig, KernelParams, KernelResult, TensorFlow } from './tensorflow.ts';

/**
 * Records every kernel that a synchronous backend (wasm, cpu, tensorflow) runs, as one activity of `deviceId` with
 * layer, phase, arithmetic and bytes. `kernelFunc` of the registered kernels is replaced in place, which costs less
 * than a microsecond a kernel. Of kernels that call kernels only the outermost is recorded, with the cost of the
 * whole. A kernel that throws is counted as unfinished. Kernels that are registered later are caught as well.
 *
 * Returns a function that puts the originals back. Never throws into the program that is watched.
 */
export function instrumentKernels(
  tf: TensorFlow,
  backendName: string,
  writer: StreamWriter,
  deviceId: string,
): () => void {
  const recorder = new KernelRecorder(tf, writer, deviceId);
  for (const config of tf.getKernelsForBackend(backendName)) recorder.watch(config);
  const patches = new Patches();
  watchRegistry(patches, backendName, recorder);
  const restoreAttribution = attributeByItself(tf);
  return () => {
    patches.restore();
    restoreAttribution();
    recorder.restore();
  };
}

class KernelRecorder {
  readonly #writer: StreamWriter;
  readonly #attribution;
  readonly #launches: Launches;
  readonly #originals = new Map<KernelConfig, KernelConfig['kernelFunc']>();
  readonly #wrappers = new WeakSet<KernelConfig['kernelFunc']>();
  /** Shared by the wrappers of all kernels. */
  readonly #state = { active: true, running: false };

  constructor(tf: TensorFlow, writer: StreamWriter, deviceId: string) {
    this.#writer = writer;
    this.#attribution = attributionOf(tf);
    this.#launches = new Launches(writer, deviceId);
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
    const writer = this.#writer;
    const attribution = this.#attribution;
    const launches = this.#launches;
    const countUnfinished = () => this.#guard(() => writer.lost('unfinished', 1, `Kernel ${name} threw.`));
    const countDefect = (error: unknown) => this.#countDefect(name, error);

    return function (this: KernelConfig, params: KernelParams): KernelResult {
      if (state.running || !state.active) return original.call(this, params);
      state.running = true;
      const startNs = writer.now();
      let result: KernelResult;
      try {
        result = original.call(this, params);
      } catch (error) {
        state.running = false;
        countUnfinished();
        throw error;
      }
      const endNs = writer.now();
      state.running = false;
      try {
        writer.activity(launches.find(kernel, attribution.current, params, result), startNs, endNs - startNs);
      } catch (error) {
        countDefect(error);
      }
      return result;
    };
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
function watchRegistry(patches: Patches, backendName: string, recorder: KernelRecorder): void {
  const globals: unknown = Reflect.get(globalThis, '_tfGlobals');
  const registry: unknown = globals instanceof Map ? globals.get('kernelRegistry') : undefined;
  if (!(registry instanceof Map)) return;
  patches.replace(
    registry,
    'set',
    (original) =>
      function (this: unknown, ...args) {
        const config = args[1];
        if (isKernelConfig(config) && config.backendName === backendName) recorder.watch(config);
        return original.apply(this, args);
      },
  );
}

function isKernelConfig(value: unknown): value is KernelConfig {
  if (typeof value !== 'object' || value === null) return false;
  return 'kernelName' in value && 'backendName' in value && 'kernelFunc' in value;
}
