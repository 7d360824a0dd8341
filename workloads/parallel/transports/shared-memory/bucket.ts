import { ChunkClaims } from './claims.ts';
import { meanInto } from './mean.ts';
import type { Member } from './member.ts';
import type { Regions } from './regions.ts';

/** Of a bucket, reduced by one replica at a time; small enough for its cache. */
const chunkFloats = 65_536;

/**
 * A bucket of an average: a region for what each replica gives and one for the mean. The mean of a round is written once all
 * that take part have given to it, so that all have read that of the round before.
 */
export class Bucket {
  readonly own: Float32Array;
  readonly result: Float32Array;
  readonly #member: Member;
  readonly #regions: readonly Float32Array[];
  readonly #claims: ChunkClaims;
  /** Rounds that each replica has given to. */
  readonly #given: Int32Array;
  /** The latest round that can be reduced, and the set of those who gave to it: 32 bits each. */
  readonly #fixed: BigUint64Array;
  /** Rounds that this replica has given to. */
  #round = 0;

  constructor(member: Member, regions: Regions, length: number) {
    this.#member = member;
    this.#given = regions.words(member.size);
    this.#fixed = regions.longs(1);
    this.#claims = new ChunkClaims(member, regions.words(Math.ceil(length / chunkFloats)));
    this.#regions = Array.from({ length: member.size }, () => regions.floats(length));
    this.result = regions.floats(length);
    this.own = this.#regions[member.rank] ?? this.result;
  }

  give(): void {
    this.#round += 1;
    Atomics.store(this.#given, this.#member.rank, this.#round);
  }

  /** Whether the mean of the round is there. */
  isDone(): boolean {
    return this.#claims.allDone(this.#round);
  }

  /** Reduces the chunks that nobody else does. @returns whether there were any */
  reduce(): boolean {
    if (this.#round === 0 || this.isDone()) return false;
    const givers = this.#givers();
    if (givers === null) return false;
    let any = false;
    for (;;) {
      const chunk = this.#claims.claim(this.#round);
      if (chunk === null) return any;
      const start = chunk * chunkFloats;
      const partOf = (region: Float32Array) => region.subarray(start, start + chunkFloats);
      meanInto(partOf(this.result), givers.map(partOf));
      this.#claims.finish(chunk, this.#round);
      any = true;
    }
  }

  /** What is averaged in this round, by rank; null as long as one that takes part has not given. */
  #givers(): Float32Array[] | null {
    if (this.#fixedRound() < this.#round) this.#fix();
    if (this.#fixedRound() !== this.#round) return null;
    const ranks = Number(Atomics.load(this.#fixed, 0) & 0xffff_ffffn);
    return this.#regions.filter((_, rank) => (ranks & (1 << rank)) !== 0);
  }

  #fixedRound(): number {
    return Number(Atomics.load(this.#fixed, 0) >> 32n);
  }

  /** Settles who is in this round, once for all: who is lost later is in it, and who comes later is not. */
  #fix(): void {
    const before = Atomics.load(this.#fixed, 0);
    const hasGiven = (rank: number) => Atomics.load(this.#given, rank) >= this.#round;
    if (!this.#member.control.ofAllLiving(hasGiven)) return;
    const ranks = this.#regions.reduce((set, _, rank) => (hasGiven(rank) ? set | (1 << rank) : set), 0);
    const after = (BigInt(this.#round) << 32n) | BigInt(ranks);
    Atomics.compareExchange(this.#fixed, 0, before, after);
  }
}
