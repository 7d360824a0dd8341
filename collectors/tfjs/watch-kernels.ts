import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { attributeByItself } from './attribution-hooks.ts';
import { instrumentKernels } from './instrument.ts';
import { whyNoKernelTimes } from './kernel-times.ts';
import type { TensorFlow } from './tensorflow.ts';
import { instrumentWebGpu, type KernelWatchHandle } from './webgpu/instrument.ts';
import { webGpuBackendOf } from './webgpu/structure.ts';

const noDevice = 'It is not known which device the backend computes on.';

/**
 * Records the kernels of the active backend as activities of `deviceId`, in the way that the backend allows. Where it
 * allows none the reason is written, and layers and phases go on to be told apart.
 *
 * @param deviceId null where it is not known what the backend computes on; kernels have no place then
 */
export async function watchKernels(
  tf: TensorFlow,
  writer: StreamWriter,
  deviceId: string | null,
): Promise<KernelWatchHandle> {
  const why = whyNoKernelTimes(tf);
  if (why !== null || deviceId === null) {
    writer.absent({ device: deviceId, metric: 'kernelBusy', why: why ?? noDevice });
    return stopping(attributeByItself(tf));
  }
  const backend = webGpuBackendOf(tf);
  if (backend !== null) return instrumentWebGpu(tf, backend, writer, deviceId);
  return stopping(instrumentKernels(tf, tf.getBackend(), writer, deviceId));
}

function stopping(restore: () => void): KernelWatchHandle {
  return { stop: async () => restore() };
}
