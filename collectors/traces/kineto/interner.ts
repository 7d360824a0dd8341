import { decodeName } from './names.ts';

/** Of a longer name this many bytes are kept: no screen shows more, and a trace may hold thousands of them. */
export const longestNameBytes = 16 * 1024;
/** All names together; what comes after is one name. A training has some thousand names, a few hundred bytes each. */
export const mostNameBytes = 64 * 2 ** 20;
const overflowName = '(more names than warpwatch keeps)';
const fewestSlots = 1 << 12;

/** Gives equal runs of bytes one number each, from 0 on, without making a string of any. */
export class ByteInterner {
  #pool = new Uint8Array(1 << 16);
  #poolLength = 0;
  #slots = new Uint32Array(fewestSlots);
  #count = 0;
  /** Per entry: begin in the pool, length kept, length it had, hash. */
  #starts = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  #fullLengths = new Float64Array(1024);
  #hashes = new Int32Array(1024);
  #overflow = -1;
  /** Names that were cut or not kept. */
  shortened = 0;
  /** Whether names came when there was no room for more. */
  get overflowed(): boolean {
    return this.#overflow >= 0;
  }

  get count(): number {
    return this.#count;
  }

  intern(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    for (let slot = hash - 1; ; ) {
      slot = (slot + 1) & mask;
      const entry = this.#slots[slot] as number;
      if (entry === 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1;
    }
  }

  /** The text of an entry: JSON's escapes resolved, bytes that are no UTF-8 replaced. */
  text(entry: number): string {
    if (entry === this.#overflow) return overflowName;
    const start = this.#starts[entry] as number;
    const length = this.#lengths[entry] as number;
    return decodeName(
      this.#pool.subarray(start, start + length),
      (this.#fullLengths[entry] as number) > length,
    );
  }

  #equals(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#fullLengths[entry] !== end - start) return false;
    const pool = this.#pool;
    const from = this.#starts[entry] as number;
    const length = this.#lengths[entry] as number;
    for (let i = 0; i < length; i++) if (pool[from + i] !== bytes[start + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const length = Math.min(end - start, longestNameBytes);
    if (this.#poolLength + length > mostNameBytes) {
      if (this.#overflow < 0) this.#overflow = this.#entry(0, 0, hash);
      return this.#overflow;
    }
    if (length < end - start) this.shortened++;
    while (this.#poolLength + length > this.#pool.length) this.#pool = enlarged(this.#pool);
    this.#pool.set(bytes.subarray(start, start + length), this.#poolLength);
    const entry = this.#entry(length, end - start, hash);
    this.#poolLength += length;
    this.#slots[slot] = entry + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return entry;
  }

  #entry(length: number, fullLength: number, hash: number): number {
    const entry = this.#count++;
    if (entry === this.#starts.length) {
      this.#starts = enlarged(this.#starts);
      this.#lengths = enlarged(this.#lengths);
      this.#fullLengths = enlarged(this.#fullLengths);
      this.#hashes = enlarged(this.#hashes);
    }
    this.#starts[entry] = this.#poolLength;
    this.#lengths[entry] = length;
    this.#fullLengths[entry] = fullLength;
    this.#hashes[entry] = hash;
    return entry;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      if (entry === this.#overflow) continue;
      let slot = (this.#hashes[entry] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a, with its high bits mixed in: masks take the low ones. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash ^ (hash >>> 15);
}

function enlarged<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
