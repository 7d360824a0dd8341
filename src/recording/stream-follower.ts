import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { messageOf, systemErrorCode, WarpwatchError } from '../model/errors.ts';
import { maxPayloadBytes, streamHeaderBytes } from './format.ts';
import { checkStreamHeader, type Frame, readFrame } from './frames.ts';

const readBytes = 1024 * 1024;
/** Most streams are followed from their beginning, a few kilobytes a look. */
const firstReadBytes = 16 * 1024;
/** A frame that is still not good in this many looks is not being written: it is damaged. */
const patience = 4;

/** Reads one stream while it grows. What is wrong with it ends this stream only. */
export class StreamFollower {
  readonly name: string;
  readonly #file: number;
  readonly #onFrame: (frame: Frame) => void;
  #buffer = new Uint8Array(firstReadBytes);
  /** Bytes in the buffer. */
  #filled = 0;
  /** Where in the file the buffer begins: all before it is read and good. */
  #offset = 0;
  #size = 0;
  #corruptLooks = 0;
  #resting = false;
  #fault: WarpwatchError | null = null;

  /**
   * @param onFrame takes a frame whole or throws RangeError or SyntaxError for one that is not of its form
   * @throws WarpwatchError `unreadable`
   */
  constructor(path: string, name: string, onFrame: (frame: Frame) => void) {
    this.name = name;
    this.#onFrame = onFrame;
    try {
      this.#file = openSync(path, 'r');
    } catch (cause) {
      throw new WarpwatchError('unreadable', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
    }
  }

  /** Why nothing more of the stream can be read, however long one waits, or null. */
  get fault(): WarpwatchError | null {
    return this.#fault;
  }

  /**
   * Takes what is there now; what a writer adds meanwhile is left for the next time, so that this ends.
   * @returns whether any frame was taken
   */
  poll(): boolean {
    if (this.#resting) return false;
    const before = this.#offset;
    try {
      this.#size = fstatSync(this.#file).size;
      while (this.#mayGoOn() && this.#fill() && this.#take());
    } catch (error) {
      this.#fault = this.#faultOf(error);
    }
    return this.#offset > Math.max(before, streamHeaderBytes);
  }

  /** Closes the file of a stream that is read to its end; what is known of it stays. Thousands of processes leave one each. */
  rest(): void {
    if (this.#offset !== this.#size || this.#resting) return;
    this.#resting = true;
    closeSync(this.#file);
    this.#buffer = new Uint8Array(0);
  }

  /** A sentence on what cannot be read, or null. `atEnd`: nothing more will be written, so a part is a loss. */
  damage(atEnd: boolean): string | null {
    if (this.#fault !== null) return this.#fault.message;
    const rest = Math.max(0, this.#size - this.#offset);
    if (this.#corruptLooks >= patience || (atEnd && this.#corruptLooks > 0)) {
      return `${this.name} is damaged at byte ${this.#offset}: what stands before is shown, the ${rest} bytes from there on are left out.`;
    }
    if (atEnd && rest > 0) {
      return `${this.name} was cut: its last ${rest} bytes are no whole frame and are left out.`;
    }
    return null;
  }

  close(): void {
    if (!this.#resting) closeSync(this.#file);
    this.#resting = true;
  }

  #mayGoOn(): boolean {
    return this.#fault === null && this.#corruptLooks < patience && this.#offset + this.#filled < this.#size;
  }

  /** False where there is nothing new to look at. */
  #fill(): boolean {
    if (this.#filled === this.#buffer.length || this.#size - this.#offset > this.#buffer.length) this.#grow();
    const at = this.#filled;
    const room = Math.min(this.#buffer.length - at, this.#size - this.#offset - at);
    this.#filled += readSync(this.#file, this.#buffer, at, room, this.#offset + at);
    return this.#filled > at;
  }

  /** False where only a later look can give more. */
  #take(): boolean {
    const bytes = this.#buffer.subarray(0, this.#filled);
    let used = 0;
    try {
      if (this.#offset === 0) {
        if (!checkStreamHeader(bytes, this.name)) return true;
        used = streamHeaderBytes;
      }
      for (;;) {
        const frame = readFrame(bytes, used);
        if (frame === 'incomplete') return true;
        if (frame === 'corrupt') return this.#lookAgainLater(used);
        this.#corruptLooks = 0;
        this.#onFrame(frame);
        used += frame.frameBytes;
      }
    } finally {
      this.#drop(used);
    }
  }

  /** Its writer may be at it this moment: the next look reads these bytes from the file again. */
  #lookAgainLater(good: number): false {
    this.#corruptLooks++;
    this.#filled = good;
    return false;
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#filled);
    this.#filled -= bytes;
    this.#offset += bytes;
  }

  /** To what is read at once, and beyond it only for a frame that is longer. */
  #grow(): void {
    const { length } = this.#buffer;
    if (length >= readBytes && this.#filled < length) return;
    const grown = new Uint8Array(
      length < readBytes ? readBytes : Math.min(length * 2, maxPayloadBytes + readBytes),
    );
    grown.set(this.#buffer.subarray(0, this.#filled));
    this.#buffer = grown;
  }

  #faultOf(cause: unknown): WarpwatchError {
    if (cause instanceof WarpwatchError) return cause;
    if (cause instanceof RangeError || cause instanceof SyntaxError) {
      const rest = this.#size - this.#offset;
      return new WarpwatchError(
        'bad-stream',
        `${this.name} holds a record at byte ${this.#offset} that is not of its form (${cause.message}): what stands before is shown, the ${rest} bytes from there on are left out.`,
        { cause },
      );
    }
    if (systemErrorCode(cause) === undefined) throw cause;
    return new WarpwatchError('unreadable', `${this.name} cannot be read further: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
