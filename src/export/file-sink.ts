import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import type { Sink } from './exporter.ts';

export interface FileOptions {
  /** Replace a file that is there. */
  readonly force: boolean;
  /** Ends the writing between two pieces; nothing is left. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a file whole or not at all: `body` writes to a file beside it that takes its name at the end. Devices and
 * pipes are written to as they are.
 * @throws WarpwatchError `exists`, `not-found`, `unwritable`, `disk-full`; what `body` throws; the signal's reason
 */
export async function writeWhole(
  path: string,
  { force, signal }: FileOptions,
  body: (sink: Sink) => Promise<void>,
): Promise<void> {
  const target = await targetOf(path);
  await refuse(target, path, force);
  const place = target.kind === 'other' ? target.path : besideOf(target.path);
  const file = await attempt(path, () => open(place, target.kind === 'other' ? 'w' : 'wx'));
  try {
    await body(fileSink(file, path, signal));
    await attempt(path, () => file.close());
    await refuse(await targetOf(path), path, force);
    if (place !== target.path) await attempt(path, () => rename(place, target.path));
  } catch (error) {
    await file.close().catch(() => undefined);
    if (place !== target.path) await rm(place, { force: true });
    throw error;
  }
}

interface Target {
  /** With symbolic links followed, so that they stay. */
  readonly path: string;
  readonly kind: 'nothing' | 'file' | 'directory' | 'other';
}

async function targetOf(path: string): Promise<Target> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (found.isFile()) return { path: real, kind: 'file' };
    return { path: real, kind: found.isDirectory() ? 'directory' : 'other' };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { path, kind: 'nothing' };
    throw cannotWrite(path, error);
  }
}

async function refuse({ kind }: Target, path: string, force: boolean): Promise<void> {
  if (kind === 'directory') throw new WarpwatchError('exists', `${path} is a directory; name a file in it.`);
  if (kind === 'file' && !force)
    throw new WarpwatchError(
      'exists',
      `${path} exists already; choose another name, or --force to replace it.`,
    );
}

/** On the same disk, so that the change of name is one step. */
function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.part`);
}

function fileSink(file: FileHandle, path: string, signal: AbortSignal | undefined): Sink {
  return {
    async write(chunk) {
      signal?.throwIfAborted();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      await attempt(path, async () => {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done);
          done += bytesWritten;
        }
      });
    },
  };
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function cannotWrite(path: string, cause: unknown): WarpwatchError {
  const code = systemErrorCode(cause);
  switch (code) {
    case 'ENOENT':
      return new WarpwatchError('not-found', `${path} cannot be written: its directory is not there.`, {
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
      return new WarpwatchError(
        'disk-full',
        `${path} cannot be written: the disk is full; free some space or choose another place.`,
        { cause },
      );
    case 'EFBIG':
      return new WarpwatchError(
        'disk-full',
        `${path} cannot be written: it would be larger than files may be here; raise the limit.`,
        { cause },
      );
    default:
      return new WarpwatchError(
        'unwritable',
        `${path} cannot be written (${code ?? String(cause)}); choose another place.`,
        { cause },
      );
  }
}
