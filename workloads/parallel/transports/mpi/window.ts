import type { Communicator } from './communicator.ts';
import type { MpiLibrary } from './library.ts';
import { memory } from './memory.ts';
import { constants } from './signatures.ts';

export const wordBytes = 8;

/** Memory of each rank that the others read and change without its help. */
export class Window {
  readonly #mpi: MpiLibrary;
  readonly #handle: bigint;
  readonly #word = memory.longs(1);
  readonly #answer = memory.longs(1);

  /** @param handle of a window that was allocated in this process, on whatever thread */
  constructor(mpi: MpiLibrary, handle: bigint) {
    this.#mpi = mpi;
    this.#handle = handle;
  }

  /**
   * Waits for all ranks. It holds zeros once all of them have come back from here.
   * @param bytes that this rank gives
   */
  static allocate({ mpi, handle: ranks, rank }: Communicator, bytes: number): Window {
    const [out, base] = [memory.longs(1), memory.longs(1)];
    mpi.call('MPI_Win_allocate', bytes, 1, mpi.handle('infoNull'), ranks, base, out);
    const handle = out[0] ?? 0n;
    mpi.call('MPI_Win_set_errhandler', handle, mpi.handle('errorsReturn'));
    mpi.call('MPI_Win_lock_all', constants.noCheck, handle);
    const window = new Window(mpi, handle);
    window.#put(memory.bytes(bytes), bytes, 'byte', rank, 0);
    return window;
  }

  get handle(): bigint {
    return this.#handle;
  }

  /** Adds to a word of a rank, as one with all who do so. @returns what it was before */
  add(rank: number, word: number, value: number): number {
    return this.#operate('sum', rank, word, value);
  }

  set(rank: number, word: number, value: number): void {
    this.#operate('replace', rank, word, value);
  }

  read(rank: number, word: number): number {
    return this.#operate('noOperation', rank, word, 0);
  }

  getFloats(rank: number, offset: number, values: Float32Array): void {
    const { length } = values;
    const float = this.#mpi.handle('float');
    this.#mpi.call('MPI_Get', values, length, float, rank, offset, length, float, this.#handle);
    this.#mpi.call('MPI_Win_flush', rank, this.#handle);
  }

  putFloats(rank: number, offset: number, values: Float32Array): void {
    this.#put(values, values.length, 'float', rank, offset);
  }

  /** Frees it; waits for the others. */
  free(): void {
    this.#mpi.call('MPI_Win_unlock_all', this.#handle);
    this.#mpi.call('MPI_Win_free', memory.longs(1).fill(this.#handle));
  }

  #put(values: ArrayBufferView, count: number, type: 'byte' | 'float', rank: number, offset: number): void {
    const handle = this.#mpi.handle(type);
    this.#mpi.call('MPI_Put', values, count, handle, rank, offset, count, handle, this.#handle);
    this.#mpi.call('MPI_Win_flush', rank, this.#handle);
  }

  #operate(operation: 'sum' | 'replace' | 'noOperation', rank: number, word: number, value: number): number {
    this.#word[0] = BigInt(value);
    this.#mpi.call(
      'MPI_Fetch_and_op',
      this.#word,
      this.#answer,
      this.#mpi.handle('int64'),
      rank,
      word * wordBytes,
      this.#mpi.handle(operation),
      this.#handle,
    );
    this.#mpi.call('MPI_Win_flush', rank, this.#handle);
    return Number(this.#answer[0]);
  }
}
