import type { TrainingProbe, WorkloadInfo } from '../../src/model/training.ts';
import type { SeriesId, StreamWriter } from '../../src/recording/stream-writer.ts';
import { attributionOf } from './attribution.ts';
import { createProcessSampler } from './process-samples.ts';
import type { TensorFlow } from './tensorflow.ts';

/** A probe that can be told that nothing more comes. */
export interface RecordingProbe extends TrainingProbe {
  /** Counts a step that is still open as unfinished. */
  finish(): void;
}

/**
 * A probe that writes to a recording: steps, metrics (a series each, from `workload`), ranges as marks, and the
 * process's own processor share and memory at the end of steps. Layers and phases go to the kernels that
 * `instrumentKernels` records of the same engine, in either order of the two calls.
 *
 * A step that is begun anew before it has ended counts as unfinished.
 */
export function createProbe(tf: TensorFlow, writer: StreamWriter): RecordingProbe {
  const attribution = attributionOf(tf);
  const seriesByName = new Map<string, SeriesId>();
  const sampler = createProcessSampler(writer);
  let number = 0;
  let stepStartNs: number | null = null;

  const seriesOf = (name: string): SeriesId => {
    const found = seriesByName.get(name);
    if (found !== undefined) return found;
    const made = writer.defineSeries({ device: null, metric: name, from: 'workload' });
    seriesByName.set(name, made);
    return made;
  };

  const abandonStep = () => {
    if (stepStartNs !== null) writer.lost('unfinished', 1, `Step ${number} was begun and not ended.`);
    stepStartNs = null;
  };

  return {
    layer: (name, body) => attribution.layer(name, body),
    phase: (name, body) => attribution.phase(name, body),

    beginStep() {
      abandonStep();
      number += 1;
      stepStartNs = writer.now();
    },

    endStep(samples) {
      if (stepStartNs === null) return;
      const endNs = writer.now();
      const isCount = Number.isSafeInteger(samples) && samples >= 0;
      writer.step({ number, startNs: stepStartNs, endNs, samples: isCount ? samples : null });
      stepStartNs = null;
      sampler.sample(endNs);
    },

    metric(name, value, atNs = writer.now()) {
      writer.sample(seriesOf(name), atNs, value);
    },

    now: () => writer.now(),

    range(name, text = '') {
      const startNs = writer.now();
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        writer.mark({ name, startNs, endNs: writer.now(), text });
      };
    },

    describe: (info: WorkloadInfo) => writer.workload(info),

    finish: abandonStep,
  };
}
