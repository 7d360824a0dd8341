import { CallLock, lockBytes } from './call-lock.ts';
import type { GroupSettings } from './group.ts';
import { Sleeper, sleeperBytes } from './waiting.ts';

/** A rank's place in a group, as its replica's thread gets it; it can be cloned, and holds in every thread of the process. */
export interface MpiSeat {
  readonly settings: GroupSettings;
  /** Address of the group's communicator. */
  readonly communicator: bigint;
  readonly rank: number;
  readonly size: number;
  readonly shared: SharedArrayBuffer;
}

/** What the thread of a replica and the one that watches it share. */
export interface SeatWords {
  readonly sleeper: Sleeper;
  /** Of calls of MPI. */
  readonly lock: CallLock;
  /** Address of the window of the group's board, 0 before it is open. */
  readonly board: BigInt64Array;
}

const boardBytes = 8;
const bytes = boardBytes + sleeperBytes + lockBytes;

export function sharedOfSeat(): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes);
}

export function wordsOf({ shared }: MpiSeat): SeatWords {
  return {
    board: new BigInt64Array(shared, 0, 1),
    sleeper: new Sleeper(new Int32Array(shared, boardBytes, sleeperBytes / 4)),
    lock: new CallLock(new Int32Array(shared, boardBytes + sleeperBytes, lockBytes / 4)),
  };
}
