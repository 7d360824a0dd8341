/**
 * The process that trains. It has its own, since kernels of WebAssembly block the event loop that they run on: a
 * dashboard beside them would freeze. It knows nothing of who watches; it writes to the recording.
 */
import { cpuDevice } from '../../../collectors/host/cpu-device.ts';
import { createProbe } from '../../../collectors/tfjs/probe.ts';
import { watchKernels } from '../../../collectors/tfjs/watch-kernels.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { findWorkload, type TrainSummary } from '../../../workloads/index.ts';
import * as tf from '../../../workloads/tf.ts';
import type { Device } from '../../model/device.ts';
import { messageOf, WarpwatchError } from '../../model/errors.ts';
import type { Measured } from '../../model/measured.ts';
import { metrics } from '../../model/series.ts';
import { openStream } from '../../recording/recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import {
  type GpuAnswer,
  type GpuQuestion,
  stopRequest,
  type TrainingOrder,
  type TrainingReply,
} from './messages.ts';

const stop = new AbortController();
process.on('message', (message) => {
  if (message === stopRequest) stop.abort();
});
// Without a watcher nobody could end this training; Ctrl-C reaches this process too, and the watcher decides.
process.on('disconnect', () => stop.abort());
process.on('SIGINT', () => undefined);

process.once('message', async (order: TrainingOrder) => {
  reply(await obey(order));
});

async function obey(order: TrainingOrder): Promise<TrainingReply> {
  const writer = openStream(order.directory, 'training');
  const notes: string[] = [];
  let begun = false;
  try {
    const backend = await startBackend(order.backend, {
      ...(order.threads === null ? {} : { threads: order.threads }),
      ...(order.adapter === null ? {} : { adapter: order.adapter }),
    });
    try {
      // The two take their time side by side.
      const [peakFlops, { device: sampled, why }] = await Promise.all([
        backend.measurePeakFlops(),
        askForSampled(backend),
      ]);
      const deviceAt = (peak: Measured) => deviceOf(backend, sampled, peak);
      const device = deviceAt(peakFlops);
      writer.device(device);
      if (why !== '') {
        notes.push(why);
        for (const metric of [metrics.util, metrics.smActive])
          writer.absent({ device: device.id, metric, why });
      }
      const kernels = await watchKernels(tf, writer, device.id);
      const probe = createProbe(tf, writer);
      const endStep = (samples: number) => {
        // What a lost device gave back is no result.
        if (backend.broken.aborted) return;
        begun = true;
        probe.endStep(samples);
      };
      // A device that is lost ends the training as a request to stop does, where no error of it has done so.
      backend.broken.addEventListener('abort', () => stop.abort());
      let summary: TrainSummary;
      try {
        summary = await findWorkload(order.workload).start(order.texts, {
          probe: { ...probe, endStep },
          backend: backend.label,
          signal: stop.signal,
          note: (sentence) => void notes.push(sentence),
        });
      } finally {
        await kernels.stop();
        probe.finish();
      }
      backend.broken.throwIfAborted();
      // What else ran at the start may have made the peak look lower than it is.
      const peakAtEnd = await backend.measurePeakFlops();
      if (peakAtEnd.value > peakFlops.value) writer.device(deviceAt(peakAtEnd));
      return done(await writer.close(summary.stoppedBy === 'signal' ? 'stopped' : 'ended'), [
        ...backend.notes,
        ...notes,
      ]);
    } catch (error) {
      if (!backend.broken.aborted) throw error;
      // Why the device is lost says more than the first call that failed for it. Its first kernels are worth keeping.
      begun = true;
      throw backend.broken.reason;
    } finally {
      await backend.stop();
    }
  } catch (error) {
    return failed(error, writer, begun);
  }
}

/** Which of the GPUs that the watcher samples from here on the backend computes on. */
function askForSampled({ gpu, adapter }: StartedBackend): Promise<GpuAnswer> {
  const nobody: GpuAnswer = { kind: 'gpu', device: null, why: '' };
  if (gpu === null || !process.connected) return Promise.resolve(nobody);
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message !== stopRequest) resolve(message as GpuAnswer);
    });
    process.once('disconnect', () => resolve(nobody));
    const question: GpuQuestion = { kind: 'gpu', name: adapter?.name ?? null, alike: adapter?.alike ?? 1 };
    process.send?.(question);
  });
}

/** What the backend computes on; under its id among the sampled ones where it is known to be one. */
function deviceOf({ gpu }: StartedBackend, sampled: Device | null, peakFlops: Measured): Device {
  return gpu === null ? cpuDevice(peakFlops) : { ...(sampled ?? gpu), peakFlops };
}

function done(health: Awaited<ReturnType<StreamWriter['close']>>, notes: readonly string[]): TrainingReply {
  const complaints = health.failure === null ? [] : [health.failure];
  if (health.dropped > 0) complaints.push(`${health.dropped} records are missing from the recording.`);
  return { kind: 'done', complaints, notes };
}

async function failed(error: unknown, writer: StreamWriter, begun: boolean): Promise<TrainingReply> {
  const message = messageOf(error);
  await writer.close('failed', message);
  return { kind: 'failed', code: error instanceof WarpwatchError ? error.code : null, message, begun };
}

function reply(message: TrainingReply): void {
  process.send?.(message, () => process.disconnect());
}
