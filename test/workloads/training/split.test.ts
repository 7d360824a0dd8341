import { isDeepStrictEqual } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createProbe } from '../../../collectors/tfjs/probe.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { silentProbe, type TrainingProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { Dataset } from '../../../workloads/data/dataset.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import { inlineFeed } from '../../../workloads/input/feed.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import type { Model, ModelShape } from '../../../workloads/models/model.ts';
import { createResNetBottleneck } from '../../../workloads/models/resnet-bottleneck.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import { createResNetImageNet } from '../../../workloads/models/resnet-imagenet.ts';
import * as tf from '../../../workloads/tf.ts';
import { classification } from '../../../workloads/training/classification.ts';
import { computeGradients, type Gradients } from '../../../workloads/training/gradients.ts';
import { splitWorkload } from '../../../workloads/training/split.ts';
import { splitGradients } from '../../../workloads/training/split-gradients.ts';
import {
  type PartOptimizers,
  splitModel,
  splitRecipe,
  splitStrategy,
} from '../../../workloads/training/split-run.ts';
import { wholeModel } from '../../../workloads/training/strategy.ts';
import { type TrainSettings, train } from '../../../workloads/training/train.ts';
import { recordKernels } from '../../collectors/tfjs/record-kernels.ts';
import { FakeWriter } from '../../support/fake-writer.ts';

const test = suite('split');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const shape: ModelShape = { input: { height: 32, width: 32, channels: 3 }, classes: 100 };
const builder = (probe = silentProbe): BuilderSettings => ({ probe, initializer: 'he', seed: 1 });
const dataset: Dataset = createSyntheticShapes({ seed: 1, augment: null });
const cifar = (probe = silentProbe) => createResNetCifar({ depth: 8, width: 4 }, shape, builder(probe));
const models: readonly (() => Model)[] = [
  cifar,
  () => createResNetBottleneck({ depth: 8, blocks: [1, 1], width: 4 }, shape, builder()),
  () => createResNetImageNet({ depth: 10, blocks: [1, 1], block: 'bottleneck', width: 4 }, shape, builder()),
];

const equal: PartOptimizers = {
  first: { optimizer: 'momentum', learningRate: 0.05, weightDecay: 5e-4 },
  second: { optimizer: 'momentum', learningRate: 0.05, weightDecay: 5e-4 },
};
const base: TrainSettings = {
  batchSize: 8,
  steps: 6,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.05,
  schedule: 'constant',
  weightDecay: 5e-4,
  evaluateEvery: null,
  evaluationSamples: 0,
};

/** Values of loss and gradients; frees them. */
function valuesOf({ loss, predictions, gradients }: Gradients): Float32Array[] {
  const values = [loss, predictions, ...gradients].map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose([loss, predictions, ...gradients]);
  return values;
}

/** Largest difference of any two elements, over the largest element. */
function difference(actual: readonly Float32Array[], expected: readonly Float32Array[]): number {
  assert.equal(
    actual.map(({ length }) => length),
    expected.map(({ length }) => length),
  );
  let [largest, furthest] = [0, 0];
  for (const [at, values] of expected.entries()) {
    for (const [index, value] of values.entries()) {
      largest = Math.max(largest, Math.abs(value));
      furthest = Math.max(furthest, Math.abs(value - (actual[at]?.[index] ?? Number.NaN)));
    }
  }
  assert.ok(largest > 0);
  return furthest / largest;
}

test('gradients of two parts are those of the whole model, wherever it is cut', () => {
  for (const create of models) {
    const first = create();
    first.dispose();
    for (const { name: cut } of first.stages.slice(1)) {
      const [whole, parts] = [create(), create()];
      const task = classification(whole, dataset);
      const batch = task.upload(dataset.trainingBatch(0, 4));
      const before = tf.memory().numTensors;
      const expected = valuesOf(computeGradients(task, batch, silentProbe));
      const actual = valuesOf(splitGradients(splitModel(parts, cut), batch, silentProbe));
      assert.is(tf.memory().numTensors, before, 'no tensor stays behind');
      const error = difference(actual.slice(2), expected.slice(2));
      assert.ok(error <= 1e-5, `${whole.name} cut at ${cut}: ${error}`);
      assert.equal(actual[0], expected[0], 'the loss');
      // One training pass each has moved the statistics of both alike, and only once.
      const logits = [whole, parts].map((model) =>
        tf.tidy(() => model.forward(batch.images, false).dataSync<'float32'>()),
      );
      assert.ok(difference([logits[0] as Float32Array], [logits[1] as Float32Array]) <= 1e-6, cut);
      batch.dispose();
      task.dispose();
      parts.dispose();
    }
  }
});

async function weightsAfter(
  settings: TrainSettings,
  cut: string | null,
  parts: PartOptimizers = equal,
  probe: TrainingProbe = silentProbe,
): Promise<{ losses: number[]; weights: Float32Array[]; initial: Float32Array[]; names: string[] }> {
  const losses: number[] = [];
  const watching: TrainingProbe = {
    ...probe,
    metric(name, value) {
      if (name === 'loss') losses.push(value);
      probe.metric(name, value);
    },
  };
  const model = cifar(probe);
  const read = () => model.parameters.map(({ variable }) => variable.dataSync<'float32'>().slice());
  const initial = read();
  const { task, strategy } =
    cut === null
      ? { task: classification(model, dataset), strategy: wholeModel }
      : splitRecipe(cut, parts, watching)(model, dataset);
  const batch = dataset.trainingBatch(0, settings.batchSize);
  const feed = inlineFeed({ ...dataset, trainingBatch: () => batch }, settings.batchSize);
  await train(task, feed, settings, { probe: watching, backend: 'wasm' }, strategy);
  const weights = read();
  const names = model.parameters.map(({ name }) => name);
  task.dispose();
  return { losses, weights, initial, names };
}

test('with the same optimizer in both parts the weights become those of the whole', async () => {
  const before = tf.memory().numTensors;
  const whole = await weightsAfter(base, null);
  const parts = await weightsAfter(base, 'stage2/block1');
  assert.ok(difference(parts.weights, whole.weights) <= 1e-5);
  assert.equal(
    parts.losses.map((loss) => loss.toFixed(4)),
    whole.losses.map((loss) => loss.toFixed(4)),
  );
  assert.is(tf.memory().numTensors, before);
});

test('two optimizers learn a batch by heart, and each follows its own rate', async () => {
  const rates: Record<string, number[]> = {};
  const probe: TrainingProbe = {
    ...silentProbe,
    metric(name, value) {
      rates[name] = [...(rates[name] ?? []), value];
    },
  };
  const parts: PartOptimizers = {
    first: { optimizer: 'sgd', learningRate: 0.05, weightDecay: 0 },
    second: { optimizer: 'adam', learningRate: 0.01, weightDecay: 0 },
  };
  const { losses } = await weightsAfter({ ...base, steps: 40 }, 'stage3/block1', parts, probe);
  assert.ok((losses.at(-1) ?? 9) < 0.5 && (losses[0] ?? 0) > 3, losses.join(' '));
  // The rate that the schedule gives is the higher one's.
  const [first, second] = [rates['learningRateFirst'] ?? [], rates['learningRateSecond'] ?? []];
  assert.is(first.length, 40);
  assert.ok(Math.abs((first.at(-1) ?? 0) - 0.05) < 1e-12 && Math.abs((second.at(-1) ?? 0) - 0.01) < 1e-12);
  // 8 pictures, 16x16 features of 8 channels before the third stage, float32.
  assert.is(rates['intermediateBytes']?.[0], 8 * 16 * 16 * 8 * 4);
  assert.is(rates['intermediateGradientBytes']?.[0], 8 * 16 * 16 * 8 * 4);
});

test('a part whose rate is 0 stays as it was', async () => {
  const parts: PartOptimizers = { ...equal, first: { ...equal.first, learningRate: 0 } };
  const { weights, initial, names } = await weightsAfter({ ...base, steps: 3 }, 'stage2/block1', parts);
  for (const [at, name] of names.entries()) {
    const isFirst = name.startsWith('stem') || name.startsWith('stage1');
    assert.is(isDeepStrictEqual(weights[at], initial[at]), isFirst, name);
  }
});

test('every kernel of a step belongs to one part, by layer and by phase', () => {
  const writer = recordKernels(() => {
    const probe = createProbe(tf, new FakeWriter());
    const model = cifar(probe);
    const task = classification(model, dataset);
    const batch = task.upload(dataset.trainingBatch(0, 2));
    const split = splitModel(model, 'stage2/block1');
    const optimizer = splitStrategy(split, equal, probe).optimizer(task, base);
    const { loss, predictions, gradients } = splitGradients(split, batch, probe);
    optimizer.update(gradients, 0.1);
    tf.dispose([loss, predictions, ...gradients]);
    optimizer.dispose();
    batch.dispose();
    task.dispose();
  }, 'wasm');
  const seen = new Set(
    writer.activities.map(({ launch }) => `${launch.phase} ${launch.layer.split('/')[0]}`),
  );
  for (const part of ['first', 'second']) {
    for (const phase of ['forward', 'backward'])
      assert.ok(seen.has(`${part} ${phase} ${part}`), `${part} ${phase}`);
    assert.ok(seen.has(`${part} optimizer `));
    const other = part === 'first' ? 'second' : 'first';
    for (const place of seen) assert.not.ok(place.startsWith(part) && place.endsWith(other), place);
  }
  const convolutions = writer.activities.filter(({ launch }) => launch.name.startsWith('Conv2D'));
  for (const { launch } of convolutions) assert.match(launch.layer, /^(first|second)\/(stem|stage)/);
});

test('a cut where there is none is refused with the places that there are', async () => {
  const before = tf.memory().numTensors;
  for (const cut of ['stem', 'stage9/block1']) {
    try {
      await splitWorkload.start({ cut, steps: '1' }, { probe: silentProbe, backend: 'wasm' });
      assert.unreachable();
    } catch (error) {
      if (!(error instanceof WarpwatchError)) throw error;
      assert.is(error.code, 'usage');
      assert.match(
        error.message,
        new RegExp(`^--cut takes a stage of resnet20, stage1/block1, .*, classifier, not "${cut}"`),
      );
    }
  }
  assert.is(tf.memory().numTensors, before);
});

test('the workload trains, and lowers its loss', async () => {
  const before = tf.memory().numTensors;
  const texts = { steps: '2', batch: '4', evalSamples: '4', optimizerFirst: 'adam', cut: 'classifier' };
  const summary = await splitWorkload.start(texts, { probe: silentProbe, backend: 'wasm' });
  assert.is(summary.steps, 2);
  assert.ok(Number.isFinite(summary.finalLoss) && Number.isFinite(summary.validationLoss));
  assert.is(tf.memory().numTensors, before);
});

test.run();
