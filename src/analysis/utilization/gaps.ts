import type { Nanoseconds } from '../../model/units.ts';
import { Spans } from './spans.ts';

/**
 * A device that has the next kernel in its queue starts it within this time; a longer gap has another cause. HTA
 * calls shorter gaps `kernel_wait` with the same limit (its text says 30 ns, its code compares microseconds).
 */
export const turnaroundNs: Nanoseconds = 30e3;

/** Divides the gaps of a device by what it waited for. In whole nanoseconds the three parts sum to the gaps exactly. */
export class GapLedger {
  count = 0;
  longestNs: Nanoseconds = 0;
  hostBoundNs: Nanoseconds = 0;
  launchBoundNs: Nanoseconds = 0;
  otherNs: Nanoseconds = 0;
  /** Host-bound stretches with the thread that called at their end; kept where somebody asks what it did. */
  readonly hostBound: Spans | null;
  #startNs = 0;
  #endNs = Number.NaN;
  #callNs = Number.NaN;
  #thread = 0;

  constructor(keepHostBound: boolean) {
    this.hostBound = keepHostBound ? new Spans() : null;
  }

  get totalNs(): Nanoseconds {
    return this.hostBoundNs + this.launchBoundNs + this.otherNs;
  }

  /** A gap that an execution ends, called for at `callNs` (NaN: not known) by a thread. */
  open(startNs: Nanoseconds, endNs: Nanoseconds, callNs: Nanoseconds, thread: number): void {
    this.close();
    this.#startNs = startNs;
    this.#endNs = endNs;
    this.#callNs = callNs;
    this.#thread = thread;
  }

  /** An execution starts: where others start at the same moment, the one called first ends the gap. */
  alsoStarts(startNs: Nanoseconds, callNs: Nanoseconds, thread: number): void {
    if (startNs !== this.#endNs) return;
    if (callNs < this.#callNs || (Number.isNaN(this.#callNs) && !Number.isNaN(callNs))) {
      this.#callNs = callNs;
      this.#thread = thread;
    }
  }

  /** Enters the last gap into the books. */
  close(): void {
    const startNs = this.#startNs;
    const endNs = this.#endNs;
    if (Number.isNaN(endNs)) return;
    this.#endNs = Number.NaN;
    const lengthNs = endNs - startNs;
    this.count++;
    if (lengthNs > this.longestNs) this.longestNs = lengthNs;
    if (this.#callNs > startNs) {
      // Clocks of host and device may disagree by microseconds: a call after its execution is called at its start.
      const calledNs = Math.min(this.#callNs, endNs);
      this.hostBoundNs += calledNs - startNs;
      this.launchBoundNs += endNs - calledNs;
      this.hostBound?.push(startNs, calledNs, this.#thread);
    } else if (lengthNs <= turnaroundNs && !Number.isNaN(this.#callNs)) {
      this.launchBoundNs += lengthNs;
    } else {
      this.otherNs += lengthNs;
    }
  }
}
