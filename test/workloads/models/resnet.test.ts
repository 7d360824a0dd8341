import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import { createResNet, imageNetSide } from '../../../workloads/models/index.ts';
import type { Model, ModelShape } from '../../../workloads/models/model.ts';
import { createResNetBottleneck, resnet50 } from '../../../workloads/models/resnet-bottleneck.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import { createResNetImageNet } from '../../../workloads/models/resnet-imagenet.ts';
import * as tf from '../../../workloads/tf.ts';
import { assertLayersRan, layerPaths } from './layer-paths.ts';

const test = suite('resnet');

const settings: BuilderSettings = { probe: silentProbe, initializer: 'he', seed: 1 };
const cifar = (classes: number): ModelShape => ({ input: { height: 32, width: 32, channels: 3 }, classes });
const tiny: ModelShape = { input: { height: 8, width: 8, channels: 3 }, classes: 5 };

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

const small: ModelShape = { input: { height: 16, width: 16, channels: 3 }, classes: 5 };

/** A narrow one of each kind. */
const narrow: readonly (() => Model)[] = [
  () => createResNetCifar({ depth: 8, width: 4 }, tiny, settings),
  () => createResNetBottleneck({ depth: 8, blocks: [1, 1], width: 4 }, tiny, settings),
  () => createResNetImageNet({ depth: 9, blocks: [1, 1], block: 'basic', width: 4 }, small, settings),
  () => createResNetImageNet({ depth: 10, blocks: [1, 1], block: 'bottleneck', width: 4 }, small, settings),
];

function millionMultiplyAdds(model: Model): number {
  return model.forwardFlops / 2e6;
}

// Parameters and multiply-adds of the same networks (projections with normalisation) as published with the weights of
// github.com/chenyaofo/pytorch-cifar-models, in millions.
const published = [
  { depth: 20, classes: 10, parameters: 0.27, multiplyAdds: 40.81 },
  { depth: 20, classes: 100, parameters: 0.28, multiplyAdds: 40.82 },
  { depth: 32, classes: 10, parameters: 0.47, multiplyAdds: 69.12 },
  { depth: 56, classes: 10, parameters: 0.86, multiplyAdds: 125.75 },
] as const;

for (const { depth, classes, parameters, multiplyAdds } of published) {
  test(`ResNet-${depth} of ${classes} classes counts as published`, () => {
    const model = createResNetCifar({ depth }, cifar(classes), settings);
    assert.is((model.parameterCount / 1e6).toFixed(2), parameters.toFixed(2));
    assert.is(millionMultiplyAdds(model).toFixed(2), multiplyAdds.toFixed(2));
    assert.is(model.trainingFlops, 3 * model.forwardFlops);
    model.dispose();
  });
}

test('a sample keeps the output of every convolution, of every normalisation and of every block', () => {
  const model = createResNetCifar({ depth: 20 }, cifar(10), settings);
  const stem = 2 * 16 * 32 * 32;
  const blocks = 3 * 5 * (16 * 32 * 32 + 32 * 16 * 16 + 64 * 8 * 8);
  const projections = 2 * (32 * 16 * 16 + 64 * 8 * 8);
  assert.is(model.activationBytes, 4 * (stem + blocks + projections));
  model.dispose();
});

test('ResNet-50 counts as published, but for its stem and its classes', () => {
  const model = createResNetBottleneck(resnet50, cifar(1000), { ...settings, initializer: 'lecun-uniform' });
  // torchvision's resnet50 has 25,557,032, of which 9,408 are its 7x7 stem; ours has 1,728 in 3x3. Norms before the
  // convolutions instead of after them, and none after projections: 22,720 channels to scale and shift, not 26,560.
  assert.is(model.parameterCount, 25_557_032 - 9_408 + 1_728 - 2 * (26_560 - 22_720));
  // 4.09 G at 224x224 with features of 56x56 after the stem (118 M); here they are 32x32 and the strides are alike.
  const bodyAtImageNet = 4_089_184_256 - 118_013_952 - 2_048_000;
  const body = model.forwardFlops / 2 - 32 * 32 * 27 * 64 - 2_048_000;
  assert.ok(Math.abs(body / bodyAtImageNet / (32 / 56) ** 2 - 1) < 1e-9, `${body}`);
  model.dispose();
});

const imageNet: ModelShape = { input: { height: 224, width: 224, channels: 3 }, classes: 1000 };

// Parameters and multiply-adds (in thousand millions, two decimals) of torchvision's resnet18, resnet34 and resnet50,
// as its documentation of their weights has them; those of resnet50 to the last one as fvcore counts them.
const atImageNet = [
  { depth: '18', parameters: 11_689_512, multiplyAdds: 1.81 },
  { depth: '34', parameters: 21_797_672, multiplyAdds: 3.66 },
  { depth: '50', parameters: 25_557_032, multiplyAdds: 4.09 },
] as const;

for (const { depth, parameters, multiplyAdds } of atImageNet) {
  test(`ResNet-${depth} at 224 pixels counts as published`, () => {
    const model = createResNet(depth, imageNet, { ...settings, initializer: 'lecun-uniform' });
    assert.is(model.name, `resnet${depth}`);
    assert.is(model.parameterCount, parameters);
    assert.is((model.forwardFlops / 2e9).toFixed(2), multiplyAdds.toFixed(2));
    if (depth === '50') assert.is(model.forwardFlops / 2, 4_089_184_256);
    model.dispose();
  });
}

test('depth 50 takes the stem for ImageNet from a side of 64 pixels on', () => {
  const nameAt = (side: number) => {
    const shape = { input: { height: side, width: side, channels: 3 }, classes: 10 };
    const model = createResNet('50', shape, { ...settings, initializer: 'lecun-uniform' });
    model.dispose();
    return model.name;
  };
  assert.equal([imageNetSide - 1, imageNetSide].map(nameAt), ['resnet50v2', 'resnet50']);
});

test('the stem for ImageNet leaves a quarter of each side, odd sides rounded up', () => {
  for (const [side, left] of [
    [64, 16],
    [65, 17],
  ] as const) {
    const shape = { input: { height: side, width: side, channels: 3 }, classes: 5 };
    const model = createResNetImageNet({ depth: 5, blocks: [1], block: 'basic', width: 4 }, shape, settings);
    assert.equal(model.stemPool?.output, { height: left, width: left, channels: 4 });
    tf.tidy(() => {
      const logits = model.forward(tf.zeros<tf.Rank.R4>([1, side, side, 3]), false);
      assert.equal(logits.shape, [1, 5]);
    });
    model.dispose();
  }
});

test('the stages of a network are its forward pass and hold each parameter once', () => {
  for (const create of narrow) {
    const model = create();
    assert.equal(
      model.stages.flatMap(({ parameters }) => parameters.map(({ name }) => name)),
      model.parameters.map(({ name }) => name),
      model.name,
    );
    for (const { name, parameters } of model.stages) {
      assert.ok(parameters.length > 0, name);
      for (const parameter of parameters) {
        if (name.includes('/')) assert.match(parameter.name, new RegExp(`^${name}/`));
      }
    }
    model.dispose();
  }
});

test('the same seed gives the same weights and logits, another seed others', () => {
  const logitsOf = (seed: number) =>
    tf.tidy(() => {
      const model = createResNetCifar({ depth: 8, width: 4 }, tiny, { ...settings, seed });
      const images = tf.randomNormal<tf.Rank.R4>([2, 8, 8, 3], 0, 1, 'float32', 7);
      const logits = model.forward(images, true);
      assert.equal(logits.shape, [2, 5]);
      const values = logits.dataSync();
      model.dispose();
      return values;
    });
  assert.equal(logitsOf(1), logitsOf(1));
  assert.not.equal(logitsOf(1), logitsOf(2));
});

test('freeing a model leaves no tensor', () => {
  const before = tf.memory().numTensors;
  for (const create of narrow) create().dispose();
  assert.is(tf.memory().numTensors, before);
});

test('kernels run under the path of their layer', () => {
  const { probe, seen } = layerPaths();
  const model = createResNetCifar({ depth: 8, width: 4 }, tiny, { ...settings, probe });
  tf.tidy(() => model.forward(tf.zeros<tf.Rank.R4>([1, 8, 8, 3]), false));
  assertLayersRan(model.parameters, seen);
  model.dispose();
});

test('only weights decay', () => {
  const model = createResNetCifar({ depth: 8, width: 4 }, tiny, settings);
  for (const { name, decays } of model.parameters) assert.is(decays, name.endsWith('/weights'), name);
  model.dispose();
});

for (const [at, name] of ['resnet8', 'resnet8v2', 'resnet9', 'resnet10'].entries()) {
  test(`the gradient of ${name} is the slope of its output`, () => {
    const model = narrow[at]?.();
    assert.is(model?.name, name);
    if (model === undefined) return;
    const { height, width } = model.input;
    const images = tf.randomNormal<tf.Rank.R4>([3, height, width, 3], 0, 1, 'float32', 3);
    const weighting = tf.randomNormal<tf.Rank.R2>([3, 5], 0, 1, 'float32', 4);
    const output = () => tf.sum<tf.Scalar>(tf.mul(model.forward(images, true), weighting));
    const variables = model.parameters.map(({ variable }) => variable);
    const { value, grads } = tf.variableGrads(output, variables);
    value.dispose();
    // The slope along the gradient of one parameter is the square of its length.
    for (const { name: parameter, variable } of model.parameters) {
      const slopes = tf.tidy(() => {
        const gradient = grads[variable.name] as tf.Tensor;
        const length = tf.norm(gradient).dataSync()[0] ?? Number.NaN;
        const direction = tf.div(gradient, Math.max(length, 1e-12));
        const start = variable.clone();
        const at = (distance: number) => {
          variable.assign(tf.add(start, tf.mul(direction, distance)));
          return output().dataSync()[0] ?? Number.NaN;
        };
        const distance = 2e-3;
        const slope = (at(distance) - at(-distance)) / (2 * distance);
        variable.assign(start);
        return { length, slope };
      });
      const error = Math.abs(slopes.slope - slopes.length) / Math.max(1, slopes.length);
      assert.ok(error < 0.05, `${parameter}: gradient ${slopes.length}, slope ${slopes.slope}`);
    }
    tf.dispose([images, weighting, grads]);
    model.dispose();
  });
}

test.run();
