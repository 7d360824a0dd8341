import { WarpwatchError } from '../../../../src/model/errors.ts';
import { byteSize } from '../../../../src/model/numbers.ts';

const pageBytes = 65_536;
/** What WebAssembly can address. */
const mostPages = 65_536;

/**
 * Memory that threads share and any of them can grow: how much is needed is known once the replicas have their models. It is
 * taken from the machine as it is used.
 * @throws WarpwatchError where the machine has none left
 */
export function createSharedMemory(bytes: number): WebAssembly.Memory {
  return sayingHowLarge(
    bytes,
    () => new WebAssembly.Memory({ initial: pagesOf(bytes), maximum: mostPages, shared: true }),
  );
}

/**
 * Grows a memory to at least so many bytes, by one thread at a time.
 * @throws WarpwatchError where it cannot
 */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  // Growing by nothing also takes in what other threads have grown.
  const missing = pagesOf(bytes) - memory.grow(0);
  if (missing > 0) sayingHowLarge(bytes, () => memory.grow(missing));
}

function pagesOf(bytes: number): number {
  return Math.ceil(bytes / pageBytes);
}

function sayingHowLarge<T>(bytes: number, take: () => T): T {
  try {
    return take();
  } catch (cause) {
    throw new WarpwatchError(
      'unsupported',
      `The replicas cannot share ${byteSize(bytes)}: ${byteSize(mostPages * pageBytes)} is the most, and the machine must have it; take a smaller model, fewer replicas or --transport mpi.`,
      { cause },
    );
  }
}
