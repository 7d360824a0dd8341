/** Stretches of time in columns that grow: start, end, and a number that says whose they are. */
export class Spans {
  count = 0;
  startNs = new Float64Array(64);
  endNs = new Float64Array(64);
  owner = new Uint32Array(64);

  push(startNs: number, endNs: number, owner = 0): void {
    const at = this.count++;
    if (at === this.startNs.length) this.#grow();
    this.startNs[at] = startNs;
    this.endNs[at] = endNs;
    this.owner[at] = owner;
  }

  totalNs(): number {
    let sum = 0;
    for (let i = 0; i < this.count; i++) sum += (this.endNs[i] as number) - (this.startNs[i] as number);
    return sum;
  }

  #grow(): void {
    const length = this.startNs.length * 2;
    const { startNs, endNs, owner } = this;
    this.startNs = new Float64Array(length);
    this.startNs.set(startNs);
    this.endNs = new Float64Array(length);
    this.endNs.set(endNs);
    this.owner = new Uint32Array(length);
    this.owner.set(owner);
  }
}

/**
 * What of `from` lies outside `taken`. Both ascend and none of their spans overlap; owners are those of `from`.
 */
export function subtract(from: Spans, taken: Spans): Spans {
  const left = new Spans();
  let first = 0;
  for (let i = 0; i < from.count; i++) {
    let startNs = from.startNs[i] as number;
    const endNs = from.endNs[i] as number;
    while (first < taken.count && (taken.endNs[first] as number) <= startNs) first++;
    for (let at = first; at < taken.count && (taken.startNs[at] as number) < endNs; at++) {
      const takenStart = taken.startNs[at] as number;
      if (takenStart > startNs) left.push(startNs, takenStart, from.owner[i]);
      startNs = Math.max(startNs, taken.endNs[at] as number);
    }
    if (startNs < endNs) left.push(startNs, endNs, from.owner[i]);
  }
  return left;
}
