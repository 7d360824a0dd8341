import type { TensorFlow } from './tensorflow.ts';

/** Backends whose kernels have run when their function returns, so that a clock around it tells the truth. */
const synchronousBackends: readonly string[] = ['wasm', 'cpu', 'tensorflow'];

/** Why the kernels of the active backend cannot be timed from here, as a sentence, or null where they can. */
export function whyNoKernelTimes(tf: TensorFlow): string | null {
  const name = tf.getBackend();
  if (!synchronousBackends.includes(name)) {
    return (
      `Kernels of the ${name} backend run after the call that starts them has returned, so their times cannot be read ` +
      'here; train on wasm, cpu or tensorflow for kernel-level figures.'
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
