import { closeSync, openSync, readSync } from 'node:fs';
import { messageOf, WarpwatchError } from '../model/errors.ts';
import { maxPayloadBytes, streamHeaderBytes } from './format.ts';
import { checkStreamHeader, type Frame, scanFrames } from './frames.ts';

const readBytes = 1024 * 1024;
/** A frame that is still not whole in this many looks is not being written: it is damaged. */
const patience = 4;

/** Reads one stream while it grows. */
export class StreamFollower {
  readonly name: string;
  readonly #file: number;
  readonly #onFrame: (frame: Frame) => void;
  #buffer = new Uint8Array(readBytes);
  /** Bytes in the buffer. */
  #filled = 0;
  /** Where in the file the buffer begins. */
  #offset = 0;
  #headerSeen = false;
  #corruptLooks = 0;
  #fault: string | null = null;

  /** @throws WarpwatchError `unreadable` */
  constructor(path: string, name: string, onFrame: (frame: Frame) => void) {
    this.name = name;
    this.#onFrame = onFrame;
    try {
      this.#file = openSync(path, 'r');
    } catch (cause) {
      throw new WarpwatchError('unreadable', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
    }
  }

  /**
   * Takes what is there now.
   * @returns whether any frame was taken
   * @throws WarpwatchError `newer-version`, `bad-stream` for what is no stream
   */
  poll(): boolean {
    let taken = false;
    while (this.#fault === null && this.#corruptLooks < patience && this.#fill()) {
      if (!this.#headerSeen && !this.#takeHeader()) break;
      if (!this.#takeFrames()) break;
      taken = true;
    }
    return taken;
  }

  /** A sentence on what cannot be read, or null. `atEnd`: nothing more will be written, so a part is a loss. */
  damage(atEnd: boolean): string | null {
    if (this.#fault !== null) return `${this.name} ${this.#fault}`;
    if (this.#corruptLooks >= patience || (atEnd && this.#corruptLooks > 0)) {
      return `${this.name} is damaged at byte ${this.#offset}; what stands before is shown, the rest is left out.`;
    }
    if (atEnd && this.#filled > 0) {
      return `${this.name} was cut: its last ${this.#filled} bytes are no whole frame and are left out.`;
    }
    return null;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** False where there is nothing new to look at. */
  #fill(): boolean {
    const at = this.#filled;
    this.#filled += readSync(this.#file, this.#buffer, at, this.#buffer.length - at, this.#offset + at);
    return this.#filled > at;
  }

  #takeHeader(): boolean {
    if (!checkStreamHeader(this.#buffer.subarray(0, this.#filled), this.name)) return false;
    this.#headerSeen = true;
    this.#drop(streamHeaderBytes);
    return true;
  }

  /** False where only a later look can give more. */
  #takeFrames(): boolean {
    try {
      const { consumed, stop } = scanFrames(this.#buffer.subarray(0, this.#filled), this.#onFrame);
      this.#drop(consumed);
      if (stop === 'corrupt') {
        // Its writer may be at it this moment: the next look reads these bytes from the file again.
        this.#corruptLooks++;
        this.#filled = 0;
        return false;
      }
      this.#corruptLooks = 0;
      if (this.#filled === this.#buffer.length) this.#grow();
      return true;
    } catch (error) {
      this.#fault = `holds a record that is not of its form (${messageOf(error)}); what stands before it is shown.`;
      return false;
    }
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#filled);
    this.#filled -= bytes;
    this.#offset += bytes;
  }

  #grow(): void {
    const size = Math.min(this.#buffer.length * 2, maxPayloadBytes + readBytes);
    const grown = new Uint8Array(size);
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}
