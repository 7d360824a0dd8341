import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import { attributionOf } from './attribution.ts';
import { attributeByItself } from './attribution-hooks.ts';
import { watchKernelFunctions } from './kernel-watch.ts';
import { Launches } from './launches.ts';
import type { TensorFlow } from './tensorflow.ts';

/**
 * Records every kernel that a synchronous backend (wasm, cpu, tensorflow) runs, as one activity of `deviceId` with
 * layer, phase, arithmetic and bytes. Of kernels that call kernels only the outermost is recorded, with the cost of the
 * whole. A kernel that throws is counted as unfinished.
 *
 * Returns a function that puts TensorFlow.js back. Never throws into the program that is watched.
 */
export function instrumentKernels(
  tf: TensorFlow,
  backendName: string,
  writer: StreamWriter,
  deviceId: string,
): () => void {
  const attribution = attributionOf(tf);
  const launches = new Launches(writer, deviceId);
  const restoreKernels = watchKernelFunctions(tf, backendName, writer, launches, {
    begin: () => writer.now(),
    end(kernel, startNs, params, result) {
      const endNs = writer.now();
      writer.activity(launches.find(kernel, attribution.current, params, result), startNs, endNs - startNs);
    },
    threw: () => undefined,
  });
  const restoreAttribution = attributeByItself(tf);
  return () => {
    restoreKernels();
    restoreAttribution();
  };
}
