import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cpuDevice } from '../../../collectors/host/cpu-device.ts';
import { gpuCollectors } from '../../../collectors/index.ts';
import { defaultDirectory } from '../../../collectors/tfjs/recording-place.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { streamExtension } from '../../recording/format.ts';
import { describeRun } from '../../recording/manifest.ts';
import { createRecording } from '../../recording/recording.ts';
import { startTelemetry } from '../telemetry.ts';
import { warpwatchVersion } from '../version.ts';
import { type Plain, type Signal, watch } from '../watch.ts';
import { startChild, type TrainingChild } from './child.ts';
import { follow } from './follow.ts';
import type { TrainingOrder } from './messages.ts';
import { findSameGpu } from './same-gpu.ts';

export interface RunRequest {
  readonly workload: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly threads: number | null;
  readonly adapter: string | null;
  /** Directory of the recording, or null for a new one below runs/. */
  readonly directory: string | null;
  readonly command: readonly string[];
  readonly plain: Plain | undefined;
  /** Called before the end where a call into a driver has not come back. */
  readonly withHangingCall: () => void;
}

export interface TrainingEnd {
  readonly directory: string;
  /** The signal that ended it, or null. */
  readonly signal: Signal | null;
  /** Sentences on what went wrong although there is a recording. */
  readonly complaints: readonly string[];
  /** Sentences that a person should know although all went well. */
  readonly notes: readonly string[];
}

/**
 * Trains in another process and shows it in this one, until the end, `q` or a signal.
 * @throws WarpwatchError when the training cannot begin; the recording is taken away again then
 */
export async function runTraining(request: RunRequest): Promise<TrainingEnd> {
  const manifest = describeRun(
    `train ${request.workload}`,
    request.command,
    { warpwatch: warpwatchVersion() },
    [cpuDevice()],
  );
  const directory = request.directory ?? defaultDirectory(manifest.run.title, manifest.run.createdAt);
  createRecording(directory, manifest);
  const telemetry = startTelemetry(directory);
  const stopTelemetry = async (outcome: 'ended' | 'failed') => {
    if (await telemetry.stop(outcome)) request.withHangingCall();
  };
  const { workload, texts, backend, threads, adapter } = request;
  // What trains on the processor has no use for the figures of a GPU.
  const order: TrainingOrder = { workload, texts, backend, threads, adapter, directory };
  const child = startChild('src/commands/train/process', order, {
    gpu: async (gpu) => ({ kind: 'gpu', ...findSameGpu(gpu, await telemetry.sampleGpus()) }),
  });
  try {
    const { why, signal } = await watch({
      poll: follow(directory, child),
      ...(request.plain ? { plain: request.plain } : {}),
    });
    if (why !== 'ended') child.stop();
    const reply = await child.ended;
    await stopTelemetry('ended');
    const notes = reply.kind === 'done' ? reply.notes : [];
    return { directory, signal, complaints: complaintsOf(reply, directory), notes };
  } catch (error) {
    child.stop();
    await stopTelemetry('failed');
    throw error;
  }
}

function complaintsOf(reply: Awaited<TrainingChild['ended']>, directory: string): readonly string[] {
  if (reply.kind === 'done') return reply.complaints;
  if (reply.begun) return [`The training failed: ${reply.message}`];
  const streams = ['training', 'host', ...gpuCollectors.map(({ id }) => id)];
  for (const file of [...streams.map((name) => `${name}${streamExtension}`), 'manifest.json'])
    rmSync(join(directory, file), { force: true });
  throw new WarpwatchError(reply.code ?? 'child-failed', reply.message);
}
