import { createRequire } from 'node:module';

/**
 * Ends the process at once with a code. `process.exit` waits for every thread, and one that hangs in a call of the driver
 * comes back when the driver pleases. Everything must be written before.
 */
export function exitNow(code: number): void {
  const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
  koffi.load('libc.so.6').func('void _exit(int)')(code);
}
