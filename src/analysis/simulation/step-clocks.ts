/** How many steps each replica has made, and who is too far ahead of the slowest (stale synchronous, Ho et al. 2013). */
export class StepClocks {
  readonly #clocks: Uint32Array;
  /** Replicas by the steps they have made. */
  readonly #replicasAt: number[];
  readonly #bound: number;
  #slowest = 0;

  /** @param bound the most steps that a replica may be ahead of the slowest; null for any */
  constructor(replicas: number, bound: number | null) {
    this.#clocks = new Uint32Array(replicas);
    this.#replicasAt = [replicas];
    this.#bound = bound ?? Number.POSITIVE_INFINITY;
  }

  /** A replica has made a step; returns whether the slowest has come on. */
  advance(replica: number): boolean {
    const clock = this.#clocks[replica] as number;
    this.#clocks[replica] = clock + 1;
    this.#replicasAt[clock] = this.#at(clock) - 1;
    this.#replicasAt[clock + 1] = this.#at(clock + 1) + 1;
    const before = this.#slowest;
    while (this.#at(this.#slowest) === 0) this.#slowest += 1;
    return this.#slowest > before;
  }

  /** Whether the replica may begin its next step. */
  mayGoOn(replica: number): boolean {
    return (this.#clocks[replica] as number) - this.#slowest <= this.#bound;
  }

  #at(clock: number): number {
    return this.#replicasAt[clock] ?? 0;
  }
}
