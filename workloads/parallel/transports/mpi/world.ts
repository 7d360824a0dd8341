import { setTimeout as delay } from 'node:timers/promises';
import { WarpwatchError } from '../../../../src/model/errors.ts';
import { Board } from './board.ts';
import { Communicator } from './communicator.ts';
import { receiveFile, sendFile } from './files.ts';
import type { GroupSettings } from './group.ts';
import { loadMpi } from './library.ts';
import { memory, textUpToZero } from './memory.ts';
import { exchangeTexts } from './messages.ts';
import type { Request } from './request.ts';
import { type MpiSeat, sharedOfSeat, wordsOf } from './seat.ts';
import { constants } from './signatures.ts';
import { Sleeper, sleeperBytes } from './waiting.ts';
import { Window } from './window.ts';

/** Of libnbc, for all-reduces that do not block: twice as fast between two ranks as what it picks by itself. A person's choice stays. */
const iallreduceVariable = 'OMPI_MCA_coll_libnbc_iallreduce_algorithm';
const ringAlgorithm = '1';

/** How often the memory of a rank that computes can be reached from other machines. */
const progressMs = 1;
/** How often it is looked whether a call of MPI comes back. */
const watchMs = 100;

/** Between two looks whether all ranks have come; the event loop is free meanwhile. */
const lookMs = 5;

/** Whether this process is one that Open MPI's `mpirun` started. */
function startedByMpirun(environment: NodeJS.ProcessEnv): boolean {
  return environment['OMPI_COMM_WORLD_SIZE'] !== undefined;
}

function spansMachines(environment: NodeJS.ProcessEnv): boolean {
  return environment['OMPI_COMM_WORLD_LOCAL_SIZE'] !== environment['OMPI_COMM_WORLD_SIZE'];
}

/**
 * All ranks of the job, as the main thread of one of them has it. That thread alone begins and ends MPI, and makes no calls
 * while a thread that it gave a seat does.
 */
export class MpiWorld {
  readonly #everyone: Communicator;
  readonly #spansMachines: boolean;
  readonly #flag = memory.ints(1);

  private constructor(everyone: Communicator, spansMachines: boolean) {
    this.#everyone = everyone;
    this.#spansMachines = spansMachines;
  }

  /**
   * Begins MPI; waits for the other ranks.
   * @throws WarpwatchError `usage` where the process was not started by `mpirun`, `no-backend` where MPI cannot be used
   */
  static start(environment: NodeJS.ProcessEnv = process.env): MpiWorld {
    if (!startedByMpirun(environment)) {
      throw new WarpwatchError(
        'usage',
        'MPI needs one process for each replica; start it as `mpirun -np 2 warpwatch bench --transport mpi …`, or use `--transport shared-memory`.',
      );
    }
    const mpi = loadMpi();
    process.env[iallreduceVariable] ??= ringAlgorithm;
    const provided = memory.ints(1);
    mpi.call('MPI_Init_thread', null, null, constants.threadSerialized, provided);
    if ((provided[0] ?? 0) < constants.threadSerialized) {
      throw new WarpwatchError(
        'no-backend',
        'This MPI cannot be called from threads; install an Open MPI with thread support, such as that of Debian.',
      );
    }
    return new MpiWorld(new Communicator(mpi, mpi.handle('world')), spansMachines(environment));
  }

  get rank(): number {
    return this.#everyone.rank;
  }

  get size(): number {
    return this.#everyone.size;
  }

  /** The machine that this rank runs on. */
  get machine(): string {
    const name = memory.bytes(constants.textBytes);
    this.#everyone.mpi.call('MPI_Get_processor_name', name, memory.ints(1));
    return textUpToZero(name);
  }

  /** Waits for all ranks, for as long as it takes: whoever has no part in a training waits for its end here. */
  async meet(): Promise<void> {
    const barrier = this.#everyone.startBarrier();
    while (!barrier.done()) await delay(lookMs);
  }

  /** What each rank says, by rank; waits for all. */
  async exchange(text: string): Promise<readonly string[]> {
    await this.meet();
    return exchangeTexts(this.#everyone, text, finish);
  }

  /** Sends a file to a rank that calls `receiveFile` meanwhile. */
  sendFile(to: number, path: string): void {
    sendFile(this.#everyone, to, path, finish);
  }

  /** Takes the file of a rank that calls `sendFile`, into one that is not there yet. */
  receiveFile(from: number, path: string): void {
    receiveFile(this.#everyone, from, path, finish);
  }

  /**
   * A seat in the group of the first ranks; to be called by all ranks, which it waits for.
   * @returns null in a rank that has no part in it
   */
  seatOf(size: number, settings: GroupSettings): MpiSeat | null {
    const { mpi, handle, rank } = this.#everyone;
    const communicator = memory.longs(1);
    mpi.call('MPI_Comm_split', handle, rank < size ? 0 : constants.undefinedColour, rank, communicator);
    if (rank >= size) return null;
    return { settings, communicator: communicator[0] ?? 0n, rank, size, shared: sharedOfSeat() };
  }

  /**
   * Attends to the thread that has a seat. Between machines a rank's memory is reached only while it calls MPI: this thread does
   * so where the other does not.
   * @param onHang called once where a call of MPI has not come back in twice the time that ranks wait for one another
   * @returns ends it
   */
  attend(seat: MpiSeat, onHang: (error: WarpwatchError) => void): () => void {
    const { lock } = wordsOf(seat);
    const mostSeconds = 2 * seat.settings.deadlineSeconds;
    let seen = { call: -1, sinceMs: 0 };
    const look = () => {
      const call = lock.tryHold(() => this.#progress());
      if (call === null) return;
      if (call !== seen.call) seen = { call, sinceMs: performance.now() };
      if (performance.now() - seen.sinceMs < mostSeconds * 1000) return;
      clearInterval(timer);
      onHang(
        new WarpwatchError(
          'child-failed',
          `MPI has not answered rank ${this.rank} for ${mostSeconds} s: see whether the machines of the others still run and can be reached.`,
        ),
      );
    };
    const timer = setInterval(look, this.#spansMachines ? progressMs : watchMs);
    return () => clearInterval(timer);
  }

  /** Tells the others of a group that this rank's replica is gone, once its thread has ended. */
  leave(seat: MpiSeat): void {
    const [handle = 0n] = wordsOf(seat).board;
    if (handle !== 0n) new Board(new Window(this.#everyone.mpi, handle), seat).leave();
  }

  /** Ends MPI; waits for the other ranks. */
  end(): void {
    this.#everyone.mpi.call('MPI_Finalize');
  }

  /** Ends the processes of all ranks, this one included, with an exit code. Everything must be written before. */
  abort(code: number): void {
    this.#everyone.mpi.call('MPI_Abort', this.#everyone.handle, code);
  }

  #progress(): void {
    if (!this.#spansMachines) return;
    const { anySource, anyTag, ignore } = constants;
    this.#everyone.mpi.call('MPI_Iprobe', anySource, anyTag, this.#everyone.handle, this.#flag, ignore);
  }
}

/** All ranks have come where messages are exchanged: whoever does not answer then is gone. */
const answerSeconds = 60;
const sleeper = new Sleeper(new Int32Array(new SharedArrayBuffer(sleeperBytes)));

function finish(requests: readonly Request[], other: number): void {
  if (sleeper.until(() => requests.every((request) => request.done()), answerSeconds)) return;
  throw new WarpwatchError(
    'child-failed',
    `Rank ${other} has not answered for ${answerSeconds} s: see what holds it up on its machine.`,
  );
}
