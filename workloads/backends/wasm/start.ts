import { availableParallelism } from 'node:os';
import { messageOf } from '../../../src/model/errors.ts';
import * as tf from '../../tf.ts';
import { activate } from '../activate.ts';
import { type BackendOptions, backendLabel, neverBroken, type StartedBackend } from '../backend.ts';
import { measurePeakFlops } from '../peak.ts';
import type { WasmInstance } from './instantiate.ts';

/** How long eight workers may take to load on a busy machine; on an idle one they take 0.3 s. */
const threadsDeadlineMs = 15_000;
/** Products of this size reach the top of XNNPACK's wasm kernels and take milliseconds. */
const peakSize = 512;

/** Loads a module whose threads run, or says why there is none. Tests replace it. */
export type LoadThreaded = (deadlineMs: number) => Promise<WasmInstance>;

/**
 * Starts the wasm backend with threads, or with one and a note where threads do not start.
 *
 * @param loadThreaded for tests: what is tried for more than one thread
 */
export async function startWasm(
  options: BackendOptions,
  loadThreaded?: LoadThreaded,
): Promise<StartedBackend> {
  const { instantiateSingle, instantiateThreaded, mostThreads } = await import('./instantiate.ts');
  const { TrainingWasm } = await import('./training-wasm.ts');
  const { installKernels } = await import('./kernels/index.ts');
  const notes: string[] = [];
  const wanted = options.threads ?? availableParallelism();
  const asked = Math.min(wanted, mostThreads);
  if (asked < wanted && options.threads !== undefined) {
    notes.push(`It runs on ${asked} threads, not ${wanted}: the wasm module has workers for no more.`);
  }
  let instance: WasmInstance | undefined;
  if (asked > 1) {
    try {
      instance = await (loadThreaded ?? instantiateThreaded)(threadsDeadlineMs);
    } catch (error) {
      notes.push(`It runs on one thread, since WebAssembly threads did not start: ${messageOf(error)}.`);
    }
  }
  const threads = instance === undefined ? 1 : asked;
  const backend = new TrainingWasm(instance ?? (await instantiateSingle()), threads);
  if (tf.findBackendFactory('wasm') !== null) tf.removeBackend('wasm');
  installKernels();
  tf.registerBackend('wasm', () => backend);
  await activate('wasm');
  await backend.simd.ready;
  const label = backendLabel('wasm', backend.threads);
  return {
    id: 'wasm',
    label,
    threads: backend.threads,
    notes,
    gpu: null,
    broken: neverBroken,
    measurePeakFlops: () => measurePeakFlops(label, peakSize),
    stop: async () => {
      if (tf.findBackend('wasm') === backend) tf.removeBackend('wasm');
      await backend.ended();
    },
  };
}
