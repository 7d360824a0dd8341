/** How long a wait looks without a sleep. */
export const spins = {
  /** What is there already, or all but, is there within it. */
  shortly: 200e-6,
  /** For others that are known to be about it. */
  long: 5e-3,
  /** For what goes on only as long as this thread looks. */
  always: Number.POSITIVE_INFINITY,
} as const;
/** Sleeps between looks grow with the wait: a short one is not made longer, and a long one costs 3 % of a core. */
const firstSleepSeconds = 50e-6;
const lastSleepSeconds = 1e-3;
const sleepGrowth = 1.2;

const words = { stop: 0, waits: 1 } as const;

/** Of the memory that a sleeper shares with whoever watches its thread. */
export const sleeperBytes = 4 * Object.keys(words).length;

/** Waits of a thread, which end early where another thread asks it to stop. */
export class Sleeper {
  readonly #words: Int32Array;

  constructor(shared: Int32Array) {
    this.#words = shared;
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, words.stop) !== 0;
  }

  /** Whether its thread waits for others. */
  get waits(): boolean {
    return Atomics.load(this.#words, words.waits) !== 0;
  }

  /** Asks the thread to stop. */
  stop(): void {
    Atomics.store(this.#words, words.stop, 1);
    Atomics.notify(this.#words, words.stop);
  }

  sleep(seconds: number): void {
    Atomics.wait(this.#words, words.stop, 0, seconds * 1000);
  }

  /**
   * Looks again and again until it is `done`, and sleeps between the looks.
   * @param spinSeconds how long it looks before it sleeps
   * @returns whether it was done within so many seconds, and before the thread was asked to stop
   */
  until(done: () => boolean, deadlineSeconds: number, spinSeconds: number = spins.shortly): boolean {
    Atomics.store(this.#words, words.waits, 1);
    try {
      return this.#look(done, deadlineSeconds, spinSeconds);
    } finally {
      Atomics.store(this.#words, words.waits, 0);
    }
  }

  #look(done: () => boolean, deadlineSeconds: number, spinSeconds: number): boolean {
    const begin = performance.now();
    let sleepSeconds = firstSleepSeconds;
    while (!done()) {
      const seconds = (performance.now() - begin) / 1000;
      if (seconds > deadlineSeconds || this.stopped) return false;
      if (seconds < spinSeconds) continue;
      this.sleep(sleepSeconds);
      sleepSeconds = Math.min(lastSleepSeconds, sleepSeconds * sleepGrowth);
    }
    return true;
  }
}
