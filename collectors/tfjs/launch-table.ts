import type { LaunchId } from '../../src/recording/stream-writer.ts';
import { mixHash, type Signature } from './signature.ts';

const fewestSlots = 1024;

/** What precedes a signature where it is kept. */
const header = { length: 0, launch: 1, size: 2 } as const;

export interface LaunchTableOptions {
  /** Bits of the hash that are used; 0 makes all hashes equal. */
  readonly hashMask?: number;
}

/**
 * Launches by signature. Between two kernels of a training their data have passed through the processor's caches, so
 * that each separate object that is touched costs a wait for the memory; a table of objects took 0.8 µs a kernel.
 * Hence signatures lie one behind the other in one array, and a hash leads to its place in another.
 */
export class LaunchTable {
  readonly #hashMask: number;
  /** Place of a signature in `#kept` plus one, or 0: open addressing, at most half full. */
  #slots = new Int32Array(fewestSlots);
  #kept = new Int32Array(32 * fewestSlots);
  #keptLength = 0;
  #count = 0;

  constructor({ hashMask = -1 }: LaunchTableOptions = {}) {
    this.#hashMask = hashMask;
  }

  get size(): number {
    return this.#count;
  }

  /** The launch with exactly this signature, or undefined. */
  find(signature: Signature): LaunchId | undefined {
    const slots = this.#slots;
    const last = slots.length - 1;
    for (let slot = signature.hash & this.#hashMask & last; ; slot = (slot + 1) & last) {
      const place = (slots[slot] as number) - 1;
      if (place < 0) return undefined;
      if (this.#isAt(place, signature)) return this.#kept[place + header.launch];
    }
  }

  /** Keeps a launch that `find` does not know. */
  add(signature: Signature, launch: LaunchId): void {
    if (2 * (this.#count + 1) > this.#slots.length) this.#growSlots();
    const { numbers, length, hash } = signature;
    const place = this.#keptLength;
    const end = place + header.size + length;
    if (end > this.#kept.length) this.#growKept(end);
    this.#kept[place + header.length] = length;
    this.#kept[place + header.launch] = launch;
    this.#kept.set(numbers.subarray(0, length), place + header.size);
    this.#keptLength = end;
    this.#count += 1;
    this.#occupy(hash, place);
  }

  clear(): void {
    this.#slots = new Int32Array(fewestSlots);
    this.#keptLength = 0;
    this.#count = 0;
  }

  #isAt(place: number, { numbers, length }: Signature): boolean {
    const kept = this.#kept;
    if (kept[place + header.length] !== length) return false;
    const start = place + header.size;
    for (let index = 0; index < length; index++) {
      if (kept[start + index] !== numbers[index]) return false;
    }
    return true;
  }

  #occupy(hash: number, place: number): void {
    const last = this.#slots.length - 1;
    let slot = hash & this.#hashMask & last;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
    this.#slots[slot] = place + 1;
  }

  #growSlots(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let place = 0; place < this.#keptLength; ) {
      const length = this.#kept[place + header.length] as number;
      const start = place + header.size;
      this.#occupy(this.#kept.subarray(start, start + length).reduce(mixHash, 0), place);
      place = start + length;
    }
  }

  #growKept(needed: number): void {
    const larger = new Int32Array(Math.max(needed, 2 * this.#kept.length));
    larger.set(this.#kept);
    this.#kept = larger;
  }
}
