import { messageOf } from '../../../src/model/errors.ts';
import type { StreamWriter } from '../../../src/recording/stream-writer.ts';
import { attributionOf } from '../attribution.ts';
import { attributeByItself } from '../attribution-hooks.ts';
import { watchKernelFunctions } from '../kernel-watch.ts';
import { Launches } from '../launches.ts';
import { Patches } from '../patches.ts';
import type { TensorFlow } from '../tensorflow.ts';
import { KernelPasses } from './kernel-passes.ts';
import { PassRecorder } from './pass-recorder.ts';
import type { QueryRingOptions } from './query-ring.ts';
import type { WebGpuBackend } from './structure.ts';
import { Transfers } from './transfers.ts';

/** Sightings of the clock before the program goes on; the best one counts. */
const sightings = 5;
/** How long the end waits for the last timestamps. */
const endDeadlineMs = 5_000;

/** Kernels under watch. */
export interface KernelWatchHandle {
  /** Puts TensorFlow.js back and writes what is still on its way, within some seconds. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Records every program that the webgpu backend runs on the GPU, as an activity of `deviceId` with the times that the GPU
 * itself took: one pass each, with a timestamp at both ends. Layer, phase, arithmetic and bytes come from the
 * kernel that it belongs to (`kernel-passes.ts`). Work that the backend hands to the processor is not there.
 *
 * Nothing waits for the GPU but this function, for a few empty passes that put its clock on the host's. Never rejects, and
 * never throws into the program. Kernels that find no query, and those of a lost device, are counted.
 */
export async function instrumentWebGpu(
  tf: TensorFlow,
  backend: WebGpuBackend,
  writer: StreamWriter,
  deviceId: string,
  options: QueryRingOptions = {},
): Promise<KernelWatchHandle> {
  const attribution = attributionOf(tf);
  const launches = new Launches(writer, deviceId);
  const kernels = new KernelPasses(launches, attribution);
  const transfers = new Transfers(writer, deviceId);
  const recorder = new PassRecorder(backend, writer, deviceId, kernels, transfers, options);
  for (let count = 0; count < sightings; count++) await recorder.sight();
  const patches = new Patches();
  recorder.watch(patches);
  transfers.watch(backend, patches);
  const restoreKernels = watchKernelFunctions(tf, 'webgpu', writer, launches, {
    begin() {
      kernels.begin();
      return 0;
    },
    end: (kernel, _begun, params, result) => kernels.end(kernel, params, result),
    threw: (kernel) => kernels.threw(kernel),
  });
  const restoreAttribution = attributeByItself(tf);
  writer.absent({
    device: deviceId,
    metric: 'gpuBusy',
    why: 'WebGPU takes no timestamps at copies, so that the time they take is not known.',
  });
  return {
    async stop() {
      restoreKernels();
      restoreAttribution();
      try {
        recorder.submitRest();
      } catch (error) {
        writer.lost('dropped', 1, `The last kernels could not be read: ${messageOf(error)}.`);
      }
      patches.restore();
      await recorder.end(endDeadlineMs);
    },
  };
}
