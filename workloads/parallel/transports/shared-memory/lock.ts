import { lockWords } from './control.ts';
import type { Member } from './member.ts';

/**
 * A lock of replicas, first come, first served: Lamport's bakery (Communications of the ACM 17, 1974). Each writes its own words only,
 * so that one that is lost, even while it holds the lock, is passed over and leaves nothing to clean up.
 */
export class Lock {
  readonly #member: Member;
  readonly #words: Int32Array;

  /** @param words `lockWords` for each replica, 0 at first */
  constructor(member: Member, words: Int32Array) {
    this.#member = member;
    this.#words = words;
    if (words.length !== lockWords * member.size) throw new RangeError('a lock has words for each replica');
  }

  /** Does the work while nobody else holds the lock. */
  hold<T>(work: () => T): T {
    const { rank } = this.#member;
    try {
      this.#acquire(rank);
      return work();
    } finally {
      Atomics.store(this.#words, this.#numberAt(rank), 0);
      this.#member.control.ring();
    }
  }

  #acquire(rank: number): void {
    const { size, control } = this.#member;
    Atomics.store(this.#words, rank, 1);
    let last = 0;
    for (let other = 0; other < size; other += 1) last = Math.max(last, this.#numberOf(other));
    Atomics.store(this.#words, this.#numberAt(rank), last + 1);
    Atomics.store(this.#words, rank, 0);
    control.ring();
    this.#member.waitUntil(() =>
      control.ofAllLiving((other) => other === rank || this.#goesAfter(other, rank, last + 1)),
    );
  }

  /** Whether another wants nothing, or came later: of those that came at once, the lower rank goes first. */
  #goesAfter(other: number, rank: number, own: number): boolean {
    if (Atomics.load(this.#words, other) === 1) return false;
    const number = this.#numberOf(other);
    return number === 0 || number > own || (number === own && other > rank);
  }

  #numberOf(rank: number): number {
    return Atomics.load(this.#words, this.#numberAt(rank));
  }

  /** Whether a replica is taking a number comes first, the number of each after. */
  #numberAt(rank: number): number {
    return this.#member.size + rank;
  }
}
