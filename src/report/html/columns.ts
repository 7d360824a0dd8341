/**
 * Whole numbers in columns of variable length: seven bits a byte, the low ones first, the top bit says that more come.
 * Signed ones are folded (0, -1, 1, -2, …). Up to 2^52.
 */

/** Gathers numbers into bytes. */
export class ColumnWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes = 1024) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** @param value whole and not negative */
  write(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  writeSigned(value: number): void {
    this.write(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(Math.max(16, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads numbers out of bytes; past the end it reads 0. */
export class ColumnReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  read(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  }

  readSigned(): number {
    const folded = this.read();
    return folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  }
}

/** Executions of one lane in columns, starts ascending; times in nanoseconds since the window's start. */
export interface LaneColumns {
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  /** Index into the page's launches. */
  readonly launch: Uint32Array;
}

/** Packs a lane: gaps since the end before, durations, launches. */
export function packLane({ startNs, durationNs, launch }: LaneColumns): [Uint8Array, Uint8Array, Uint8Array] {
  const gaps = new ColumnWriter(startNs.length * 2 + 16);
  const durations = new ColumnWriter(startNs.length * 3 + 16);
  const launches = new ColumnWriter(startNs.length + 16);
  let endNs = 0;
  for (let i = 0; i < startNs.length; i++) {
    const start = startNs[i] as number;
    const duration = durationNs[i] as number;
    gaps.writeSigned(start - endNs);
    durations.write(duration);
    launches.write(launch[i] as number);
    endNs = start + duration;
  }
  return [gaps.bytes(), durations.bytes(), launches.bytes()];
}

/** Unpacks what `packLane` made, from `at` on. */
export function unpackLane(
  bytes: Uint8Array,
  at: number,
  [gapBytes, durationBytes]: readonly [number, number, number],
  count: number,
): LaneColumns {
  const gaps = new ColumnReader(bytes, at);
  const durations = new ColumnReader(bytes, at + gapBytes);
  const launches = new ColumnReader(bytes, at + gapBytes + durationBytes);
  const startNs = new Float64Array(count);
  const durationNs = new Float64Array(count);
  const launch = new Uint32Array(count);
  let endNs = 0;
  for (let i = 0; i < count; i++) {
    const start = endNs + gaps.readSigned();
    const duration = durations.read();
    startNs[i] = start;
    durationNs[i] = duration;
    launch[i] = launches.read();
    endNs = start + duration;
  }
  return { startNs, durationNs, launch };
}
