import { createProbe } from '../../../collectors/tfjs/probe.ts';
import type { ParallelInfo } from '../../../src/model/parallel.ts';
import type { TrainingProbe } from '../../../src/model/training.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';
import { faultyDataset } from '../../../workloads/data/faults.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import { inlineFeed } from '../../../workloads/input/feed.ts';
import type { ModeSettings } from '../../../workloads/parallel/mode.ts';
import { findMode } from '../../../workloads/parallel/modes/index.ts';
import { modeSettings, parallelOptions } from '../../../workloads/parallel/parallel-options.ts';
import { createReplica } from '../../../workloads/parallel/replica.ts';
import { openSharedMemory } from '../../../workloads/parallel/transports/shared-memory/transport.ts';
import * as tf from '../../../workloads/tf.ts';
import { classification } from '../../../workloads/training/classification.ts';
import { startFault } from '../../../workloads/training/faults/index.ts';
import { inspectable } from '../../../workloads/training/health/inspector.ts';
import { parseOptions } from '../../../workloads/training/options.ts';
import { wholeModel } from '../../../workloads/training/strategy.ts';
import { type TrainSettings, train } from '../../../workloads/training/train.ts';
import { warningsOf } from '../training/faults/health-warnings.ts';
import { easier } from '../training/faults/recorded-training.ts';
import { summedGradients } from './micro-batches.ts';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';
import { createTinyModel } from './tiny-models.ts';

const usual: TrainSettings = {
  batchSize: 4,
  steps: 4,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.05,
  schedule: 'constant',
  weightDecay: 5e-4,
  evaluateEvery: null,
  evaluationSamples: 0,
};

const usualMode: ModeSettings = modeSettings(parseOptions(parallelOptions, {}));

/** Trains one replica of a group as a workload does, on the active backend. */
export async function trainReplica(job: ReplicaJob): Promise<ReplicaOutcome> {
  const before = tf.memory().numTensors;
  const outcome = await trainOnce(job);
  return { ...outcome, tensorsLeft: tf.memory().numTensors - before };
}

async function trainOnce(job: ReplicaJob): Promise<Omit<ReplicaOutcome, 'tensorsLeft'>> {
  const { seat, mode, seed = 1, fault = 'none', model = 'resnet', checkpoints = 0 } = job;
  const recording = new MemoryRecording(describeRun('replica', [], {}, []));
  const writer = recording.openStream(`replica${seat.rank}`);
  const recorded = createProbe(tf, writer);
  const parametersBySteps: Float32Array[] = [];
  const probe: TrainingProbe = {
    ...recorded,
    endStep(samples) {
      recorded.endStep(samples);
      parametersBySteps.push(valuesOf(task.parameters));
    },
  };
  const started = startFault(fault, inspectable({ probe, backend: 'wasm' }));
  const dataset = faultyDataset(fault, easier(createSyntheticShapes({ seed, augment: null })));
  const shape = { input: { height: 32, width: 32, channels: 3 }, classes: dataset.classes };
  const built = started.builder({ probe: started.context.probe, initializer: 'he', seed });
  const task = started.task(classification(createTinyModel(model, shape, built), dataset));
  const settings = started.settings({ ...usual, ...job.settings });
  const transport = openSharedMemory(seat);
  const replica = createReplica({
    transport,
    parallel: parallelInfo(job),
    mode: mode === null ? null : findMode(mode),
    modeSettings: { ...usualMode, ...job.modeSettings },
    checkpoints,
    evaluationSamples: settings.evaluationSamples,
    version: job.version ?? '1.0.0',
  });
  const feed = inlineFeed(dataset, settings.batchSize, replica.shard);
  const strategy =
    job.microBatches === undefined
      ? wholeModel
      : { ...wholeModel, gradients: summedGradients(job.microBatches) };
  try {
    const { steps } = await train(task, feed, settings, { ...started.context, replica }, strategy);
    await writer.close('ended');
    recording.poll();
    const { series, marks, steps: recordedSteps } = recording.timeline;
    return {
      metrics: Object.fromEntries(series.map((each) => [each.series.metric, [...each.values]])),
      momentsNs: Object.fromEntries(series.map((each) => [each.series.metric, [...each.timesNs]])),
      checkpointsNs: marks.filter(({ name }) => name === 'checkpoint').map(({ startNs }) => startNs),
      parametersBySteps,
      stepEndsNs: recordedSteps.map(({ endNs }) => endNs),
      parameters: valuesOf(task.parameters),
      statistics: valuesOf(task.statistics ?? []),
      steps,
      warnings: warningsOf(recording.timeline),
    };
  } finally {
    transport.close();
    task.dispose();
  }
}

function parallelInfo({ seat, mode, straggler }: ReplicaJob): ParallelInfo {
  return {
    mode: mode ?? 'single',
    replicas: seat.size,
    transport: 'shared-memory',
    settings: '',
    stragglers: straggler === undefined ? [] : [{ replica: seat.rank, factor: straggler }],
  };
}

function valuesOf(all: readonly { readonly variable: tf.Variable }[]): Float32Array {
  return Float32Array.from(all.flatMap(({ variable }) => [...variable.dataSync()]));
}
