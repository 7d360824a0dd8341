import { closeSync, write, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createFile } from './create-file.ts';
import { systemErrorNumber, writeFailure } from './file-sink-errors.ts';
import type { FrameSink } from './sinks.ts';

const writeFile = promisify(write);
/** A watcher writes kilobytes a second; this much waits only for a disk that hangs. */
const maxQueuedBytes = 4 * 1024 * 1024;
/** A disk that takes not one byte for this long is not waited for any longer. */
const patienceMs = 10_000;

/**
 * Writes a new file from the event loop, for processes whose loop is free, such as a watcher: it costs no thread,
 * which would take 17 MB. `offer` answers false while a slow disk has too much to write still.
 */
export class LoopFileSink implements FrameSink {
  readonly #path: string;
  readonly #file: number;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** What is being written, and where it goes: a process that ends writes it once more, to the same place. */
  #chunk: Uint8Array = new Uint8Array(0);
  #position = 0;
  #writing: Promise<void> | null = null;
  #closed = false;
  #failure: string | null = null;

  /** @throws WarpwatchError `exists`, `unwritable`, `disk-full` when the file cannot be made */
  constructor(path: string) {
    this.#path = path;
    this.#file = createFile(path);
  }

  get failure(): string | null {
    return this.#failure;
  }

  offer(bytes: Uint8Array, spareBytes = 0): boolean {
    if (this.#closed || this.#failure !== null) return false;
    if (this.#queuedBytes + bytes.length + spareBytes > maxQueuedBytes) return false;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#writing ??= this.#writeQueue();
    return true;
  }

  /** False when the disk has failed, or takes nothing for so long that it is not waited for any longer. */
  async roomier(): Promise<boolean> {
    const position = this.#position;
    await Promise.race([this.#writing, delay(patienceMs, undefined, { ref: false })]);
    return this.#failure === null && (this.#writing === null || this.#position !== position);
  }

  async close(): Promise<void> {
    while (this.#writing !== null && (await this.roomier()));
    if (this.#closed) return;
    this.#closed = true;
    // A write that hangs still needs the file.
    if (this.#writing === null) closeSync(this.#file);
    else this.#failure ??= `${this.#path} ends early: the disk took nothing more; look at the disk.`;
  }

  closeNow(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      while (this.#takeChunk()) {
        while (this.#chunk.length > 0)
          this.#advance(writeSync(this.#file, this.#chunk, 0, this.#chunk.length, this.#position));
      }
    } catch (error) {
      this.#fail(error);
    }
    closeSync(this.#file);
  }

  async #writeQueue(): Promise<void> {
    try {
      while (this.#takeChunk()) {
        while (this.#chunk.length > 0) {
          const { bytesWritten } = await writeFile(
            this.#file,
            this.#chunk,
            0,
            this.#chunk.length,
            this.#position,
          );
          if (this.#closed) return;
          this.#advance(bytesWritten);
        }
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#writing = null;
  }

  /** False when nothing is left to write. */
  #takeChunk(): boolean {
    if (this.#chunk.length === 0) {
      this.#chunk = Buffer.concat(this.#queue);
      this.#queue = [];
    }
    return this.#chunk.length > 0;
  }

  #advance(bytes: number): void {
    this.#chunk = this.#chunk.subarray(bytes);
    this.#position += bytes;
    this.#queuedBytes -= bytes;
  }

  #fail(error: unknown): void {
    this.#failure = writeFailure(systemErrorNumber(error), this.#path);
    this.#queue = [];
    this.#chunk = new Uint8Array(0);
  }
}
