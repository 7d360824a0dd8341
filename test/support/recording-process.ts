import { join } from 'node:path';
import { bundled } from './bundled.ts';

/** What Node is to run for a process that records; see record-program.ts. */
export function recordProgram(
  directory: string,
  name: string,
  how: string,
  count: number,
  writeOn: 'thread' | 'loop' = 'thread',
): string[] {
  const program = bundled(join(import.meta.dirname, 'record-program.ts'));
  return [program, directory, name, how, String(count), writeOn];
}
