import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorCode, WarpwatchError } from '../model/errors.ts';
import { cannotCreate } from './create-file.ts';

/**
 * Makes a directory and those above it. Node's own `recursive` never comes back where a file system answers ENOENT in a
 * directory that exists, as /proc does.
 * @throws WarpwatchError `unwritable`, `disk-full`, `not-found`
 */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const above = dirname(directory);
  try {
    if (above !== directory && !existsSync(above)) makeDirectory(above);
    mkdirSync(directory);
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    // Of two that make the same directory at once both are right; a file there is found by what comes next.
    if (systemErrorCode(cause) !== 'EEXIST') throw cannotCreate(directory, cause);
  }
}
