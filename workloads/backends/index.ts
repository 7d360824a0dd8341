import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import type { Backend, BackendOptions, StartedBackend } from './backend.ts';
import { cpuBackend } from './cpu/index.ts';
import { wasmBackend } from './wasm/index.ts';

export type { Backend, BackendId, BackendOptions, StartedBackend } from './backend.ts';

/** Every backend, the best first: `auto` is the first. A package is loaded by `start`, never by this table. */
export const backends: readonly Backend[] = [wasmBackend, cpuBackend];

/**
 * Starts a backend and makes it TensorFlow.js' active one.
 *
 * @param name an id of `backends`, or `auto`
 * @throws WarpwatchError `usage` for an unknown name or number of threads, `no-backend` where it cannot start
 */
export async function startBackend(name: string, options: BackendOptions = {}): Promise<StartedBackend> {
  const backend = name === 'auto' ? backends[0] : backends.find(({ id }) => id === name);
  if (backend === undefined) {
    const choices = ['auto', ...backends.map(({ id }) => id)].join(', ');
    throw new WarpwatchError('usage', `There is no backend "${name}"; choose one of ${choices}.`);
  }
  const { threads } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new WarpwatchError(
      'usage',
      `The number of threads must be a whole number from 1 on, not ${threads}.`,
    );
  }
  try {
    return await backend.start(options);
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    throw new WarpwatchError('no-backend', `The ${backend.id} backend did not start: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
