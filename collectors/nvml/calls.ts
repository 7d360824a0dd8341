import type { NvmlLibrary } from './library.ts';
import { returnCodes } from './return-codes.ts';
import type { Argument, NvmlFunction } from './signatures.ts';

/** Room for the answer of any function but the lists and the counters; the largest is nvmlPciInfo_t. */
const answerBytes = 256;

/**
 * The calls for one device, one after another, with a buffer for their answers, and a note of the one that is under way,
 * so that a watchdog can see it hang.
 */
export class DeviceCalls {
  readonly library: NvmlLibrary;
  /** A buffer of its own, not a small typed array, which the garbage collector could move under the driver's hand. */
  readonly #memory = new ArrayBuffer(answerBytes);
  readonly out = new Uint8Array(this.#memory);
  readonly view = new DataView(this.#memory);
  /** A second answer, as of encoder and decoder: the time that the first is over. */
  readonly secondOut = new Uint8Array(this.#memory, answerBytes - 8);
  #underWay: NvmlFunction | null = null;
  #sinceMs = 0;
  #lost = false;

  constructor(library: NvmlLibrary) {
    this.library = library;
  }

  /** The function that has not come back, or null. */
  get underWay(): NvmlFunction | null {
    return this.#underWay;
  }

  /** How long the call that is under way has taken. */
  waitedMs(): number {
    return this.#underWay === null ? 0 : performance.now() - this.#sinceMs;
  }

  /** Whether a call since the last `forgetLoss` has said that the GPU is lost. */
  get lost(): boolean {
    return this.#lost;
  }

  forgetLoss(): void {
    this.#lost = false;
  }

  /** Calls a function of the library; one that the library lacks answers so, and is not called. */
  async call(name: NvmlFunction, ...args: Argument[]): Promise<number> {
    if (!this.library.has(name)) return returnCodes.functionNotFound;
    this.#sinceMs = performance.now();
    this.#underWay = name;
    try {
      const code = await this.library.call(name, args);
      if (code === returnCodes.gpuIsLost) this.#lost = true;
      return code;
    } finally {
      this.#underWay = null;
    }
  }

  /** Calls a function that writes a text, after zeroing the room; null where it fails or writes none. */
  async text(name: NvmlFunction, ...before: Argument[]): Promise<string | null> {
    this.out.fill(0);
    const code = await this.call(name, ...before, this.out, answerBytes);
    return code === returnCodes.success ? textAt(this.out, 0, answerBytes) || null : null;
  }
}

/** The text up to the first zero byte. */
export function textAt(bytes: Uint8Array, start: number, length: number): string {
  const room = bytes.subarray(start, start + length);
  const end = room.indexOf(0);
  return new TextDecoder().decode(end < 0 ? room : room.subarray(0, end));
}
