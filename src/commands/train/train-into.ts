import { cpuDevice } from '../../../collectors/host/cpu-device.ts';
import { createProbe } from '../../../collectors/tfjs/probe.ts';
import { watchKernels } from '../../../collectors/tfjs/watch-kernels.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { findWorkload, type TrainContext, type TrainSummary } from '../../../workloads/index.ts';
import * as tf from '../../../workloads/tf.ts';
import type { Device } from '../../model/device.ts';
import { metrics } from '../../model/series.ts';
import type { TrainingProbe } from '../../model/training.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import type { GpuAnswer, GpuQuestion, TrainingReply, TrainingWork } from './messages.ts';
import { failureOf } from './watcher.ts';

/** What is around a training. */
export interface Surroundings {
  /** Ends the training after its current step. */
  readonly stop: AbortController;
  /** Which of the GPUs that are sampled from here on the backend computes on. */
  ask(question: GpuQuestion): Promise<GpuAnswer>;
  /** Whether each kernel is recorded. */
  readonly kernels: boolean;
  /** Its place among several that train one model; left out where it trains alone. */
  readonly member?: Member;
}

/** What differs where a training is one of several. */
export interface Member {
  readonly replica: TrainContext['replica'];
  /** Gives what it computes on an id and a name of its own, where others compute on the same. */
  ownDevice(device: Device): Device;
  /** Why nobody samples that. */
  readonly notSampled: string;
  probe(probe: TrainingProbe): TrainingProbe;
  /** Whether an error is only how a request to stop came to it. */
  isStop(error: unknown): boolean;
}

const noKernels =
  'Kernels are not recorded, so that a benchmark measures the training alone; --kernels on records them.';

/** Trains on this thread, writes all of it to a stream and closes that. Never rejects. */
export async function trainInto(
  writer: StreamWriter,
  work: TrainingWork,
  around: Surroundings,
): Promise<TrainingReply> {
  const { stop, member } = around;
  const notes: string[] = [];
  let begun = false;
  try {
    const backend = await startBackend(work.backend, {
      ...(work.threads === null ? {} : { threads: work.threads }),
      ...(work.adapter === null ? {} : { adapter: work.adapter }),
    });
    try {
      // The two take their time side by side.
      const [peakFlops, { device: sampled, why }] = await Promise.all([
        backend.measurePeakFlops(),
        askForSampled(backend, around),
      ]);
      const ownDevice = (device: Device) => member?.ownDevice(device) ?? device;
      const computesOn = backend.gpu === null ? ownDevice(cpuDevice()) : (sampled ?? ownDevice(backend.gpu));
      const device = { ...computesOn, peakFlops };
      writer.device(device);
      if (why !== '') notes.push(why);
      const notSampled = why === '' && sampled === null ? (member?.notSampled ?? '') : why;
      if (notSampled !== '') {
        for (const metric of [metrics.util, metrics.smActive])
          writer.absent({ device: device.id, metric, why: notSampled });
      }
      const kernels = around.kernels ? await watchKernels(tf, writer, device.id) : null;
      if (kernels === null) writer.absent({ device: device.id, metric: 'kernelBusy', why: noKernels });
      const probe = createProbe(tf, writer);
      const endStep = (samples: number) => {
        // What a lost device gave back is no result.
        if (backend.broken.aborted) return;
        begun = true;
        probe.endStep(samples);
      };
      const watched: TrainingProbe = { ...probe, endStep };
      // A device that is lost ends the training as a request to stop does, where no error of it has done so.
      backend.broken.addEventListener('abort', () => stop.abort());
      let stoppedBy: TrainSummary['stoppedBy'];
      try {
        ({ stoppedBy } = await findWorkload(work.workload).start(work.texts, {
          probe: member?.probe(watched) ?? watched,
          backend: backend.label,
          signal: stop.signal,
          note: (sentence) => void notes.push(sentence),
          ...(member?.replica === undefined ? {} : { replica: member.replica }),
        }));
      } catch (error) {
        if (member?.isStop(error) !== true) throw error;
        stoppedBy = 'signal';
      } finally {
        await kernels?.stop();
        probe.finish();
      }
      backend.broken.throwIfAborted();
      // What else ran at the start may have made the peak look lower than it is. Of replicas others may still be at work.
      if (member === undefined) {
        const peakAtEnd = await backend.measurePeakFlops();
        if (peakAtEnd.value > peakFlops.value) writer.device({ ...device, peakFlops: peakAtEnd });
      }
      return done(await writer.close(stoppedBy === 'signal' ? 'stopped' : 'ended'), [
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
    const failure = failureOf(error);
    await writer.close('failed', failure.message);
    return { ...failure, begun };
  }
}

function askForSampled({ gpu, adapter }: StartedBackend, { ask }: Surroundings): Promise<GpuAnswer> {
  if (gpu === null) return Promise.resolve({ kind: 'gpu', device: null, why: '' });
  return ask({ kind: 'gpu', name: adapter?.name ?? null, alike: adapter?.alike ?? 1 });
}

function done(health: Awaited<ReturnType<StreamWriter['close']>>, notes: readonly string[]): TrainingReply {
  const complaints = health.failure === null ? [] : [health.failure];
  if (health.dropped > 0) complaints.push(`${health.dropped} records are missing from the recording.`);
  return { kind: 'done', complaints, notes };
}
