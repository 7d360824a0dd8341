import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe, type TrainingProbe } from '../../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../../workloads/backends/index.ts';
import type { Dataset, LabelledPictures } from '../../../../workloads/data/dataset.ts';
import { createSyntheticShapes } from '../../../../workloads/data/synthetic-shapes.ts';
import { inlineFeed } from '../../../../workloads/input/feed.ts';
import { createResNetCifar } from '../../../../workloads/models/resnet-cifar.ts';
import * as tf from '../../../../workloads/tf.ts';
import { classification, type LabelledBatch } from '../../../../workloads/training/classification.ts';
import { inspectable } from '../../../../workloads/training/health/inspector.ts';
import { hookLayers, type LayerHook } from '../../../../workloads/training/layer-hook.ts';
import type { TrainingTask } from '../../../../workloads/training/task.ts';
import { type TrainContext, type TrainSettings, train } from '../../../../workloads/training/train.ts';

const test = suite('health watch');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

type Task = TrainingTask<LabelledPictures, LabelledBatch>;

const base: TrainSettings = {
  batchSize: 8,
  steps: 5,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.05,
  schedule: 'constant',
  weightDecay: 5e-4,
  evaluateEvery: null,
  evaluationSamples: 0,
};

interface Heard {
  /** In the order of their first value. */
  readonly metrics: Map<string, number[]>;
  readonly marks: string[];
  /** Tensors at the begin of each step. */
  readonly tensors: number[];
  /** Phases within steps, and those between. */
  readonly within: Set<string>;
  readonly between: Set<string>;
}

interface RunSettings extends Partial<TrainSettings> {
  readonly health?: null;
  readonly dataset?: Dataset;
  readonly change?: (task: Task) => Task;
  /** Changes what layers give. */
  readonly hook?: LayerHook;
  readonly width?: number;
  /** Before the model goes. */
  readonly atEnd?: (task: Task) => void;
}

async function run({
  health,
  dataset = shapes(),
  change,
  hook,
  width = 4,
  atEnd,
  ...settings
}: RunSettings = {}) {
  const heard: Heard = {
    metrics: new Map(),
    marks: [],
    tensors: [],
    within: new Set(),
    between: new Set(),
  };
  let inStep = false;
  const probe: TrainingProbe = {
    ...silentProbe,
    beginStep() {
      inStep = true;
      heard.tensors.push(tf.memory().numTensors);
    },
    endStep() {
      inStep = false;
    },
    phase(name, body) {
      heard[inStep ? 'within' : 'between'].add(name);
      return body();
    },
    metric: (name, value) => void heard.metrics.set(name, [...(heard.metrics.get(name) ?? []), value]),
    range: (name, text = '') => {
      if (name === 'not-finite') heard.marks.push(text);
      return () => undefined;
    },
  };
  const context: TrainContext = inspectable({
    probe,
    backend: backend.label,
    ...(health === undefined ? {} : { health }),
  });
  const shape = { input: { height: 32, width: 32, channels: 3 }, classes: dataset.classes };
  const hooked = hook === undefined ? context.probe : hookLayers(context.probe, hook);
  const built = { probe: hooked, initializer: 'he', seed: 1 } as const;
  const whole = classification(createResNetCifar({ depth: 8, width }, shape, built), dataset);
  const task = change?.(whole) ?? whole;
  const all = { ...base, ...settings };
  try {
    await train(task, inlineFeed(dataset, all.batchSize), all, context);
    atEnd?.(task);
  } finally {
    task.dispose();
  }
  return heard;
}

function shapes(): Dataset {
  return createSyntheticShapes({ seed: 1, augment: null });
}

/** Weights and statistics. */
function numbersOf(task: Task): number[][] {
  return [...task.parameters, ...(task.statistics ?? [])].map(({ variable }) => [...variable.dataSync()]);
}

test('weights, statistics and losses are the same to the bit with and without', async () => {
  const of = async (settings: RunSettings) => {
    let numbers: number[][] = [];
    const { metrics } = await run({
      steps: 6,
      evaluateEvery: 3,
      evaluationSamples: 8,
      ...settings,
      atEnd: (task) => {
        numbers = numbersOf(task);
      },
    });
    return { numbers, losses: metrics.get('loss'), validation: metrics.get('validationLoss') };
  };
  assert.equal(await of({}), await of({ health: null }));
});

test('leaves no tensor, neither between steps nor at the end', async () => {
  const before = tf.memory().numTensors;
  const data = tf.engine().memory().numDataBuffers;
  const { tensors } = await run({ evaluateEvery: 2, evaluationSamples: 8 });
  assert.is(new Set(tensors).size, 1, `${tensors}`);
  assert.is(tf.memory().numTensors, before);
  assert.is(tf.engine().memory().numDataBuffers, data);
});

test('the phase of what steps pay for is none of what is between them', async () => {
  const { within, between } = await run({ evaluationSamples: 8 });
  assert.ok(within.has('health') && !within.has('modes'));
  assert.equal([...between], ['modes', 'evaluation']);
});

test('tells the figures of layers in the order of the forward pass, at the steps of the checks', async () => {
  const { metrics } = await run();
  const layersOf = (metric: string) =>
    [...metrics.keys()]
      .filter((name) => name.startsWith(`${metric}/`))
      .map((name) => name.slice(metric.length + 1));
  const activations = layersOf('activationRms');
  assert.equal(activations.slice(0, 4), ['stem', 'stem-norm', 'stage1/block1/conv1', 'stage1/block1/norm1']);
  assert.equal(activations.slice(-2), ['pool', 'classifier']);
  const norms = activations.filter((layer) => layer.includes('norm'));
  assert.equal(layersOf('statisticsChange').sort(), norms.sort());
  const withParameters = activations.filter((layer) => layer !== 'pool').sort();
  for (const metric of ['gradientRms', 'parameterChange']) {
    assert.equal(layersOf(metric).sort(), withParameters);
  }
  // Steps 1, 2 and 4, what layers give without the second; the cosine one step later each.
  for (const name of ['gradientNorm', 'updateRatio', 'gradientRms/stem']) {
    assert.is(metrics.get(name)?.length, 3, name);
  }
  assert.is(metrics.get('activationRms/pool')?.length, 2);
  assert.is(metrics.get('gradientCosine')?.length, 3);
  assert.is(metrics.get('duplicateShare')?.length, 5);
});

test('figures of gradients and updates are what they say', async () => {
  // Plain gradient descent without decay: the update is the gradient times the rate.
  const rate = 0.01;
  let size = 0;
  const { metrics } = await run({
    steps: 1,
    optimizer: 'sgd',
    weightDecay: 0,
    learningRate: rate * 10,
    change: (task) => {
      for (const { variable } of task.parameters) size += tf.sum(tf.square(variable)).dataSync()[0] as number;
      return task;
    },
  });
  const [norm = 0] = metrics.get('gradientNorm') ?? [];
  const [ratio = 0] = metrics.get('updateRatio') ?? [];
  assert.ok(Math.abs(ratio / ((rate * norm) / Math.sqrt(size)) - 1) < 1e-3, `${ratio}`);
  const [stem = 0] = metrics.get('gradientRms/stem') ?? [];
  assert.ok(stem > 0 && stem * Math.sqrt(3 * 3 * 3 * 4) < norm);
});

test('the same gradient twice has a cosine of 1', async () => {
  const batch = shapes().trainingBatch(0, 8);
  const dataset = { ...shapes(), trainingBatch: () => batch };
  const { metrics } = await run({ steps: 2, learningRate: 1e-9, dataset });
  const [cosine = 0] = metrics.get('gradientCosine') ?? [];
  assert.ok(Math.abs(cosine - 1) < 1e-3, `${cosine}`);
});

test('a healthy model is as good with its moving statistics as with those of the batch, within 2 points', async () => {
  const fills = shapes();
  const dataset: Dataset = {
    ...fills,
    classes: 10,
    trainingBatch(number, size) {
      const batch = fills.trainingBatch(number, size);
      return { ...batch, labels: batch.labels.map((label) => label % 10) };
    },
  };
  const { metrics } = await run({
    dataset,
    width: 8,
    steps: 64,
    batchSize: 64,
    schedule: 'cosine',
    evaluateEvery: 8,
    evaluationSamples: 8,
  });
  // Of the last evaluations, two batches each.
  const late = (name: string) => (metrics.get(name) ?? []).slice(-8);
  const [training, inference] = [late('trainModeAccuracy'), late('inferenceModeAccuracy')];
  assert.is(training.length, 8);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(mean(training) > 0.4, `it has learned: ${mean(training)}`);
  assert.ok(
    Math.abs(mean(training) - mean(inference)) < 0.02,
    `${mean(training)} and ${mean(inference)} of ${training.length * 64} samples`,
  );
});

test('a loss that is not finite is traced to the input', async () => {
  const dataset: Dataset = {
    ...shapes(),
    trainingBatch(number, size) {
      const batch = shapes().trainingBatch(number, size);
      if (number === 2) batch.images[100] = Number.NaN;
      return batch;
    },
  };
  const { marks } = await run({ dataset });
  assert.equal(marks, ['the input'], 'once, in the step where it began');
});

test('to a parameter, the last of the model, where a backward pass meets it first', async () => {
  const { marks } = await run({
    change: (task) => {
      for (const { name, variable } of task.parameters) {
        if (!/stage[12].*conv1/.test(name)) continue;
        tf.tidy(() => variable.assign(tf.mul(variable, Number.POSITIVE_INFINITY)));
      }
      return task;
    },
  });
  assert.equal(marks, ['the weights of stage2/block1/conv1']);
});

test('to a layer, though all weights are lost by then, and the run goes on as it would', async () => {
  let forwards = 0;
  const hook: LayerHook = (path, output) => {
    if (path === 'stem') forwards += 1;
    const isBad = forwards >= 2 && path === 'stage2/block1/conv2' && output instanceof tf.Tensor;
    return isBad ? tf.log(tf.neg(tf.abs(output))) : output;
  };
  const { marks, metrics } = await run({ hook, steps: 4 });
  assert.equal(marks, ['the activation of stage2/block1/conv2']);
  assert.ok(Number.isNaN(metrics.get('loss')?.at(-1)));
});

test('to the loss, where all before it is sound', async () => {
  const { marks } = await run({
    change: (task) => ({
      ...task,
      forward(batch, training) {
        const { loss, predictions } = task.forward(batch, training);
        return { loss: tf.mul<tf.Scalar>(loss, Number.NaN), predictions };
      },
    }),
  });
  assert.equal(marks, ['the loss']);
});

test.run();
