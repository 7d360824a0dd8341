import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set<string>();
process.once('exit', () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** A new directory, by default below the system's temporary one; it is removed when the process ends. */
export function temporaryDirectory(below: string = tmpdir()): string {
  const path = mkdtempSync(join(below, 'warpwatch-test-'));
  made.add(path);
  return path;
}
