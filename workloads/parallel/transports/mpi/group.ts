import { WarpwatchError } from '../../../../src/model/errors.ts';
import { plural } from '../../../../src/model/numbers.ts';
import { GroupStopped, type Spent } from '../../transport.ts';
import { Board } from './board.ts';
import { Communicator } from './communicator.ts';
import { Meeting } from './meeting.ts';
import type { Finish } from './messages.ts';
import { type Sleeper, spins } from './waiting.ts';

/** How often a wait looks whether ranks are gone. */
const lookForGoneMs = 20;

/** At the end the others evaluate, for as long as that takes. */
const endDeadlineSeconds = 3600;

/** What a rank says that fails of another. */
const ofAnother = { lost: 'is lost, and the others stopped with it', late: 'did not come' } as const;

/** Whether a failure is that of another rank. */
export function saysOfAnother(message: string): boolean {
  return Object.values(ofAnother).some((words) => message.includes(words));
}

export interface GroupSettings {
  /** The longest that a rank waits for another. */
  readonly deadlineSeconds: number;
  /** Whether the others go on where a replica is gone. */
  readonly goesOn: boolean;
}

/** What a wait is for. */
export interface Wait {
  /** Ends the sentence `Replica 0 waited 60 s …`. */
  readonly what: string;
  /** The ranks that have yet to do their part; none once the wait is over. */
  readonly missing: () => readonly number[];
  /** Whether it is under way with all ranks, and goes on only as long as this one looks: communication, and no sleeps. */
  readonly underWay?: boolean;
  /** How long it looks before it sleeps, unless it is under way. */
  readonly spinSeconds?: number;
  /** Whether the group can do without ranks that are gone. */
  readonly sparesGone?: boolean;
  readonly deadlineSeconds?: number;
}

/** A rank's place among those that train together: its waits, each of which has an end, and what they cost. */
export class Group {
  readonly communicator: Communicator;
  readonly board: Board;
  readonly sleeper: Sleeper;
  readonly #settings: GroupSettings;
  #waitSeconds = 0;
  #communicateSeconds = 0;

  /** Waits for all ranks. */
  constructor(communicator: Communicator, sleeper: Sleeper, settings: GroupSettings) {
    this.sleeper = sleeper;
    this.#settings = settings;
    this.communicator = communicator;
    const meeting = new Meeting(communicator);
    const { deadlineSeconds } = settings;
    if (!sleeper.until(() => meeting.missing().length === 0, deadlineSeconds)) {
      throw this.#late('for all replicas to be there', deadlineSeconds, meeting.missing(), null);
    }
    this.board = Board.open(communicator);
    this.meet('for the board to be there');
    // Of what comes from here on.
    this.#waitSeconds = 0;
  }

  get spent(): Spent {
    return { waitSeconds: this.#waitSeconds, communicateSeconds: this.#communicateSeconds };
  }

  /** Makes a call that takes part in the group, and counts its time. */
  during<T>(call: () => T): T {
    if (this.sleeper.stopped) throw new GroupStopped();
    const begin = performance.now();
    const waited = this.#waitSeconds;
    try {
      return call();
    } finally {
      const seconds = (performance.now() - begin) / 1000;
      this.#communicateSeconds += seconds - (this.#waitSeconds - waited);
    }
  }

  /**
   * Waits until no rank is missing.
   * @throws WarpwatchError that names those who are, at the deadline, or once one of them is gone
   */
  wait({ what, missing, underWay = false, spinSeconds, sparesGone = false, deadlineSeconds }: Wait): void {
    const deadline = deadlineSeconds ?? this.#settings.deadlineSeconds;
    const begin = performance.now();
    let lastLook = begin;
    let left: readonly number[] = [];
    const gone = new Set<number>();
    const isDone = (): boolean => {
      left = missing().filter((rank) => !gone.has(rank));
      if (left.length === 0) return true;
      if (performance.now() - lastLook < lookForGoneMs) return false;
      lastLook = performance.now();
      for (const rank of left.filter((each) => this.board.hasLeft(each))) {
        if (!this.#settings.goesOn || !sparesGone) throw this.#lost(rank);
        gone.add(rank);
      }
      return false;
    };
    const isThere = this.sleeper.until(isDone, deadline, underWay ? spins.always : spinSeconds);
    if (!underWay) this.#waitSeconds += (performance.now() - begin) / 1000;
    if (!isThere) throw this.#late(what, deadline, left, this.board);
  }

  /** Waits until every rank that takes part has come here too. */
  meet(what: string, deadlineSeconds = this.#settings.deadlineSeconds): void {
    const meeting = new Meeting(this.communicator);
    this.wait({ what, missing: () => meeting.missing(), sparesGone: true, deadlineSeconds });
  }

  meetAtEnd(): void {
    this.meet('for the others to end', endDeadlineSeconds);
  }

  /** Blocks for so long, or until the group stops. */
  sleep(seconds: number): void {
    const end = performance.now() + seconds * 1000;
    for (let leftMs = seconds * 1000; leftMs > 0; leftMs = end - performance.now()) {
      if (this.sleeper.stopped) return;
      if (!this.#settings.goesOn && this.living().length < this.communicator.size) return;
      this.sleeper.sleep(Math.min(leftMs, lookForGoneMs) / 1000);
    }
  }

  /** The same ranks, whose messages never meet those of others. Waits for all of them. */
  duplicate(): Communicator {
    const { request, handle } = this.communicator.startDuplicate();
    const { others } = this.communicator;
    const missing = () => (request.done() ? [] : others);
    this.wait({ what: 'for all replicas to open the same', missing });
    return new Communicator(this.communicator.mpi, handle[0] ?? 0n);
  }

  /** Waits until another rank has done its part in what was begun with it. */
  finish(what: string): Finish {
    return (requests, other) =>
      this.wait({ what, missing: () => (requests.every((request) => request.done()) ? [] : [other]) });
  }

  /** Ranks that still take part. */
  living(): readonly number[] {
    const ranks = Array.from({ length: this.communicator.size }, (_, rank) => rank);
    return ranks.filter((rank) => !this.board.hasLeft(rank));
  }

  #late(what: string, seconds: number, missing: readonly number[], board: Board | null): Error {
    if (this.sleeper.stopped) return new GroupStopped();
    const { rank } = this.communicator;
    const step = board === null ? '' : ` in its step ${board.steps(rank) + 1}`;
    const made = (of: number) => (board === null ? '' : ` (${plural(board.steps(of), 'step')} made)`);
    const others = missing.map((each) => `replica ${each}${made(each)}`).join(', ');
    return new WarpwatchError(
      'child-failed',
      `Replica ${rank} waited ${seconds} s${step} ${what}, and ${others} ${ofAnother.late}: see what holds it up on its machine.`,
    );
  }

  #lost(rank: number): WarpwatchError {
    const rest = this.#settings.goesOn ? ', as averages over MPI go on with all or none' : '';
    return new WarpwatchError(
      'child-failed',
      `Replica ${rank} ${ofAnother.lost}${rest}: what it wrote itself says why.`,
    );
  }
}
