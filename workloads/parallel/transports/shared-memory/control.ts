/** Words of a group: its own, then one of each kind for every replica. */
const groupWords = { bell: 0, ended: 1, groupSteps: 2 } as const;
const replicaWords = {
  state: 0,
  steps: 1,
  barriers: 2,
  waiting: 3,
  /** When the replica made its last call, in ms of the seat's clock. */
  signMs: 4,
  whyBytes: 5,
} as const;
/** A lock has so many words for each replica. */
export const lockWords = 2;
const groupWordCount = Object.keys(groupWords).length;
const replicaWordCount = Object.keys(replicaWords).length;

export const states = { absent: 0, here: 1, closed: 2, lost: 3 } as const;
/** Why a group has ended: not yet, a person, or from here on the rank of the replica that was lost. */
export const endings = { none: 0, stopped: 1, lost: 2 } as const;

/** Room for the reason why a replica was lost, in bytes of UTF-8. */
const mostWhyBytes = 512;

/** Bytes at the head of a group's memory. */
export function controlBytes(size: number): number {
  return 4 * (groupWordCount + (replicaWordCount + lockWords) * size) + mostWhyBytes * size;
}

/** What host and replicas tell each other by single words. */
export class Control {
  readonly size: number;
  /** Of the lock on the memory's growth. */
  readonly growthLock: Int32Array;
  readonly #words: Int32Array;
  readonly #why: Uint8Array;

  constructor(memory: WebAssembly.Memory, size: number) {
    this.size = size;
    const words = groupWordCount + replicaWordCount * size;
    this.#words = new Int32Array(memory.buffer, 0, words);
    this.growthLock = new Int32Array(memory.buffer, 4 * words, lockWords * size);
    this.#why = new Uint8Array(memory.buffer, 4 * (words + lockWords * size), mostWhyBytes * size);
  }

  get(kind: keyof typeof replicaWords, rank: number): number {
    return Atomics.load(this.#words, this.#word(kind, rank));
  }

  set(kind: keyof typeof replicaWords, rank: number, value: number): void {
    Atomics.store(this.#words, this.#word(kind, rank), value);
  }

  /** Changes the state of a replica where it is what it is thought to be: the host may have changed it meanwhile. */
  changeState(rank: number, from: number, to: number): void {
    Atomics.compareExchange(this.#words, this.#word('state', rank), from, to);
  }

  /** Whether a replica takes part no more. */
  isGone(rank: number): boolean {
    return this.get('state', rank) >= states.closed;
  }

  /** Whether it is so with all replicas that take part. */
  ofAllLiving(holds: (rank: number) => boolean): boolean {
    for (let rank = 0; rank < this.size; rank += 1) if (!this.isGone(rank) && !holds(rank)) return false;
    return true;
  }

  get ended(): number {
    return Atomics.load(this.#words, groupWords.ended);
  }

  /** The first reason counts. */
  end(ending: number): void {
    Atomics.compareExchange(this.#words, groupWords.ended, endings.none, ending);
    Atomics.notify(this.#words, groupWords.ended);
    this.ring();
  }

  /** Blocks for so long or until the group has ended. */
  waitForEnd(seconds: number): void {
    Atomics.wait(this.#words, groupWords.ended, endings.none, seconds * 1000);
  }

  /** Counts a step of a replica. @returns the steps of all */
  countStep(rank: number): number {
    Atomics.add(this.#words, this.#word('steps', rank), 1);
    return Atomics.add(this.#words, groupWords.groupSteps, 1) + 1;
  }

  get groupSteps(): number {
    return Atomics.load(this.#words, groupWords.groupSteps);
  }

  get bell(): number {
    return Atomics.load(this.#words, groupWords.bell);
  }

  /** Has everyone who waits look again. */
  ring(): void {
    Atomics.add(this.#words, groupWords.bell, 1);
    Atomics.notify(this.#words, groupWords.bell);
  }

  /** Blocks until someone has rung since the bell was `seen`. */
  waitForBell(seen: number): void {
    Atomics.wait(this.#words, groupWords.bell, seen);
  }

  whyLost(rank: number): string {
    const start = rank * mostWhyBytes;
    // A decoder takes no shared memory.
    return new TextDecoder().decode(this.#why.slice(start, start + this.get('whyBytes', rank)));
  }

  setWhyLost(rank: number, why: string): void {
    const bytes = new TextEncoder().encode(why).subarray(0, mostWhyBytes);
    this.#why.set(bytes, rank * mostWhyBytes);
    this.set('whyBytes', rank, bytes.length);
  }

  #word(kind: keyof typeof replicaWords, rank: number): number {
    return groupWordCount + replicaWords[kind] * this.size + rank;
  }
}

/** Milliseconds of a clock that is one for all threads. */
export function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
