const words = { held: 0, calls: 1 } as const;

/** Of the memory that the threads share. */
export const lockBytes = 4 * Object.keys(words).length;

/** Lets two threads call MPI, but never both at once. One of them calls it all the time, the other when it is free. */
export class CallLock {
  readonly #words: Int32Array;

  constructor(shared: Int32Array) {
    this.#words = shared;
  }

  /** Makes a call, after that of the other thread. */
  hold<T>(call: () => T): T {
    while (!this.#take()) Atomics.wait(this.#words, words.held, 1);
    Atomics.add(this.#words, words.calls, 1);
    try {
      return call();
    } finally {
      this.#give();
    }
  }

  /** Makes a call unless the other thread makes one. @returns the number of the other's call that is under way, or null */
  tryHold(call: () => void): number | null {
    if (!this.#take()) return Atomics.load(this.#words, words.calls);
    try {
      call();
    } finally {
      this.#give();
    }
    return null;
  }

  #take(): boolean {
    return Atomics.compareExchange(this.#words, words.held, 0, 1) === 0;
  }

  #give(): void {
    Atomics.store(this.#words, words.held, 0);
    Atomics.notify(this.#words, words.held);
  }
}
