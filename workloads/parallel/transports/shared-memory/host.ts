import { WarpwatchError } from '../../../../src/model/errors.ts';
import { Control, clockMs, controlBytes, endings, states } from './control.ts';
import { createSharedMemory } from './memory.ts';

/** Contributors are a set in 31 bits. */
const mostReplicas = 31;

/** What the replicas of one process share, as the thread that starts them has it. */
export interface GroupMemory {
  readonly memory: WebAssembly.Memory;
  readonly size: number;
  /** Whether the others go on where a replica is lost. */
  readonly goOnWithout: boolean;
  /** Of the clock that all threads read. */
  readonly startMs: number;
}

/** What a replica's thread is given; it can be cloned. */
export interface Seat {
  readonly memory: WebAssembly.Memory;
  readonly size: number;
  readonly rank: number;
  readonly startMs: number;
}

/** A replica, as the others have it. */
export interface ReplicaState {
  /** `absent` before it has opened its transport. */
  readonly phase: keyof typeof states;
  readonly steps: number;
  /** Whether it is blocked until others do their part. */
  readonly waits: boolean;
  /** Since it last began or ended a call, or ended a wait; of one that is absent, since the group's beginning. */
  readonly silentSeconds: number;
}

/** What the thread that started the replicas does for them; its event loop stays free. */
export interface GroupHost {
  /**
   * Tells that a replica is gone: its thread has ended, or does nothing any more. Whoever waits for it wakes. Where the group
   * does not go on without, calls of the others throw the WarpwatchError `child-failed` that names it.
   * @param why a few words, such as `exit code 1`
   */
  lose(rank: number, why: string): void;
  /** Ends the group on a person's request: calls throw `GroupStopped`. */
  stop(): void;
  stateOf(rank: number): ReplicaState;
}

/** @throws WarpwatchError `usage` where so many cannot share memory */
export function checkSize(size: number): void {
  if (size <= mostReplicas) return;
  throw new WarpwatchError(
    'usage',
    `${size} replicas are more than the ${mostReplicas} that can share memory; take fewer, or --transport mpi.`,
  );
}

/** @throws WarpwatchError `usage` where so many cannot share memory */
export function createGroupMemory(size: number, { goOnWithout }: { goOnWithout: boolean }): GroupMemory {
  checkSize(size);
  return { memory: createSharedMemory(controlBytes(size)), size, goOnWithout, startMs: clockMs() };
}

/** What the replica's thread gets among its `workerData`. */
export function seatOf({ memory, size, startMs }: GroupMemory, rank: number): Seat {
  return { memory, size, rank, startMs };
}

export function hostGroup({ memory, size, goOnWithout, startMs }: GroupMemory): GroupHost {
  const control = new Control(memory, size);
  const phases = Object.keys(states) as (keyof typeof states)[];
  return {
    lose(rank, why) {
      control.setWhyLost(rank, why);
      control.set('state', rank, states.lost);
      if (goOnWithout) control.ring();
      else control.end(endings.lost + rank);
    },
    stop: () => control.end(endings.stopped),
    stateOf: (rank) => ({
      phase: phases[control.get('state', rank)] ?? 'absent',
      steps: control.get('steps', rank),
      waits: control.get('waiting', rank) !== 0,
      silentSeconds: (clockMs() - startMs - control.get('signMs', rank)) / 1e3,
    }),
  };
}
