import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import { type Argument, type ArgumentKind, type NvmlFunction, signatures } from './signatures.ts';

/** The library's name as the driver installs it; the dynamic loader looks for it. */
export const libraryName = 'libnvidia-ml.so.1';

/** NVML's types in koffi's words. Handles are pointers that are only handed back, so whole numbers do. */
const koffiTypes: Readonly<Record<ArgumentKind, string>> = {
  out: 'void *',
  handle: 'uint64_t',
  u32: 'uint32_t',
  u64: 'uint64_t',
};

type AsyncFunction = (...args: [...Argument[], (error: unknown, code: number) => void]) => void;

/** The functions of a loaded libnvidia-ml. Calls run on libuv's threads, never on the main one: a call may hang. */
export class NvmlLibrary {
  readonly #functions = new Map<string, AsyncFunction>();
  /** Arguments of calls under way: koffi keeps no hold of buffers, and the driver may write long after the caller is gone. */
  readonly #underWay = new Set<readonly Argument[]>();

  constructor(functions: ReadonlyMap<string, AsyncFunction>) {
    this.#functions = new Map(functions);
  }

  has(name: NvmlFunction): boolean {
    return this.#functions.has(name);
  }

  /**
   * Calls a function that is there (`has`), and resolves with what it returns. Buffers in `args` must not be touched
   * until then.
   */
  call(name: NvmlFunction, args: readonly Argument[]): Promise<number> {
    const run = this.#functions.get(name);
    if (run === undefined) return Promise.reject(new RangeError(`${name} is missing in the library`));
    return new Promise((resolve, reject) => {
      this.#underWay.add(args);
      run(...args, (error, code) => {
        this.#underWay.delete(args);
        if (error === null || error === undefined) resolve(code);
        else reject(error);
      });
    });
  }
}

/**
 * Loads the driver's library, and looks up every function: old drivers lack some, and calling one that is missing
 * would end the process.
 * @throws WarpwatchError `no-device` with what to do, where there is no such library
 */
export async function loadNvml(path: string): Promise<NvmlLibrary> {
  const koffi = await import('koffi').catch((cause: unknown) => {
    throw new WarpwatchError(
      'no-device',
      `The package koffi, which calls the driver, does not run here (${messageOf(cause)}); install warpwatch again.`,
      { cause },
    );
  });
  let library: ReturnType<typeof koffi.load>;
  try {
    library = koffi.load(path);
  } catch (cause) {
    throw new WarpwatchError('no-device', loadFailure(cause), { cause });
  }
  const functions = new Map<string, AsyncFunction>();
  for (const [name, kinds] of Object.entries(signatures)) {
    const types = kinds.map((kind) => koffiTypes[kind]);
    try {
      functions.set(name, library.func(name, 'int32_t', types).async);
    } catch {
      // This is how koffi says that a function is missing.
    }
  }
  return new NvmlLibrary(functions);
}

function loadFailure(cause: unknown): string {
  const message = messageOf(cause);
  if (/no such file|cannot find|not found/i.test(message)) {
    return `No NVIDIA driver is installed here: ${libraryName} is not found; install the driver, or mount it into the container (\`--gpus all\`).`;
  }
  return `${libraryName} is here but cannot be loaded (${message}); install the NVIDIA driver again.`;
}
