/** Recordings as trainings leave them while they go on, for whatever follows the runs of a machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inputMetrics } from '../../src/model/health.ts';
import { metrics } from '../../src/model/series.ts';
import { createRecording, openStream } from '../../src/recording/recording.ts';
import { gemm, gpu0, resnet, testManifest } from './recordings.ts';
import { times, writeReplicas } from './replica-runs.ts';
import { temporaryDirectory } from './temporary.ts';

const millisecond = 1e6;
const steps = 20;
const stepNs = 100 * millisecond;
/** The recorded GPU is the first that a fake driver shows. */
const firstFakeUuid = 'GPU-00000000-0000-4000-8000-000000000000';

/** A directory of runs: `alone`, which waits for its batches and has come to NaN, and `pair`, whose rank 1 is slow. */
export async function writeRuns(): Promise<string> {
  const directory = join(temporaryDirectory(), 'runs');
  mkdirSync(directory);
  writeAlone(join(directory, 'alone'));
  await writeReplicas(join(directory, 'pair'), {
    parallel: { mode: 'sync' },
    replicas: [
      { steps: times(steps, () => ({ ms: 100, wait: 55, communicate: 5, loss: 2 })), outcome: null },
      { steps: times(steps, () => ({ ms: 100, wait: 0, communicate: 5, loss: 2 })), outcome: null },
    ],
  });
  return directory;
}

function writeAlone(directory: string): void {
  createRecording(directory, testManifest([{ ...gpu0, uuid: firstFakeUuid }]));
  const writer = openStream(directory, 'training', 'loop');
  writer.workload(resnet);
  const kernel = writer.defineLaunch(gemm);
  const curve = (metric: string) => writer.defineSeries({ device: null, metric, from: 'workload' });
  const [loss, accuracy, validation, rate, wait] = [
    curve(metrics.loss),
    curve(metrics.accuracy),
    curve(metrics.validationAccuracy),
    curve(metrics.learningRate),
    curve(inputMetrics.waitSeconds),
  ];
  for (let at = 0; at < steps; at++) {
    const startNs = at * stepNs;
    const endNs = startNs + stepNs;
    writer.activity(kernel, startNs, 30 * millisecond);
    writer.sample(loss, endNs - 1000, at < steps - 1 ? 2.3 - at / 100 : Number.NaN);
    writer.sample(accuracy, endNs - 1000, 0.4);
    writer.sample(rate, endNs - 1000, 0.1);
    writer.sample(wait, endNs - 1000, 0.042);
    writer.step({ number: at + 1, startNs, endNs, samples: 32 });
  }
  writer.sample(validation, steps * stepNs, 0.35);
  writer.flush();
}
