import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import type { Known } from '../../src/model/measured.ts';
import { silentProbe, type TrainingProbe } from '../../src/model/training.ts';
import type { Flops } from '../../src/model/units.ts';
import type { EndOutcome, StreamHealth, StreamWriter } from '../../src/recording/stream-writer.ts';
import { cpuDevice } from '../host/cpu-device.ts';
import { type FitCallbacks, fitCallbacks } from './fit-callbacks.ts';
import { whyNoKernelTimes } from './kernel-times.ts';
import { createProbe } from './probe.ts';
import { type OpenedRecording, openRecording } from './recording-place.ts';
import type { TensorFlow } from './tensorflow.ts';
import { watchKernels } from './watch-kernels.ts';
import { webGpuDevice } from './webgpu/device.ts';
import type { KernelWatchHandle } from './webgpu/instrument.ts';

export interface InstrumentOptions {
  /** Directory of the recording, which must not hold one yet; by default `runs/<time>-<title>`. */
  readonly recording?: string;
  /** Name of the run in reports; by default the name of the backend. */
  readonly title?: string;
  /** The most FLOP/s that the processor can do, and how that is known; needed for shares of the peak. */
  readonly peakFlops?: Known<Flops>;
}

/** A program under watch. Nothing in here throws into the program. */
export interface Instrumented extends TrainingProbe {
  /** Directory of the recording, or null where none could be made: the program then runs unwatched. */
  readonly recordingPath: string | null;
  /** Runs one step of the training; `samples` is the batch size. A step whose body throws counts as unfinished. */
  step<T>(samples: number, body: () => T | Promise<T>): Promise<T>;
  /** For `model.fit(x, y, { callbacks: watch.fitCallbacks() })`: batches become steps, logs become metrics. */
  fitCallbacks(): FitCallbacks;
  /** Puts TensorFlow.js back as it was and ends the recording. Says on stderr if records were lost. */
  close(outcome?: EndOutcome, message?: string): Promise<StreamHealth>;
}

/** What is said when the recording has begun. */
const begun = (path: string) =>
  `warpwatch: recording to ${path}; watch it with: npx warpwatch top --recording ${path}`;

/**
 * Puts a TensorFlow.js program under watch: every kernel with its times, arithmetic, bytes, layer and phase goes to
 * a recording, together with the steps and figures that the program tells. Choose the backend first; kernels of
 * one that is set later are not seen. Call it once a program.
 *
 * Where the recording cannot be made that is said on stderr, and the program runs unwatched.
 *
 * @param tf the program's own TensorFlow.js: `import * as tf from '@tensorflow/tfjs'`
 * @throws WarpwatchError `usage` where `tf` is not TensorFlow.js
 */
export async function instrument(tf: TensorFlow, options: InstrumentOptions = {}): Promise<Instrumented> {
  requireTensorFlow(tf);
  await tf.ready();
  let opened: OpenedRecording;
  try {
    opened = openRecording({ ...options, title: options.title ?? tf.getBackend(), versions: versionsOf(tf) });
  } catch (error) {
    say(`warpwatch: the training is not recorded: ${messageOf(error)}`);
    return unwatched();
  }
  try {
    const session = await watched(tf, opened, options);
    if (!opened.joined) say(begun(opened.path));
    return session;
  } catch (error) {
    say(`warpwatch: the training is not recorded: ${messageOf(error)}`);
    await opened.writer.close('failed', messageOf(error));
    return unwatched();
  }
}

async function watched(
  tf: TensorFlow,
  { path, writer }: OpenedRecording,
  options: InstrumentOptions,
): Promise<Instrumented> {
  const kernels = await watchOn(tf, writer, options);
  const probe = createProbe(tf, writer);
  return {
    ...probe,
    recordingPath: path,
    async step(samples, body) {
      probe.beginStep();
      const result = await body();
      probe.endStep(samples);
      return result;
    },
    fitCallbacks: () => fitCallbacks(probe),
    async close(outcome = 'ended', message = '') {
      await kernels.stop();
      probe.finish();
      const health = await writer.close(outcome, message);
      const { dropped, failure } = health;
      if (failure !== null) say(`warpwatch: the recording is not whole: ${failure}`);
      else if (dropped > 0) say(`warpwatch: the recording lacks ${dropped} records that found no room.`);
      return health;
    },
  };
}

/** Announces the device that the backend computes on, where that can be told, and watches its kernels. */
function watchOn(
  tf: TensorFlow,
  writer: StreamWriter,
  { peakFlops }: InstrumentOptions,
): Promise<KernelWatchHandle> {
  const device = webGpuDevice(tf, peakFlops) ?? (whyNoKernelTimes(tf) === null ? cpuDevice(peakFlops) : null);
  if (device !== null) writer.device(device);
  return watchKernels(tf, writer, device?.id ?? null);
}

function unwatched(): Instrumented {
  return {
    ...silentProbe,
    recordingPath: null,
    step: async (_samples, body) => body(),
    fitCallbacks: () => fitCallbacks(silentProbe),
    close: async () => ({ dropped: 0, failure: null }),
  };
}

function requireTensorFlow(tf: TensorFlow): void {
  for (const name of ['ready', 'getBackend', 'backend', 'engine', 'getKernelsForBackend']) {
    if (typeof Reflect.get(Object(tf), name) === 'function') continue;
    throw new WarpwatchError(
      'usage',
      `instrument() takes your TensorFlow.js, and what it was given has no ${name}(); pass the namespace: import * as tf from '@tensorflow/tfjs'.`,
    );
  }
}

function versionsOf(tf: TensorFlow): Record<string, string> {
  const version: unknown = Reflect.get(tf, 'version_core');
  return typeof version === 'string' ? { 'tfjs-core': version } : {};
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
