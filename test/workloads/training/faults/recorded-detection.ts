import { instrumentKernels } from '../../../../collectors/tfjs/instrument.ts';
import { createProbe } from '../../../../collectors/tfjs/probe.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import { describeRun } from '../../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../../src/recording/memory-recording.ts';
import { findWorkload } from '../../../../workloads/index.ts';
import * as tf from '../../../../workloads/tf.ts';
import type { FaultChoice } from '../../../../workloads/training/faults/names.ts';
import type { OptionTexts } from '../../../../workloads/training/options.ts';

/** The smallest detector, on pictures that are just large enough for all its scales. */
const usual: OptionTexts = {
  width: '0.35',
  image: '64',
  batch: '4',
  steps: '8',
  evalSamples: '0',
  input: 'inline',
};

export interface DetectionSettings {
  /** As typed, where they are not the usual. */
  readonly texts?: OptionTexts;
  /** Whether each kernel is recorded, which takes a fifth of a step this small; by default it is. */
  readonly kernels?: boolean;
}

/** Trains a small detector on synthetic scenes with a fault, as the command line does, and gives what was recorded. */
export async function recordDetection(
  fault: FaultChoice,
  { texts = {}, kernels = true }: DetectionSettings = {},
): Promise<Timeline> {
  const recording = new MemoryRecording(describeRun(fault, [], {}, []));
  const writer = recording.openStream('training');
  const restore = kernels ? instrumentKernels(tf, 'wasm', writer, 'cpu') : () => undefined;
  const probe = createProbe(tf, writer);
  try {
    await findWorkload('ssd').start({ ...usual, ...texts, fault }, { probe, backend: 'wasm' });
  } finally {
    restore();
    probe.finish();
    await writer.close('ended');
  }
  recording.poll();
  return recording.timeline;
}
