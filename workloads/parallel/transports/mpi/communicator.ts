import type { MpiLibrary } from './library.ts';
import { memory } from './memory.ts';
import { Request } from './request.ts';
import { constants } from './signatures.ts';

/** Ranks that speak to one another, and to nobody else. Each of all of them makes the same calls in the same order. */
export class Communicator {
  readonly mpi: MpiLibrary;
  readonly handle: bigint;
  readonly rank: number;
  readonly size: number;

  constructor(mpi: MpiLibrary, handle: bigint) {
    this.mpi = mpi;
    this.handle = handle;
    const out = memory.ints(2);
    mpi.call('MPI_Comm_rank', handle, out);
    mpi.call('MPI_Comm_size', handle, out.subarray(1));
    [this.rank = 0, this.size = 1] = out;
    mpi.call('MPI_Comm_set_errhandler', handle, mpi.handle('errorsReturn'));
  }

  get others(): readonly number[] {
    return Array.from({ length: this.size }, (_, rank) => rank).filter((rank) => rank !== this.rank);
  }

  /** The same ranks, whose messages never meet those of this one. The handle is there once the request is done. */
  startDuplicate(): { readonly request: Request; readonly handle: BigInt64Array } {
    const handle = memory.longs(1);
    const request = new Request(this.mpi, [handle], (place) =>
      this.mpi.call('MPI_Comm_idup', this.handle, handle, place),
    );
    return { request, handle };
  }

  /** Replaces the values by their sums over the ranks. */
  startSum(values: Float32Array): Request {
    const { mpi } = this;
    return new Request(mpi, [values], (place) =>
      mpi.call(
        'MPI_Iallreduce',
        constants.inPlace,
        values,
        values.length,
        mpi.handle('float'),
        mpi.handle('sum'),
        this.handle,
        place,
      ),
    );
  }

  startBarrier(): Request {
    return new Request(this.mpi, [], (place) => this.mpi.call('MPI_Ibarrier', this.handle, place));
  }

  startSend(bytes: Uint8Array, to: number, tag = 0): Request {
    const { mpi } = this;
    return new Request(mpi, [bytes], (place) =>
      mpi.call('MPI_Isend', bytes, bytes.length, mpi.handle('byte'), to, tag, this.handle, place),
    );
  }

  startReceive(bytes: Uint8Array, from: number, tag = 0): Request {
    const { mpi } = this;
    return new Request(mpi, [bytes], (place) =>
      mpi.call('MPI_Irecv', bytes, bytes.length, mpi.handle('byte'), from, tag, this.handle, place),
    );
  }

  /** Frees it; waits for the others. */
  free(): void {
    this.mpi.call('MPI_Comm_free', memory.longs(1).fill(this.handle));
  }
}
