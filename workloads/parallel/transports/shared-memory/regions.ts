import { controlBytes } from './control.ts';
import type { Seat } from './host.ts';
import { Lock } from './lock.ts';
import type { Member } from './member.ts';
import { growTo } from './memory.ts';

/** So that what different replicas write shares no cache line. */
const alignment = 64;

/**
 * Deals out the group's memory, zeros at first. Replicas that ask for the same in the same order get the same places,
 * so that nobody needs to tell the others where something is.
 */
export class Regions {
  readonly #memory: WebAssembly.Memory;
  readonly #growth: Lock;
  #top: number;

  constructor({ memory, size }: Seat, member: Member) {
    this.#memory = memory;
    this.#growth = new Lock(member, member.control.growthLock);
    this.#top = controlBytes(size);
  }

  floats(length: number): Float32Array {
    const start = this.#take(4 * length);
    return new Float32Array(this.#memory.buffer, start, length);
  }

  words(length: number): Int32Array {
    const start = this.#take(4 * length);
    return new Int32Array(this.#memory.buffer, start, length);
  }

  longs(length: number): BigUint64Array {
    const start = this.#take(8 * length);
    return new BigUint64Array(this.#memory.buffer, start, length);
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#memory.buffer, start, length);
  }

  /** @returns where so many bytes begin */
  #take(bytes: number): number {
    const start = Math.ceil(this.#top / alignment) * alignment;
    this.#top = start + bytes;
    this.#growth.hold(() => growTo(this.#memory, this.#top));
    return start;
  }
}
