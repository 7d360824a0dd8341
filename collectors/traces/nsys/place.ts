import { rmSync, statSync } from 'node:fs';
import { constants, copyFile, mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { messageOf, systemErrorCode, WarpwatchError } from '../../../src/model/errors.ts';
import { onProcessExit } from '../../../src/recording/exit-hook.ts';
import type { TraceFile } from '../importer.ts';
import { cannotRead } from '../open-trace.ts';

/** A database where the library may make its lock beside it. */
export interface Place {
  readonly path: string;
  /** Whether it is a copy, which SQLite may mend and write to. */
  readonly copied: boolean;
  /** What is already known to be missing: a sentence each. */
  readonly damage: readonly string[];
  /** When the user's file was last written. */
  readonly modified: Date;
  /** Size of the database. */
  sizeBytes(): number;
  /** Whether the user's file is another one than when this began. */
  hasChanged(): boolean;
}

/** Bytes 18 and 19 of a database are 2 where it is in WAL mode; https://www.sqlite.org/fileformat.html. */
const versionBytes = [18, 19] as const;
const walVersion = 2;
/** What SQLite keeps beside a database: changes that are not in it yet, or that must be taken back. */
const companions = ['-wal', '-journal'] as const;

/**
 * Gives `use` a path at which the library can open the trace, in a directory of its own below the system's temporary
 * one, which is gone afterwards whatever happens. The library makes a directory beside the file that it reads, as its
 * lock: that must never be the user's folder, which may be read-only. So a plain file is linked, what is compressed is
 * unpacked, and a file that somebody writes to is copied together with what SQLite has put beside it.
 * @throws WarpwatchError `unreadable`, `unwritable`, `disk-full`, and what `use` throws
 */
export async function inPlace<T>(file: TraceFile, use: (place: Place) => T): Promise<T> {
  const folder = await makeFolder();
  const forget = onProcessExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const path = join(folder, 'trace.sqlite');
    const before = stateOf(file.path);
    const common = {
      path,
      modified: statSync(file.path, { throwIfNoEntry: false })?.mtime ?? new Date(0),
      sizeBytes: () => statSync(path).size,
      hasChanged: () => stateOf(file.path) !== before,
    };
    if (file.compression === 'gzip') {
      return use({ ...common, copied: true, damage: await unpack(file, path) });
    }
    return use({ ...common, copied: await bring(file, path), damage: [] });
  } finally {
    await rm(folder, { recursive: true, force: true });
    forget();
  }
}

async function makeFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'warpwatch-trace-'));
  } catch (cause) {
    throw cannotUnpack(cause);
  }
}

function stateOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? 'gone' : `${status.size} ${status.mtimeMs}`;
}

/** @returns whether it is a copy */
async function bring(file: TraceFile, path: string): Promise<boolean> {
  const source = resolve(file.path);
  const beside = companions.filter(
    (suffix) => (statSync(source + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0,
  );
  const inWalMode = versionBytes.some((at) => file.head[at] === walVersion);
  if (beside.length === 0 && !inWalMode) {
    try {
      await symlink(source, path);
      return false;
    } catch {
      // Windows allows links to few; a copy is as good.
    }
  }
  for (const suffix of ['', ...beside]) {
    try {
      await copyFile(source + suffix, path + suffix, constants.COPYFILE_FICLONE);
    } catch (cause) {
      // A log that is gone by now has been taken into the database.
      if (suffix === '' || systemErrorCode(cause) !== 'ENOENT') throw cannotUnpack(cause, file.path);
    }
  }
  return true;
}

/** Of a compressed file that is cut, what comes before the cut may still be read. */
async function unpack(file: TraceFile, path: string): Promise<string[]> {
  const output = await open(path, 'wx').catch((cause: unknown) => {
    throw cannotUnpack(cause);
  });
  let written = 0;
  try {
    for await (const chunk of file.chunks()) {
      await output.appendFile(chunk).catch((cause: unknown) => {
        throw cannotUnpack(cause);
      });
      written += chunk.length;
    }
    return [];
  } catch (error) {
    const cut = error instanceof WarpwatchError && error.code === 'unreadable' && written > 0;
    if (!cut) throw error;
    return [messageOf(error)];
  } finally {
    await output.close();
  }
}

function cannotUnpack(cause: unknown, path?: string): WarpwatchError {
  switch (systemErrorCode(cause)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new WarpwatchError(
        'disk-full',
        `${tmpdir()} has no room for an unpacked copy of the trace; set TMPDIR to a directory that has.`,
        { cause },
      );
    default:
      if (path !== undefined) return cannotRead(path, cause);
      return new WarpwatchError(
        'unwritable',
        `Nothing can be written to ${tmpdir()}: ${messageOf(cause)}; set TMPDIR to a directory of yours.`,
        { cause },
      );
  }
}
