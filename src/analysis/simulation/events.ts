/**
 * What is to happen, by time: a binary heap in columns. Of events at the same time the one that was added first comes
 * first, so that a simulation repeats.
 */
export class EventQueue {
  #times: Float64Array;
  #orders: Float64Array;
  #events: Uint32Array;
  #count = 0;
  #added = 0;
  #now = 0;

  /** @param capacity events that are there at once, as a rule; it grows */
  constructor(capacity = 16) {
    this.#times = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
    this.#events = new Uint32Array(capacity);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** When the event happened that was taken last, in seconds. */
  get now(): number {
    return this.#now;
  }

  /** @param event a whole number of 32 bits, of the caller's own meaning */
  add(time: number, event: number): void {
    if (this.#count === this.#times.length) this.#grow();
    const order = this.#added++;
    let at = this.#count++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(time, order, above)) break;
      this.#move(above, at);
      at = above;
    }
    this.#put(at, time, order, event);
  }

  /** Takes the next event; of an empty queue none may be taken. */
  take(): number {
    const event = this.#events[0] as number;
    this.#now = this.#times[0] as number;
    const last = --this.#count;
    const time = this.#times[last] as number;
    const order = this.#orders[last] as number;
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      const right = child + 1;
      if (right < last && this.#isBefore(this.#times[right] as number, this.#orders[right] as number, child))
        child = right;
      if (this.#isBefore(time, order, child)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, time, order, this.#events[last] as number);
    return event;
  }

  #isBefore(time: number, order: number, at: number): boolean {
    const other = this.#times[at] as number;
    return time < other || (time === other && order < (this.#orders[at] as number));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#events[from] as number);
  }

  #put(at: number, time: number, order: number, event: number): void {
    this.#times[at] = time;
    this.#orders[at] = order;
    this.#events[at] = event;
  }

  #grow(): void {
    const capacity = 2 * this.#times.length;
    const wider = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#times = wider(this.#times, new Float64Array(capacity));
    this.#orders = wider(this.#orders, new Float64Array(capacity));
    this.#events = wider(this.#events, new Uint32Array(capacity));
  }
}
