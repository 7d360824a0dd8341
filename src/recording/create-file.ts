import { openSync } from 'node:fs';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';

/**
 * Makes a new file for writing.
 * @throws WarpwatchError `exists`, `not-found`, `unwritable`, `disk-full`
 */
export function createFile(path: string): number {
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
    case 'ENOENT':
      return new WarpwatchError('not-found', `${path} cannot be made: its directory is not there.`, {
        cause,
      });
    case 'ENOSPC':
    case 'EDQUOT':
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
