import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import type { Backend, BackendOptions, StartedBackend } from './backend.ts';
import { cpuBackend } from './cpu/index.ts';
import { tensorflowBackend } from './tensorflow/index.ts';
import { wasmBackend } from './wasm/index.ts';
import { webGpuBackend } from './webgpu/index.ts';

export type { Backend, BackendId, BackendOptions, StartedBackend } from './backend.ts';

/** Every backend, the best first. A package is loaded by `start`, never by this table. */
export const backends: readonly Backend[] = [tensorflowBackend, webGpuBackend, wasmBackend, cpuBackend];

/** What `auto` tries, in this order; plain JavaScript only serves who asks for it. */
const automatic = backends.filter((backend) => backend !== cpuBackend);

/**
 * Starts a backend and makes it TensorFlow.js' active one.
 *
 * @param name an id of `backends`, or `auto`: the notes then say why a better one was passed over
 * @throws WarpwatchError `usage` for an unknown name, number of threads or an adapter that the backend has no use for,
 *   `no-backend` where it cannot start, `no-device` where the adapter is not there
 */
export async function startBackend(name: string, options: BackendOptions = {}): Promise<StartedBackend> {
  const { threads, adapter } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new WarpwatchError(
      'usage',
      `The number of threads must be a whole number from 1 on, not ${threads}.`,
    );
  }
  // Who names a GPU wants no other backend.
  if (name === 'auto') return adapter === undefined ? startBest(options) : start(webGpuBackend, options);
  const backend = backends.find(({ id }) => id === name);
  if (backend === undefined) {
    const choices = ['auto', ...backends.map(({ id }) => id)].join(', ');
    throw new WarpwatchError('usage', `There is no backend "${name}"; choose one of ${choices}.`);
  }
  if (adapter !== undefined && backend !== webGpuBackend) {
    throw new WarpwatchError('usage', `An adapter is for the webgpu backend; the ${name} backend has none.`);
  }
  return start(backend, options);
}

/** The first that starts. */
async function startBest(options: BackendOptions): Promise<StartedBackend> {
  const notes: string[] = [];
  for (const backend of automatic) {
    const reason = backend.passedOver?.() ?? null;
    if (reason !== null) {
      if (reason.tells) notes.push(passedOver(backend, reason.why));
      continue;
    }
    try {
      const started = await start(backend, options);
      return { ...started, notes: [...notes, ...started.notes] };
    } catch (error) {
      notes.push(passedOver(backend, messageOf(error)));
    }
  }
  throw new WarpwatchError('no-backend', `No backend starts. ${notes.join(' ')}`);
}

function passedOver({ id }: Backend, why: string): string {
  return `The ${id} backend was passed over: ${why}`;
}

async function start(backend: Backend, options: BackendOptions): Promise<StartedBackend> {
  try {
    return await backend.start(options);
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    throw new WarpwatchError('no-backend', `The ${backend.id} backend did not start: ${messageOf(cause)}.`, {
      cause,
    });
  }
}
