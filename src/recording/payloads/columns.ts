import type { Nanoseconds } from '../../model/units.ts';
import { columnFlags } from '../format.ts';

/**
 * What every column block begins with: u32 count, u32 flags, u64 base time. Times in the columns are nanoseconds
 * after the base, u32 each, or u64 where the block is wide.
 */
export const preludeBytes = 16;
const twoTo32 = 2 ** 32;

/** Times of a block that is not wide reach no further than this after its base, ends included. */
const narrowReachNs = 2 * twoTo32;

/** The head of a column block, and a cursor over the columns behind it. */
export interface ColumnReader {
  readonly count: number;
  readonly flags: number;
  /** Whether times are u64; of narrow ones it is known that doubles hold them. */
  readonly wide: boolean;
  /** The block's base, counted from `originNs`. */
  readonly baseNs: Nanoseconds;
  /** The next column of times, in nanoseconds after `baseNs`, plus `add`. */
  times(add: number): Float64Array;
  /** The next column of u32, copied out of the frame. */
  words(): Uint32Array;
  /** The next column of u64, none above 2^53. */
  longs(): Float64Array;
  /** The next column of doubles. */
  doubles(): Float64Array;
  /** @throws RangeError unless the columns read so far are all that the frame holds */
  end(): void;
}

/**
 * @param knownFlags a block with others has columns that this version cannot know
 * @throws RangeError when the payload is shorter than its count says, or its base further from `originNs` than a
 *   double counts
 */
export function readColumns(payload: Uint8Array, originNs: bigint, knownFlags: number): ColumnReader {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const count = view.getUint32(0, true);
  const flags = view.getUint32(4, true);
  if ((flags & ~knownFlags) !== 0) throw new RangeError(`a block with unknown flags ${flags}`);
  const baseNs = Number(view.getBigUint64(8, true) - originNs);
  requireExact(Math.abs(baseNs) + narrowReachNs);
  const wide = (flags & columnFlags.wideTimes) !== 0;
  let offset = preludeBytes;
  // A view needs a multiple of four; frames keep to it, foreign buffers may not.
  const words = (length: number): Uint32Array => {
    const start = payload.byteOffset + offset;
    if (offset + length * 4 > payload.length) throw new RangeError('a column reaches past its frame');
    offset += length * 4;
    if (start % 4 === 0) return new Uint32Array(payload.buffer, start, length);
    return new Uint32Array(
      payload.slice(start - payload.byteOffset, start - payload.byteOffset + length * 4).buffer,
    );
  };
  const longs = (add: number): Float64Array => {
    const column = words(count * 2);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const value = (column[2 * i + 1] as number) * twoTo32 + (column[2 * i] as number);
      requireExact(value + Math.abs(add));
      values[i] = add + value;
    }
    return values;
  };
  return {
    count,
    flags,
    wide,
    baseNs,
    times(add) {
      if (wide) return longs(add);
      const column = words(count);
      const times = new Float64Array(count);
      for (let i = 0; i < count; i++) times[i] = add + (column[i] as number);
      return times;
    },
    longs: () => longs(0),
    words: () => words(count).slice(),
    doubles() {
      const column = words(count * 2).slice();
      return new Float64Array(column.buffer);
    },
    end() {
      if (offset !== payload.length) throw new RangeError('a block that is longer than its columns');
    },
  };
}

/** Starts and durations, the two columns that what lasts begins with. */
export function readSpans(columns: ColumnReader): { startNs: Float64Array; durationNs: Float64Array } {
  const startNs = columns.times(columns.baseNs);
  const durationNs = columns.times(0);
  if (columns.wide) {
    for (let i = 0; i < columns.count; i++) {
      requireExact(Math.abs(startNs[i] as number) + (durationNs[i] as number));
    }
  }
  return { startNs, durationNs };
}

/** @throws RangeError for times that a double cannot hold exactly */
function requireExact(ns: number): void {
  if (ns > Number.MAX_SAFE_INTEGER) throw new RangeError('a time 104 days or more from the start');
}

/** A column block's payload under construction: sized first, filled column by column. */
export class ColumnWriter {
  readonly payload: Uint8Array;
  readonly #view: DataView;
  readonly #wide: boolean;
  #offset = preludeBytes;

  /**
   * @param base the block's base on the stream's clock
   * @param narrowColumns columns of four bytes besides the times
   */
  constructor(
    count: number,
    flags: number,
    base: bigint,
    timeColumns: number,
    narrowColumns: number,
    doubleColumns = 0,
  ) {
    this.#wide = (flags & columnFlags.wideTimes) !== 0;
    const rowBytes = timeColumns * (this.#wide ? 8 : 4) + narrowColumns * 4 + doubleColumns * 8;
    this.payload = new Uint8Array(preludeBytes + count * rowBytes);
    this.#view = new DataView(this.payload.buffer);
    this.#view.setUint32(0, count, true);
    this.#view.setUint32(4, flags, true);
    this.#view.setBigUint64(8, base, true);
  }

  /** Times less `subtract`, each at least 0; fractions of a nanosecond are cut off. */
  times(values: Float64Array, count: number, subtract: number): this {
    if (this.#wide) {
      for (let i = 0; i < count; i++) {
        const value = (values[i] as number) - subtract;
        this.#view.setUint32(this.#offset + i * 8, value % twoTo32, true);
        this.#view.setUint32(this.#offset + i * 8 + 4, Math.floor(value / twoTo32), true);
      }
      this.#offset += count * 8;
    } else {
      const column = new Uint32Array(this.payload.buffer, this.#offset, count);
      for (let i = 0; i < count; i++) column[i] = (values[i] as number) - subtract;
      this.#offset += count * 4;
    }
    return this;
  }

  words(values: Uint32Array, count: number): this {
    new Uint32Array(this.payload.buffer, this.#offset, count).set(values.subarray(0, count));
    this.#offset += count * 4;
    return this;
  }

  doubles(values: Float64Array, count: number): this {
    this.payload.set(new Uint8Array(values.buffer, values.byteOffset, count * 8), this.#offset);
    this.#offset += count * 8;
    return this;
  }
}

/** Smallest and largest of the first `count` values. */
export function rangeOf(values: Float64Array, count: number): { least: number; most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** Whether times that reach `spanNs` after their base need the wide form. */
export function needsWide(spanNs: number): boolean {
  return spanNs >= twoTo32;
}
