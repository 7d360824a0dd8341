import type { Member } from './member.ts';

/**
 * Who does which chunk of a round. What a replica had claimed when it was lost is claimed anew; it was not read before it was
 * done.
 */
export class ChunkClaims {
  readonly #member: Member;
  /** Of each chunk the round, who claimed it, and whether it is done, in one number that only grows by rounds. */
  readonly #words: Int32Array;
  /** Where to look first: those before it are most likely taken. */
  #next = 0;

  /** @param words one for each chunk, 0 at first */
  constructor(member: Member, words: Int32Array) {
    this.#member = member;
    this.#words = words;
  }

  /** @param round from 1 @returns a chunk that is this replica's to do; null where none is left */
  claim(round: number): number | null {
    const chunks = this.#words.length;
    const claimed = this.#word(round, this.#member.rank, false);
    for (let looked = 0; looked < chunks; looked += 1) {
      const chunk = this.#next;
      this.#next = (chunk + 1) % chunks;
      const before = Atomics.load(this.#words, chunk);
      if (!this.#isFree(before, round)) continue;
      if (Atomics.compareExchange(this.#words, chunk, before, claimed) === before) return chunk;
    }
    return null;
  }

  /** Tells that a chunk which this replica claimed is done. */
  finish(chunk: number, round: number): void {
    const { rank } = this.#member;
    Atomics.compareExchange(
      this.#words,
      chunk,
      this.#word(round, rank, false),
      this.#word(round, rank, true),
    );
  }

  allDone(round: number): boolean {
    for (let chunk = 0; chunk < this.#words.length; chunk += 1) {
      const word = Atomics.load(this.#words, chunk);
      if (word % 2 === 0 || this.#roundOf(word) < round) return false;
    }
    return true;
  }

  #isFree(word: number, round: number): boolean {
    if (this.#roundOf(word) !== round) return this.#roundOf(word) < round;
    return word % 2 === 0 && this.#member.control.isGone((word >> 1) % this.#member.size);
  }

  #word(round: number, rank: number, done: boolean): number {
    return 2 * (round * this.#member.size + rank) + (done ? 1 : 0);
  }

  #roundOf(word: number): number {
    return Math.floor(word / (2 * this.#member.size));
  }
}
