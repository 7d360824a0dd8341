import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import type { Model } from '../../../workloads/models/model.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import { createResNetImageNet, imageNetResNets } from '../../../workloads/models/resnet-imagenet.ts';
import * as tf from '../../../workloads/tf.ts';
import { recordKernels } from '../../collectors/tfjs/record-kernels.ts';

const test = suite('counted flops');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const settings: BuilderSettings = { probe: silentProbe, initializer: 'lecun-uniform', seed: 1 };
const square = (side: number) => ({ height: side, width: side, channels: 3 });
const samples = 2;
/** Of a model's own count, what the recorder may count otherwise. */
const tolerance = 0.02;

interface Counted {
  readonly create: () => Model;
  /** Arithmetic of the first convolution: taps, filters, output pixels. */
  readonly stemFlops: number;
}

const models: readonly Counted[] = [
  {
    create: () => createResNetCifar({ depth: 20 }, { input: square(32), classes: 100 }, settings),
    stemFlops: 2 * (3 * 3 * 3) * 16 * 32 ** 2,
  },
  {
    create: () =>
      createResNetImageNet(
        { ...imageNetResNets[50], width: 8 },
        { input: square(64), classes: 100 },
        settings,
      ),
    stemFlops: 2 * (7 * 7 * 3) * 8 * 32 ** 2,
  },
];

/** Arithmetic a sample of the convolutions and matrix products that `body` runs. */
function counted(body: () => void): number {
  const { activities } = recordKernels(body, 'wasm');
  const matrix = activities.filter(({ launch }) => /^(Conv2D|BatchMatMul|_FusedMatMul)/.test(launch.name));
  assert.ok(matrix.length > 20);
  return matrix.reduce((sum, { launch }) => sum + (launch.flops ?? Number.NaN), 0) / samples;
}

test('what the kernels of a forward pass compute is what the model says', () => {
  for (const { create } of models) {
    const model = create();
    const { height, width } = model.input;
    const flops = counted(() => void model.forward(tf.zeros([samples, height, width, 3]), true));
    const ratio = flops / model.forwardFlops;
    assert.ok(Math.abs(ratio - 1) < tolerance, `${model.name}: ${ratio}`);
    model.dispose();
  }
});

test('what the kernels of forward and backward compute is what the model says of training', () => {
  for (const { create, stemFlops } of models) {
    const model = create();
    const { height, width } = model.input;
    const variables = model.parameters.map(({ variable }) => variable);
    const flops = counted(() => {
      const images = tf.randomNormal<tf.Rank.R4>([samples, height, width, 3], 0, 1, 'float32', 1);
      tf.variableGrads(() => tf.sum(model.forward(images, true)), variables);
    });
    // Nobody asks for the gradient of the pictures, which the rule of three times the forward pass counts: 1 % of
    // ResNet-50 at 224 pixels, more of a narrow one.
    const ratio = flops / (model.trainingFlops - stemFlops);
    assert.ok(Math.abs(ratio - 1) < tolerance, `${model.name}: ${ratio}`);
    model.dispose();
  }
});

test.run();
