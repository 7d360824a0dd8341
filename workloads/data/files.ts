import { constants } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { messageOf, systemErrorCode, WarpwatchError } from '../../src/model/errors.ts';

/** An error of the file system as a sentence. @param whatToDo such as `give the unpacked directory` */
export function fileError(path: string, cause: unknown, whatToDo: string): WarpwatchError {
  const code = systemErrorCode(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new WarpwatchError('not-found', `${path} does not exist; ${whatToDo}.`, { cause });
  return new WarpwatchError('unreadable', `${path} cannot be read (${messageOf(cause)}).`, { cause });
}

/** @throws WarpwatchError `not-found`, `unreadable` */
export function isDirectory(path: string, whatToDo: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw fileError(path, cause, whatToDo);
  }
}

export function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Names in a directory, sorted, without hidden ones. @throws WarpwatchError `not-found`, `unreadable` */
export function namesIn(directory: string, whatToDo: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (cause) {
    throw fileError(directory, cause, whatToDo);
  }
}

/** @throws WarpwatchError `not-found`, `unreadable`, or `bad-data` where it is longer than `mostBytes` */
export function readText(file: string, mostBytes: number, whatToDo: string): string {
  try {
    const about = statSync(file);
    // Opening a pipe would wait for ever.
    if (!about.isFile()) throw new WarpwatchError('unreadable', `${file} is no file; ${whatToDo}.`);
    if (about.size > Math.min(mostBytes, constants.MAX_STRING_LENGTH)) {
      throw new WarpwatchError('bad-data', `${file} has ${about.size} bytes, too many to read; divide it.`);
    }
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    throw fileError(file, cause, whatToDo);
  }
}
