import { WarpwatchError } from '../../../../src/model/errors.ts';
import { GroupStopped, type Spent } from '../../transport.ts';
import { Control, clockMs, endings, states } from './control.ts';
import type { Seat } from './host.ts';

/** How often a replica looks before it sleeps: some twenty microseconds, less than it takes to be woken. */
const looks = 2000;

/** A replica's place in its group: its calls, and how it waits for others. */
export class Member {
  readonly rank: number;
  readonly size: number;
  readonly control: Control;
  readonly #startMs: number;
  #waitMs = 0;
  #callMs = 0;

  constructor({ memory, size, rank, startMs }: Seat) {
    this.rank = rank;
    this.size = size;
    this.#startMs = startMs;
    this.control = new Control(memory, size);
    this.#sign();
    this.#goOn();
    this.control.changeState(rank, states.absent, states.here);
  }

  get spent(): Spent {
    return { waitSeconds: this.#waitMs / 1e3, communicateSeconds: (this.#callMs - this.#waitMs) / 1e3 };
  }

  /**
   * Makes a call of the transport, which counts as a sign of life. One within another would count its time twice.
   * @throws GroupStopped, or the WarpwatchError that names the replica that was lost
   */
  call<T>(work: () => T): T {
    const begin = performance.now();
    this.#sign();
    this.#goOn();
    try {
      return work();
    } finally {
      this.#callMs += performance.now() - begin;
      this.#sign();
    }
  }

  /** Blocks until `isDone`, which is asked again whenever someone rings, and may do work. */
  waitUntil(isDone: () => boolean): void {
    const { control, rank } = this;
    for (;;) {
      const seen = control.bell;
      this.#goOn();
      if (isDone()) return;
      const begin = performance.now();
      control.set('waiting', rank, 1);
      for (let look = 0; look < looks && control.bell === seen; look += 1);
      control.waitForBell(seen);
      control.set('waiting', rank, 0);
      this.#sign();
      this.#waitMs += performance.now() - begin;
    }
  }

  /** Blocks for so long, or until the group has ended. */
  sleep(seconds: number): void {
    this.control.waitForEnd(seconds);
    this.#sign();
  }

  close(): void {
    this.control.changeState(this.rank, states.here, states.closed);
    this.control.ring();
  }

  #sign(): void {
    this.control.set('signMs', this.rank, clockMs() - this.#startMs);
  }

  #goOn(): void {
    const { control, rank } = this;
    if (control.get('state', rank) === states.lost)
      throw new WarpwatchError(
        'child-failed',
        `Replica ${rank} was given up by its group (${control.whyLost(rank)}).`,
      );
    if (control.ended === endings.none) return;
    if (control.ended === endings.stopped) throw new GroupStopped();
    const lost = control.ended - endings.lost;
    throw new WarpwatchError(
      'child-failed',
      `Replica ${lost} is lost (${control.whyLost(lost)}); the others stopped with it: --on-loss continue goes on without.`,
    );
  }
}
