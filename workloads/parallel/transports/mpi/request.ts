import type { MpiLibrary } from './library.ts';
import { memory } from './memory.ts';
import { constants } from './signatures.ts';

/** What is under way: MPI writes to the memory of a request, and what it was started with, until it is done. */
const underWay = new Map<Request, readonly ArrayBufferView[]>();

/** Something that MPI does while the program goes on; it goes on at least whenever one of them is looked at. */
export class Request {
  readonly #mpi: MpiLibrary;
  readonly #handle = memory.longs(1);
  readonly #flag = memory.ints(1);
  #done = false;

  /**
   * @param kept memory that it is to work on
   * @param start calls the function that begins it, with the place of the request's handle
   */
  constructor(mpi: MpiLibrary, kept: readonly ArrayBufferView[], start: (handle: BigInt64Array) => void) {
    this.#mpi = mpi;
    start(this.#handle);
    underWay.set(this, kept);
  }

  /** Looks whether it is done by now. */
  done(): boolean {
    if (this.#done) return true;
    this.#mpi.call('MPI_Test', this.#handle, this.#flag, constants.ignore);
    this.#done = this.#flag[0] !== 0;
    if (this.#done) underWay.delete(this);
    return this.#done;
  }
}
