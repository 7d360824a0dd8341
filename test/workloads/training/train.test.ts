import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe, type TrainingProbe, type WorkloadInfo } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { Dataset, LabelledPictures } from '../../../workloads/data/dataset.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import { inlineFeed } from '../../../workloads/input/feed.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import * as tf from '../../../workloads/tf.ts';
import {
  accuracyOf,
  classification,
  type LabelledBatch,
} from '../../../workloads/training/classification.ts';
import type { TrainingTask } from '../../../workloads/training/task.ts';
import {
  type TrainContext,
  type TrainSettings,
  type TrainSummary,
  train,
} from '../../../workloads/training/train.ts';

const test = suite('train');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const base: TrainSettings = {
  batchSize: 8,
  steps: 4,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.05,
  schedule: 'constant',
  weightDecay: 5e-4,
  evaluateEvery: null,
  evaluationSamples: 0,
};

function tinyTask(dataset: Dataset, probe = silentProbe): TrainingTask<LabelledPictures, LabelledBatch> {
  const shape = { input: { height: 32, width: 32, channels: 3 }, classes: dataset.classes };
  const settings = { probe, initializer: 'he', seed: 1 } as const;
  return classification(createResNetCifar({ depth: 8, width: 4 }, shape, settings), dataset);
}

function shapes(seed = 1): Dataset {
  return createSyntheticShapes({ seed, augment: null });
}

/** A data set of one batch. */
function oneBatch(): Dataset {
  const dataset = shapes();
  const batch = dataset.trainingBatch(0, 8);
  return { ...dataset, trainingBatch: () => batch, evaluationBatches: () => [batch] };
}

interface Watched {
  readonly events: string[];
  readonly metrics: Record<string, number[]>;
  readonly infos: WorkloadInfo[];
  readonly probe: TrainingProbe;
}

/** A probe that writes down what it is told, phases with their nesting. */
function watch(onEvent: (event: string) => void = () => undefined): Watched {
  const events: string[] = [];
  const metrics: Record<string, number[]> = {};
  const infos: WorkloadInfo[] = [];
  const open: string[] = [];
  const tell = (event: string) => {
    events.push(event);
    onEvent(event);
  };
  const probe: TrainingProbe = {
    layer: (_name, body) => body(),
    phase(name, body) {
      open.push(name);
      tell(open.join('>'));
      try {
        return body();
      } finally {
        open.pop();
      }
    },
    beginStep: () => tell('begin'),
    endStep: (samples) => tell(`end ${samples}`),
    metric(name, value) {
      metrics[name] = [...(metrics[name] ?? []), value];
    },
    now: () => 0,
    range(name) {
      tell(`[${name}`);
      return () => tell(`${name}]`);
    },
    describe: (info) => void infos.push(info),
  };
  return { events, metrics, infos, probe };
}

/** What a training is watched by runs between its parts; its own tests look at it. */
function withoutHealth(events: readonly string[]): string[] {
  return events.filter((event) => event !== 'health' && event !== 'modes');
}

async function run(
  settings: Partial<TrainSettings> = {},
  context: Partial<TrainContext> = {},
  dataset: Dataset = shapes(),
): Promise<TrainSummary> {
  const task = tinyTask(dataset, context.probe);
  try {
    return await train(
      task,
      inlineFeed(dataset, settings.batchSize ?? base.batchSize),
      { ...base, ...settings },
      { probe: silentProbe, backend: backend.label, ...context },
    );
  } finally {
    task.dispose();
  }
}

test('a step tells its parts in order, then its figures', async () => {
  const { events, metrics, infos, probe } = watch();
  const summary = await run({ steps: 2, learningRate: 0.01 }, { probe });
  const step = ['begin', 'input', 'backward', 'backward>forward', 'optimizer', 'end 8'];
  assert.equal(withoutHealth(events), [...step, ...step]);
  assert.is(metrics['loss']?.length, 2);
  assert.is(metrics['accuracy']?.length, 2);
  // The rise from a tenth: no progress yet, then half of the run.
  assert.equal(metrics['learningRate'], [0.001, 0.01]);
  assert.is(summary.steps, 2);
  assert.is(summary.samples, 16);
  assert.is(summary.stoppedBy, 'steps');
  assert.is(summary.finalLoss, metrics['loss']?.[1]);
  assert.is(summary.validationAccuracy, null);
  const [info] = infos;
  assert.is(infos.length, 1);
  assert.is(info?.name, 'resnet8');
  assert.is(info?.backend, backend.label);
  assert.is(info?.synthetic, true);
  assert.is(info?.plannedSteps, 2);
  assert.ok((info?.modelFlopsPerSample ?? 0) > 1e6);
});

test('one batch is learned by heart, with every optimizer, and inference agrees', async () => {
  for (const [optimizer, learningRate] of [
    ['momentum', 0.05],
    ['adam', 0.01],
    ['sgd', 0.2],
  ] as const) {
    const settings = { steps: 60, optimizer, learningRate, evaluationSamples: 8 };
    const summary = await run(settings, {}, oneBatch());
    assert.ok((summary.finalLoss ?? 9) < 0.3, `${optimizer}: loss ${summary.finalLoss}`);
    assert.is(summary.validationAccuracy, 1, optimizer);
    assert.ok((summary.trainAccuracy ?? 0) > 0.9, `${optimizer}: accuracy ${summary.trainAccuracy}`);
  }
});

test('the same seed gives the same losses, another data seed others', async () => {
  const lossesOf = async (seed: number) => {
    const { metrics, probe } = watch();
    await run({ evaluationSamples: 8 }, { probe }, shapes(seed));
    return [metrics['loss'], metrics['validationLoss']];
  };
  const first = await lossesOf(1);
  assert.equal(await lossesOf(1), first);
  assert.not.equal(await lossesOf(2), first);
});

test('evaluation runs every so many steps and once at the end, outside of steps', async () => {
  const { events, metrics, probe } = watch();
  const summary = await run({ steps: 3, evaluateEvery: 2, evaluationSamples: 16 }, { probe });
  const evaluation = ['[evaluation', 'evaluation', 'evaluation', 'evaluation]'];
  const step = ['begin', 'input', 'backward', 'backward>forward', 'optimizer', 'end 8'];
  assert.equal(withoutHealth(events), [...step, ...step, ...evaluation, ...step, ...evaluation]);
  assert.is(metrics['validationLoss']?.length, 2);
  assert.is(summary.validationAccuracy, metrics['validationAccuracy']?.[1]);
  assert.is(summary.validationLoss, metrics['validationLoss']?.[1]);
  const even = watch();
  await run({ steps: 2, evaluateEvery: 2, evaluationSamples: 8 }, { probe: even.probe });
  assert.is(even.metrics['validationLoss']?.length, 1, 'no second evaluation of the same weights');
});

test('a loss that becomes NaN is told and does not end the run', async () => {
  const { metrics, probe } = watch();
  const summary = await run({ steps: 6, learningRate: 1e30, evaluationSamples: 8 }, { probe });
  assert.is(summary.steps, 6);
  assert.is(summary.stoppedBy, 'steps');
  const losses = metrics['loss'] ?? [];
  assert.is(losses.length, 6);
  assert.is(summary.nanAtStep, losses.findIndex((loss) => !Number.isFinite(loss)) + 1);
  assert.ok((summary.nanAtStep ?? 0) > 1, 'the first step is still sound');
  assert.ok(Number.isNaN(summary.finalLoss));
  assert.is(metrics['accuracy']?.at(-1), 0);
});

test('a stop request ends the run after the step, without an evaluation', async () => {
  const controller = new AbortController();
  let steps = 0;
  const { events, probe } = watch((event) => {
    if (event === 'begin') steps += 1;
    if (steps === 2 && event === 'backward') controller.abort();
  });
  const summary = await run({ steps: 100, evaluationSamples: 8 }, { probe, signal: controller.signal });
  assert.is(summary.stoppedBy, 'signal');
  assert.is(summary.steps, 2);
  assert.is(events.at(-1), 'end 8');
});

test('a stop request before the start trains nothing', async () => {
  const summary = await run({}, { signal: AbortSignal.abort() });
  assert.equal(
    [summary.stoppedBy, summary.steps, summary.finalLoss, summary.trainAccuracy],
    ['signal', 0, null, null],
  );
});

test('a run that is bounded by time ends after the step that crosses it, and its schedule with it', async () => {
  let clock = 0;
  const { metrics, probe } = watch((event) => {
    if (event.startsWith('end')) clock += 400;
  });
  const settings = { steps: null, seconds: 1, schedule: 'cosine', learningRate: 1 } as const;
  const summary = await run(settings, { probe, now: () => clock });
  assert.is(summary.stoppedBy, 'seconds');
  assert.is(summary.steps, 3);
  assert.is(summary.seconds, 1.2);
  const [first = 0, second = 0, third = 0] = metrics['learningRate'] ?? [];
  assert.ok(first === 0.1 && second > third && third > 0, `${metrics['learningRate']}`);
});

test('a step that fails has not ended, and leaves no tensor', async () => {
  const { events, probe } = watch();
  const failing: TrainingProbe = {
    ...probe,
    metric(name, value) {
      // The first figure of a step, of the second step here.
      if (name === 'loss' && events.includes('end 8')) throw new Error('the device is lost');
      probe.metric(name, value);
    },
  };
  const before = tf.memory().numTensors;
  try {
    await run({ steps: 3 }, { probe: failing });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /the device is lost/);
  }
  assert.equal(
    events.filter((event) => event === 'begin' || event.startsWith('end')),
    ['begin', 'end 8', 'begin'],
  );
  assert.is(tf.memory().numTensors, before);
});

test('timers get their turn between steps', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 0);
  try {
    await run({ steps: 5 });
  } finally {
    clearInterval(timer);
  }
  assert.ok(turns >= 4, `${turns} turns in 5 steps`);
});

test('memory is flat over steps and evaluations, and nothing is left', async () => {
  const before = tf.memory().numTensors;
  const data = tf.engine().memory().numDataBuffers;
  const counts: number[] = [];
  const { probe } = watch((event) => {
    if (event === 'begin') counts.push(tf.memory().numTensors);
  });
  await run({ steps: 5, optimizer: 'adam', evaluateEvery: 2, evaluationSamples: 8 }, { probe });
  assert.is(new Set(counts).size, 1, `${counts}`);
  assert.is(tf.memory().numTensors, before);
  assert.is(tf.engine().memory().numDataBuffers, data);
});

test('accuracy counts a sample whose logits are NaN as wrong', () => {
  const logits = Float32Array.from([1, 2, 0, Number.NaN, Number.NaN, Number.NaN]);
  assert.is(accuracyOf(logits, Int32Array.from([1, 0]), 3), 0.5);
  assert.is(accuracyOf(logits, Int32Array.from([0, 0]), 3), 0);
});

test.run();
