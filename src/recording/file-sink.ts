import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import { addToRing, createRing, type Ring, ringStates, ringWords, signalRing } from './file-ring.ts';
import { writeFailure } from './file-sink-errors.ts';
import type { FrameSink } from './sinks.ts';

/** A process that ends waits this long for a slow disk, then gives the rest up. */
const farewellMs = 2000;
/** The writing thread needs next to nothing; its heap is kept small. */
const threadLimits = { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/**
 * Writes a new file from a thread of its own. A slow or hung disk fills the ring and `offer` answers false; a
 * full one ends the file, which stays readable up to there.
 */
export class FileSink implements FrameSink {
  readonly #path: string;
  readonly #file: number;
  readonly #ring: Ring;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #closed = false;

  /** @throws WarpwatchError `exists`, `unwritable`, `disk-full` when the file cannot be made */
  constructor(path: string) {
    this.#path = path;
    this.#file = createFile(path);
    this.#ring = createRing();
    this.#worker = new Worker(workerFile(), {
      workerData: { ring: this.#ring, file: this.#file },
      resourceLimits: threadLimits,
      stdin: false,
    });
    // The program that is watched decides when it ends, not its watcher.
    this.#worker.unref();
    // An error of the thread must not reach the program that is watched; the stream just ends.
    this.#worker.on('error', () => Atomics.store(this.#ring.control, ringWords.state, ringStates.failed));
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
  }

  offer(bytes: Uint8Array): boolean {
    if (this.#closed || this.failure !== null) return false;
    return addToRing(this.#ring, bytes);
  }

  get failure(): string | null {
    const { control } = this.#ring;
    if (Atomics.load(control, ringWords.state) !== ringStates.failed) return null;
    return writeFailure(Atomics.load(control, ringWords.errno), this.#path);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#announceEnd();
    this.#worker.ref();
    await this.#ended;
    closeSync(this.#file);
  }

  closeNow(): void {
    if (this.#closed) return;
    this.#announceEnd();
    Atomics.wait(this.#ring.control, ringWords.state, ringStates.open, farewellMs);
    closeSync(this.#file);
  }

  #announceEnd(): void {
    this.#closed = true;
    Atomics.store(this.#ring.control, ringWords.closing, 1);
    signalRing(this.#ring.control);
  }
}

function createFile(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    throw cannotCreate(path, cause);
  }
}

/** The error for a file or directory of a recording that cannot be made. */
export function cannotCreate(path: string, cause: unknown): WarpwatchError {
  switch (systemErrorCode(cause)) {
    case 'EEXIST':
      return new WarpwatchError('exists', `${path} exists already; record into another directory.`, {
        cause,
      });
    case 'ENOSPC':
      return new WarpwatchError('disk-full', `${path} cannot be made: the disk is full.`, { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new WarpwatchError(
        'unwritable',
        `${path} cannot be made: writing is not allowed there; choose another directory with --record.`,
        { cause },
      );
    case 'ENOTDIR':
      return new WarpwatchError(
        'unwritable',
        `${path} cannot be made: part of the path is a file; choose another directory with --record.`,
        { cause },
      );
    default:
      return new WarpwatchError('unwritable', `${path} cannot be made: ${String(cause)}.`, { cause });
  }
}

/** The worker beside this file, under the ending that this file runs under (.ts in tests, .js when built). */
function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  return here.replace(/file-sink\.(ts|js)$/, 'file-sink-worker.$1');
}
