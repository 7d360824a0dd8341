import type { TensorFlow } from './tensorflow.ts';
import { webGpuBackendOf } from './webgpu/structure.ts';

/** Backends whose kernels have run when their function returns, so that a clock around it tells the truth. */
const synchronousBackends: readonly string[] = ['wasm', 'cpu', 'tensorflow'];

/** Why the kernels of the active backend cannot be timed from here, as a sentence, or null where they can. */
export function whyNoKernelTimes(tf: TensorFlow): string | null {
  const name = tf.getBackend();
  if (name === 'webgpu') return whyNoTimestamps(tf);
  if (!synchronousBackends.includes(name)) {
    return (
      `Kernels of the ${name} backend run after the call that starts them has returned, so their times cannot be read ` +
      'here; train on webgpu, wasm, cpu or tensorflow for kernel-level figures.'
    );
  }
  // tfjs-node-gpu registers as `tensorflow` too (its nodejs_kernel_backend.ts); its kernels run on the GPU's queue.
  if (Reflect.get(tf.backend(), 'isUsingGpuDevice') === true) {
    return (
      'Kernels of tfjs-node-gpu run on the GPU after the call that starts them has returned; start the program under ' +
      '`warpwatch run` for kernel-level figures.'
    );
  }
  return null;
}

function whyNoTimestamps(tf: TensorFlow): string | null {
  const backend = webGpuBackendOf(tf);
  if (backend === null) {
    return 'The webgpu backend is another than that of @tensorflow/tfjs-backend-webgpu 4, so that its kernels cannot be seen; use that for kernel-level figures.';
  }
  if (backend.device.features.has('timestamp-query')) return null;
  return 'The GPU device was made without timestamp-query, or its adapter has none, so that kernels cannot be timed; ask for that feature where the device is made, or take another adapter.';
}
