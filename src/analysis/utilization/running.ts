/** The executions that run at a moment, the next to end first: a binary heap in columns, small as concurrency is. */
export class RunningSet {
  size = 0;
  #endNs = new Float64Array(16);
  #launch = new Uint32Array(16);

  /** End of the execution that ends next; means nothing while the set is empty. */
  get nextEndNs(): number {
    return this.#endNs[0] as number;
  }

  push(endNs: number, launch: number): void {
    let at = this.size++;
    if (at === this.#endNs.length) this.#grow();
    const ends = this.#endNs;
    const launches = this.#launch;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentEnd = ends[parent] as number;
      if (parentEnd <= endNs) break;
      ends[at] = parentEnd;
      launches[at] = launches[parent] as number;
      at = parent;
    }
    ends[at] = endNs;
    launches[at] = launch;
  }

  /** Takes out the execution that ends next and returns its launch. */
  pop(): number {
    const ends = this.#endNs;
    const launches = this.#launch;
    const taken = launches[0] as number;
    const last = --this.size;
    if (last === 0) return taken;
    const endNs = ends[last] as number;
    const launch = launches[last] as number;
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && (ends[child + 1] as number) < (ends[child] as number)) child++;
      const childEnd = ends[child] as number;
      if (childEnd >= endNs) break;
      ends[at] = childEnd;
      launches[at] = launches[child] as number;
      at = child;
    }
    ends[at] = endNs;
    launches[at] = launch;
    return taken;
  }

  #grow(): void {
    const endNs = new Float64Array(this.#endNs.length * 2);
    endNs.set(this.#endNs);
    const launch = new Uint32Array(this.#launch.length * 2);
    launch.set(this.#launch);
    this.#endNs = endNs;
    this.#launch = launch;
  }
}
