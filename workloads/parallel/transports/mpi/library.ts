import { createRequire } from 'node:module';
import { messageOf, WarpwatchError } from '../../../../src/model/errors.ts';
import type { CallLock } from './call-lock.ts';
import { textUpToZero } from './memory.ts';
import {
  type ArgumentKind,
  type Arguments,
  constants,
  type MpiFunction,
  type MpiVariable,
  signatures,
  variables,
} from './signatures.ts';

/** What to do where there is no MPI that can be used. */
const remedy = "install Open MPI (Debian's openmpi-bin) on every machine, or use `--transport shared-memory`";

/** Names by which the dynamic loader finds it: as Debian installs it, and as a package for development does. */
const libraryNames = ['libmpi.so.40', 'libmpi.so'];

/** MPI's types in koffi's words. */
const koffiTypes: Readonly<Record<ArgumentKind, string>> = {
  memory: 'void *',
  handle: 'uint64_t',
  int: 'int',
  size: 'int64_t',
};

type NativeFunction = (...values: readonly unknown[]) => number;

/** The functions of a loaded libmpi of Open MPI. A process may hold several of these, one a thread. */
export class MpiLibrary {
  readonly #functions: ReadonlyMap<MpiFunction, NativeFunction>;
  readonly #addresses: ReadonlyMap<MpiVariable, bigint>;
  readonly #lock: CallLock | null;

  constructor(
    functions: ReadonlyMap<MpiFunction, NativeFunction>,
    addresses: ReadonlyMap<MpiVariable, bigint>,
    lock: CallLock | null = null,
  ) {
    this.#functions = functions;
    this.#addresses = addresses;
    this.#lock = lock;
  }

  /** The same, for a thread that is not the only one to make calls. */
  heldBy(lock: CallLock): MpiLibrary {
    return new MpiLibrary(this.#functions, this.#addresses, lock);
  }

  /**
   * Calls a function. Memory that it goes on using after it came back must be kept by the caller.
   * @throws WarpwatchError with the library's own words where it fails
   */
  call<Name extends MpiFunction>(name: Name, ...values: Arguments<Name>): void {
    const run = this.#functions.get(name);
    if (run === undefined) throw new RangeError(`${name} was not looked up`);
    const code = this.#lock === null ? run(...values) : this.#lock.hold(() => run(...values));
    if (code !== 0) throw new WarpwatchError('child-failed', `${name} failed: ${this.#words(code)}.`);
  }

  handle(variable: MpiVariable): bigint {
    const address = this.#addresses.get(variable);
    if (address === undefined) throw new RangeError(`${variable} was not looked up`);
    return address;
  }

  #words(code: number): string {
    const text = new Uint8Array(constants.textBytes);
    this.#functions.get('MPI_Error_string')?.(code, text, new Int32Array(1));
    return textUpToZero(text);
  }
}

/**
 * Loads the library of Open MPI: what `mpirun` of this machine uses.
 * @param names of the library, tried in order; a path where it stands in no place that the loader looks at
 * @throws WarpwatchError `no-backend` with what to do, where there is none, or another MPI
 */
export function loadMpi(names: readonly string[] = namesFor(process.env)): MpiLibrary {
  const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
  const failures: string[] = [];
  for (const name of names) {
    try {
      return lookUp(koffi.load(name, { global: true }), name);
    } catch (error) {
      if (error instanceof WarpwatchError) throw error;
      failures.push(messageOf(error));
    }
  }
  const missing = failures.every((failure) => /no such file|cannot open/i.test(failure));
  const what = missing
    ? 'No MPI is installed here'
    : `The MPI library of this machine cannot be loaded (${failures.at(-1)})`;
  throw new WarpwatchError('no-backend', `${what}; ${remedy}.`);
}

/** Names of the library; where `mpirun` stands in a folder of its own, that one comes first. */
export function namesFor({ OPAL_PREFIX: prefix }: NodeJS.ProcessEnv): readonly string[] {
  return prefix ? [`${prefix}/lib/libmpi.so`, ...libraryNames] : libraryNames;
}

interface Loaded {
  func(name: string, result: string, kinds: string[]): NativeFunction;
  symbol(name: string): unknown;
}

function lookUp(library: Loaded, name: string): MpiLibrary {
  const addresses = new Map<MpiVariable, bigint>();
  for (const [variable, symbol] of Object.entries(variables)) {
    const address = addressOf(library, symbol);
    // Other MPIs, as MPICH, have the same functions, but numbers for handles.
    if (address === null) {
      throw new WarpwatchError('no-backend', `${name} is another MPI than Open MPI; ${remedy}.`);
    }
    addresses.set(variable as MpiVariable, address);
  }
  const functions = new Map<MpiFunction, NativeFunction>();
  for (const [mpiFunction, kinds] of Object.entries(signatures)) {
    const types = kinds.map((kind) => koffiTypes[kind]);
    functions.set(mpiFunction as MpiFunction, library.func(mpiFunction, 'int', types));
  }
  return new MpiLibrary(functions, addresses);
}

function addressOf(library: Loaded, symbol: string): bigint | null {
  try {
    const address = library.symbol(symbol);
    return typeof address === 'bigint' ? address : null;
  } catch {
    // This is how koffi says that a variable is missing.
    return null;
  }
}
