import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { messageOf, WarpwatchError } from '../../model/errors.ts';
import { manifestFile, streamExtension } from '../../recording/format.ts';

/** A recording, and when anything was last written to it. */
export interface FoundRun {
  readonly path: string;
  /** Below the directory that is looked through. */
  readonly name: string;
  readonly writtenMs: number;
}

/** A benchmark's recordings lie two directories deep. */
const deepest = 3;
/** Of directories in one look, so that a look ends wherever it is sent. */
const mostDirectories = 5000;
/** A recording of which nobody has written so long is looked at again only when its directory changes. */
const settledMs = 600_000;

/** Looks for recordings below a directory, again and again. */
export class RunFinder {
  readonly #root: string;
  /** Directories of recordings of long ago, with the moment of their last change. */
  #settled = new Map<string, number>();
  #directories = 0;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /**
   * The recordings that were written to of late, by name.
   * @throws WarpwatchError `unreadable` where the directory itself cannot be read
   */
  find(nowMs: number): FoundRun[] {
    const before = this.#settled;
    this.#settled = new Map();
    this.#directories = 0;
    const found: FoundRun[] = [];
    for (const path of this.#recordings(this.#root, 0)) {
      const changedMs = changedAt(path);
      const isSettled = before.get(path) === changedMs;
      const writtenMs = isSettled ? 0 : Math.max(changedMs, ...streamsOf(path).map(changedAt));
      if (nowMs - writtenMs > settledMs) this.#settled.set(path, changedMs);
      else found.push({ path, name: relative(this.#root, path) || basename(path), writtenMs });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  *#recordings(path: string, depth: number): Generator<string> {
    if (++this.#directories > mostDirectories) return;
    const entries = depth === 0 ? this.#rootEntries() : entriesOf(path);
    if (entries.some(({ name }) => name === manifestFile)) {
      yield path;
    } else if (depth < deepest) {
      for (const entry of entries) {
        if (entry.isDirectory()) yield* this.#recordings(join(path, entry.name), depth + 1);
      }
    }
  }

  #rootEntries(): Dirent[] {
    try {
      return readdirSync(this.#root, { withFileTypes: true });
    } catch (cause) {
      throw new WarpwatchError(
        'unreadable',
        `${this.#root} cannot be read for recordings: ${messageOf(cause)}; name a directory that holds them.`,
        { cause },
      );
    }
  }
}

/** What is gone meanwhile, or is not ours to read, holds no recording. */
function entriesOf(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

function streamsOf(path: string): string[] {
  return entriesOf(path)
    .filter(({ name }) => name.endsWith(streamExtension))
    .map(({ name }) => join(path, name));
}

function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
