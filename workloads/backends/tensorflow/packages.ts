import { createRequire } from 'node:module';
import { join } from 'node:path';

/** With CUDA 11, and for the processor alone. Both download TensorFlow's library when they are installed. */
export const packages = { gpu: '@tensorflow/tfjs-node-gpu', cpu: '@tensorflow/tfjs-node' } as const;

export interface FoundPackage {
  readonly name: string;
  /** Path of its entry. */
  readonly entry: string;
}

/**
 * The first of the packages that is installed beside warpwatch or in the directory that the user works in, or null.
 * @param from files or directories to look from
 */
export function findPackage(
  names: readonly string[],
  from: readonly string[] = [import.meta.url, join(process.cwd(), 'package.json')],
): FoundPackage | null {
  for (const name of names) {
    for (const place of from) {
      try {
        return { name, entry: createRequire(place).resolve(name) };
      } catch {
        // Not there; the next place may have it.
      }
    }
  }
  return null;
}
