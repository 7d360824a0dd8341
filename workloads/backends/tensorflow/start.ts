import { createRequire } from 'node:module';
import type { Device } from '../../../src/model/device.ts';
import { messageOf, WarpwatchError } from '../../../src/model/errors.ts';
import { absent } from '../../../src/model/measured.ts';
import * as tf from '../../tf.ts';
import { activate } from '../activate.ts';
import { neverBroken, type StartedBackend } from '../backend.ts';
import { measureGpuPeak } from '../gpu-peak.ts';
import { measurePeakFlops } from '../peak.ts';
import { type FoundPackage, findPackage, packages } from './packages.ts';

/** Takes a processor some milliseconds. */
const peakSize = 1024;

let factory: ReturnType<typeof tf.findBackendFactory> | null = null;

/**
 * Loads the installed package, which registers its backend, and makes that the active one.
 *
 * @param found for tests: the package
 * @throws WarpwatchError `no-backend` where it is not installed, or its library cannot be loaded
 */
export async function startTensorflow(
  found: FoundPackage | null = findPackage([packages.gpu, packages.cpu]),
): Promise<StartedBackend> {
  if (found === null) {
    throw new WarpwatchError(
      'no-backend',
      `The tensorflow backend needs a package of its own, and none is installed; install it with: npm install ${packages.gpu} (CUDA 11) or ${packages.cpu}`,
    );
  }
  load(found);
  // A package registers itself when it is loaded, once.
  factory = tf.findBackendFactory('tensorflow') ?? factory;
  if (factory === null) {
    throw new WarpwatchError(
      'no-backend',
      `${found.name} was loaded and registered no backend; install the version of TensorFlow.js that is used here: npm install ${found.name}@${tf.version_core}`,
    );
  }
  if (tf.findBackendFactory('tensorflow') === null) tf.registerBackend('tensorflow', factory);
  await activate('tensorflow');
  const onGpu = Reflect.get(tf.backend(), 'isUsingGpuDevice') === true;
  const label = `tensorflow, ${onGpu ? 'GPU' : 'CPU'}`;
  const notes =
    onGpu || found.name !== packages.gpu
      ? []
      : [`${packages.gpu} computes on the processor: its TensorFlow library finds no GPU with CUDA 11.`];
  return {
    id: 'tensorflow',
    label,
    threads: 1,
    notes,
    gpu: onGpu ? tensorflowGpu : null,
    broken: neverBroken,
    measurePeakFlops: () => (onGpu ? measureGpuPeak(label) : measurePeakFlops(label, peakSize)),
    stop: async () => tf.removeBackend('tensorflow'),
  };
}

function load({ name, entry }: FoundPackage): void {
  try {
    createRequire(import.meta.url)(entry);
  } catch (cause) {
    const why = messageOf(cause).split('\n', 1)[0];
    throw new WarpwatchError(
      'no-backend',
      `${name} is installed and could not be loaded: ${why}; install it anew, so that it downloads its library: npm rebuild ${name}`,
      { cause },
    );
  }
}

const whyUnknown = 'tfjs-node-gpu does not tell which GPU it computes on.';

const tensorflowGpu: Device = {
  id: 'tensorflow0',
  kind: 'gpu',
  name: 'GPU of tfjs-node-gpu',
  vendor: 'NVIDIA',
  smCount: absent(whyUnknown),
  computeCapability: absent(whyUnknown),
  memoryBytes: absent(whyUnknown),
  peakFlops: absent('No peak was measured.'),
};
