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
  steps: '12',
  evalSamples: '0',
  input: 'inline',
};

/** Trains a small detector on synthetic scenes with a fault, as the command line does, and gives what was recorded. */
export async function recordDetection(fault: FaultChoice, changed: OptionTexts = {}): Promise<Timeline> {
  const recording = new MemoryRecording(describeRun(fault, [], {}, []));
  const writer = recording.openStream('training');
  const restore = instrumentKernels(tf, 'wasm', writer, 'cpu');
  const probe = createProbe(tf, writer);
  try {
    await findWorkload('ssd').start({ ...usual, ...changed, fault }, { probe, backend: 'wasm' });
  } finally {
    restore();
    probe.finish();
    await writer.close('ended');
  }
  recording.poll();
  return recording.timeline;
}
