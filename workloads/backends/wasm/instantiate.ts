import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { keepingProcessListeners } from './process-listeners.ts';

/** A module of the package: XNNPACK and the kernels, with its heap and its threads. */
export interface WasmInstance {
  readonly module: BackendWasm['wasm'];
  readonly memory: WebAssembly.Memory;
  /** malloc and free of the heap; 0 where it is full. */
  allocate(bytes: number): number;
  free(pointer: number): void;
  /** Ends the threads, which would keep Node alive. */
  endThreads(): Promise<void>;
}

/** The module runs on no more, whatever it is asked for (measured); its loader makes a pool of as many workers. */
export const mostThreads = 8;

interface Pthreads {
  unusedWorkers: { terminate(): Promise<number> }[];
  terminateAllThreads(): void;
}

/** What Emscripten's generated loader adds to the object that it is called with. */
interface EmscriptenModule {
  readonly asm: { readonly memory?: WebAssembly.Memory };
  readonly wasmMemory?: WebAssembly.Memory;
  readonly PThread?: Pthreads;
  readonly _malloc: (bytes: number) => number;
  readonly _free: (pointer: number) => void;
  cwrap(name: string, returns: 'number' | null, takes: readonly 'number'[]): (...values: number[]) => number;
}

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
type ModuleImports = Record<string, Record<string, unknown>>;

interface LoaderConfig {
  readonly locateFile: (name: string) => string;
  readonly mainScriptUrlOrBlob?: string;
  /** Instantiates the binary with `imports` and hands it to `receive`; what it returns is not used. */
  readonly instantiateWasm?: (imports: ModuleImports, receive: Receive) => object;
  /** Set by the loader. */
  readonly PThread?: Pthreads;
}

type Factory = (config: LoaderConfig) => Promise<EmscriptenModule & BackendWasm['wasm']>;

const require = createRequire(import.meta.url);
const outputs = '@tensorflow/tfjs-backend-wasm/wasm-out';

/** Instantiates the SIMD module, which has no threads. */
export async function instantiateSingle(): Promise<WasmInstance> {
  const factory: Factory = require(`${outputs}/tfjs-backend-wasm.js`);
  const binary = require.resolve(`${outputs}/tfjs-backend-wasm-simd.wasm`);
  const module = await keepingProcessListeners(() => factory({ locateFile: () => binary }));
  return describe(module);
}

/**
 * Instantiates the SIMD module with threads. The package itself never does under Node: its flag
 * WASM_HAS_MULTITHREAD_SUPPORT refuses (tensorflow/tfjs#3830), since it hands out its worker as a Blob.
 *
 * @param deadlineMs how long the workers may take to start
 * @throws Error where they do not start, or not in time
 */
export async function instantiateThreaded(deadlineMs: number): Promise<WasmInstance> {
  const loader = require.resolve(`${outputs}/tfjs-backend-wasm-threaded-simd.js`);
  const factory: Factory = require(loader);
  const { wasmWorkerContents }: { wasmWorkerContents: string } = require(
    `${outputs}/tfjs-backend-wasm-threaded-simd.worker.js`,
  );
  const binary = new WebAssembly.Module(
    await readFile(join(dirname(loader), 'tfjs-backend-wasm-threaded-simd.wasm')),
  );
  const folder = await mkdtemp(join(tmpdir(), 'warpwatch-'));
  // The loader fills the object that it is given, so the workers can be reached before, or without, the promise.
  const config: LoaderConfig = {
    locateFile: (name: string) => join(name.endsWith('.worker.js') ? folder : dirname(loader), name),
    mainScriptUrlOrBlob: loader,
    instantiateWasm: (imports, receive) => {
      // The module takes half of the cores at most, whatever number it is asked for.
      imports['env'] = { ...imports['env'], emscripten_num_logical_cores: () => 2 * mostThreads };
      receive(new WebAssembly.Instance(binary, imports), binary);
      return {};
    },
  };
  try {
    // A template literal in the package turned the worker's "\n" into line breaks; put them back, as the package does.
    const worker = wasmWorkerContents.replace(/\n/g, '\\n');
    await writeFile(join(folder, 'tfjs-backend-wasm-threaded-simd.worker.js'), worker);
    const starting = keepingProcessListeners(() => factory(config));
    return describe(await within(deadlineMs, starting));
  } catch (cause) {
    await endThreads(config.PThread);
    throw cause;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(module: EmscriptenModule & BackendWasm['wasm']): WasmInstance {
  const memory = module.wasmMemory ?? module.asm.memory;
  if (memory === undefined) throw new Error('the wasm module shows no memory');
  // The same table that the package's own init makes (backend_wasm.ts); BackendWasm calls nothing else.
  module.tfjs = {
    init: module.cwrap('init', null, []),
    initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  };
  return {
    module,
    memory,
    allocate: (bytes) => module._malloc(bytes),
    free: (pointer) => module._free(pointer),
    endThreads: () => endThreads(module.PThread),
  };
}

async function endThreads(pthreads: Pthreads | undefined): Promise<void> {
  if (pthreads === undefined) return;
  const { unusedWorkers } = pthreads;
  // It moves the running workers to the unused ones, starts to terminate them and replaces the array.
  pthreads.terminateAllThreads();
  await Promise.all(unusedWorkers.map((worker) => worker.terminate()));
}

async function within<T>(deadlineMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
