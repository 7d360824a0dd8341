import { closeSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createFile } from './create-file.ts';
import {
  addToRing,
  claimRing,
  createRing,
  emptyRing,
  failRing,
  type Ring,
  ringStates,
  ringWords,
  signalRing,
} from './file-ring.ts';
import { systemErrorNumber, writeFailure } from './file-sink-errors.ts';
import { ownModule } from './own-module.ts';
import type { FrameSink } from './sinks.ts';

/** A process that ends waits this long for its thread to begin, and again for the disk, then gives the rest up. */
const farewellMs = 2000;
/** A disk that takes not one byte for this long is not waited for any longer. */
const patienceMs = 10_000;
const lookMs = 10;
/** The writing thread needs a few megabytes; these are bounds, for a heap that would otherwise grow before it collects. */
const threadLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

export interface FileSinkOptions {
  /** An open file to write to instead of a new one at the path. */
  readonly file?: number;
  readonly patienceMs?: number;
}

/**
 * Writes a new file from a thread of its own. A slow or hung disk fills the ring and `offer` answers false; a
 * full one ends the file, which stays readable up to there.
 */
export class FileSink implements FrameSink {
  readonly #path: string;
  readonly #file: number;
  readonly #patienceMs: number;
  readonly #ring: Ring;
  readonly #worker: Worker;
  readonly #exit: Promise<void>;
  #closing = false;
  #exited = false;
  #stuck = false;

  /** @throws WarpwatchError `exists`, `unwritable`, `disk-full` when the file cannot be made */
  constructor(path: string, options: FileSinkOptions = {}) {
    this.#path = path;
    this.#file = options.file ?? createFile(path);
    this.#patienceMs = options.patienceMs ?? patienceMs;
    this.#ring = createRing();
    this.#worker = startThread({ ring: this.#ring, file: this.#file });
    // An error of the thread must not reach the program that is watched; the stream just ends.
    this.#worker.on('error', () => failRing(this.#ring, constants.errno.EIO));
    this.#exit = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#exited = true;
        resolve();
      });
    });
  }

  offer(bytes: Uint8Array, spareBytes = 0): boolean {
    if (this.#closing || this.failure !== null) return false;
    return addToRing(this.#ring, bytes, spareBytes);
  }

  get failure(): string | null {
    const { control } = this.#ring;
    if (this.#stuck) return `${this.#path} ends early: the disk took nothing more; look at the disk.`;
    if (Atomics.load(control, ringWords.state) !== ringStates.failed) return null;
    return writeFailure(Atomics.load(control, ringWords.errno), this.#path);
  }

  /** True when the thread has written something or ended, false when the disk takes nothing. */
  async roomier(): Promise<boolean> {
    const { control } = this.#ring;
    const taken = Atomics.load(control, ringWords.taken);
    const deadline = performance.now() + this.#patienceMs;
    while (performance.now() < deadline) {
      await Promise.race([this.#exit, delay(lookMs)]);
      if (this.#exited || Atomics.load(control, ringWords.taken) !== taken) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    this.#announceEnd();
    this.#worker.ref();
    while (!this.#exited && !this.#stuck) this.#stuck = !(await this.roomier());
    // A thread that is stuck still holds the file; the program need not wait for it to end.
    if (this.#stuck) this.#worker.unref();
    else closeSync(this.#file);
  }

  closeNow(): void {
    this.#announceEnd();
    const { control } = this.#ring;
    for (const state of [ringStates.starting, ringStates.open]) {
      Atomics.wait(control, ringWords.state, state, farewellMs);
    }
    // On a machine so busy that the thread never began, the last that can write is this one.
    if (claimRing(this.#ring, ringStates.starting, ringStates.closed)) this.#writeHere();
  }

  #writeHere(): void {
    try {
      emptyRing(this.#ring, (bytes) => writeSync(this.#file, bytes));
    } catch (error) {
      failRing(this.#ring, systemErrorNumber(error));
    }
  }

  #announceEnd(): void {
    this.#closing = true;
    Atomics.store(this.#ring.control, ringWords.closing, 1);
    signalRing(this.#ring.control);
  }
}

function startThread(workerData: { ring: Ring; file: number }): Worker {
  const script = ownModule('src/recording/file-sink-worker');
  // A preload of the watched program, such as the one that records it, must not run in this thread too. TypeScript
  // needs its loader, though.
  const clean = script.endsWith('.js') ? { execArgv: [], env: {} } : {};
  const worker = new Worker(script, { workerData, resourceLimits: threadLimits, stdin: false, ...clean });
  // The program that is watched decides when it ends, not its watcher.
  worker.unref();
  return worker;
}
