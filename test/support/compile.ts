import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';

/** Compiles a program or library in C, with the compiler's further options. Returns its path. */
export function compile(
  directory: string,
  name: string,
  source: string,
  ...options: readonly string[]
): string {
  const path = join(directory, name);
  writeFileSync(`${path}.c`, source);
  const { status, stderr } = spawnSync('cc', [`${path}.c`, '-o', path, ...options], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
  return path;
}
