import { WarpwatchError } from '../../../src/model/errors.ts';
import * as tf from '../../tf.ts';
import { activate } from '../activate.ts';
import type { BackendOptions, StartedBackend } from '../backend.ts';
import { measureGpuPeak } from '../gpu-peak.ts';
import { listAdapters } from './adapters.ts';
import { chooseAdapter } from './choose-adapter.ts';
import { whyNoAdapter } from './examine.ts';
import { gpuOf } from './gpu.ts';
import { watchHealth } from './health.ts';
import { type Dawn, loadDawn } from './library.ts';
import { openDevice } from './open-device.ts';

/**
 * Starts TensorFlow.js' WebGPU backend on a device of Dawn.
 *
 * @param load for tests: what gives Dawn
 * @throws WarpwatchError `no-backend`, `no-device`: which part is missing or which adapter failed, and what to do
 */
export async function startWebGpu(
  { adapter: wanted }: BackendOptions,
  load: () => Promise<Dawn> = loadDawn,
): Promise<StartedBackend> {
  const dawn = await load();
  const adapters = await listAdapters(dawn);
  if (adapters.length === 0) throw new WarpwatchError('no-backend', await whyNoAdapter());
  const { adapter, notes } = chooseAdapter(adapters, wanted);
  const { device, info } = await openDevice(dawn, adapter);
  const health = watchHealth(device, adapter.name);
  const backend = await createBackend(dawn, device, info);
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
  await activate('webgpu');
  const software = adapter.kind === 'software';
  const label = `webgpu, ${adapter.name}${software ? ' (software)' : ''}`;
  return {
    id: 'webgpu',
    label,
    threads: 1,
    notes,
    gpu: gpuOf(adapter),
    adapter: { name: adapter.name, alike: adapter.alike },
    broken: health.broken,
    measurePeakFlops: () => measureGpuPeak(label),
    stop: async () => {
      health.release();
      if (tf.findBackend('webgpu') === backend) tf.removeBackend('webgpu');
      device.destroy();
    },
  };
}

/** The package's backend over our device. Its constructor looks for `navigator.gpu` and asks nothing of it. */
async function createBackend(
  { globals }: Dawn,
  device: GPUDevice,
  info: GPUAdapterInfo,
): Promise<tf.KernelBackend> {
  for (const [name, value] of Object.entries(globals)) {
    // They stay: tensors that are left when the backend stops are disposed with the help of GPUBuffer.
    if (!(name in globalThis)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }
  // Loaded before there is a navigator.gpu, or it would register a backend of its own choice.
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: {} }, configurable: true });
  try {
    return new WebGPUBackend(device, info);
  } finally {
    if (before === undefined) Reflect.deleteProperty(globalThis, 'navigator');
    else Object.defineProperty(globalThis, 'navigator', before);
  }
}
