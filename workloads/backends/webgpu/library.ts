import { createRequire } from 'node:module';
import { messageOf, systemErrorCode, WarpwatchError } from '../../../src/model/errors.ts';

/** What is used of the package `webgpu`: Dawn with a face for Node. */
export interface Dawn {
  /** Options are texts such as `backend=vulkan`; the process does not end while the result is held. */
  create(options: string[]): GPU;
  /** What a page finds in its global scope, such as GPUBuffer. */
  readonly globals: object;
}

/** Without it timestamps come in steps of 65.5 µs; a page could read more than it should from finer ones. */
export const exactTimestamps = 'disable-dawn-features=timestamp_quantization';

/**
 * Loads Dawn. It is an optional dependency, since it brings 132 MB for all platforms.
 * @throws WarpwatchError `no-backend` where it is not installed or cannot be loaded
 */
export async function loadDawn(): Promise<Dawn> {
  try {
    // Found first, since a library that it lacks itself would look the same.
    createRequire(import.meta.url).resolve('webgpu');
  } catch {
    throw new WarpwatchError(
      'no-backend',
      'The package webgpu is not installed, which brings WebGPU to Node; install it with: npm install webgpu',
    );
  }
  try {
    return await import('webgpu');
  } catch (cause) {
    const missing = systemErrorCode(cause) === 'MODULE_NOT_FOUND';
    const why = missing
      ? `it has no binary for ${process.platform} on ${process.arch}`
      : messageOf(cause).split('\n', 1)[0];
    throw new WarpwatchError('no-backend', `The package webgpu could not be loaded: ${why}.`, { cause });
  }
}
