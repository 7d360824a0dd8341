import { suite } from 'uvu';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import { createResNetImageNet } from '../../../workloads/models/resnet-imagenet.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, random } from '../backends/agreement.ts';

const test = suite('networks on wasm');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

const settings: BuilderSettings = { probe: silentProbe, initializer: 'he', seed: 1 };

for (const block of ['basic', 'bottleneck'] as const) {
  test(`logits and gradients of a narrow ${block} network for ImageNet agree with the cpu backend`, async () => {
    await agree(() => {
      const shape = { input: { height: 33, width: 33, channels: 3 }, classes: 5 };
      const model = createResNetImageNet({ depth: 5, blocks: [1, 1], block, width: 8 }, shape, settings);
      const images = random([2, 33, 33, 3], 1) as tf.Tensor4D;
      const weighting = random([2, 5], 2);
      const variables = model.parameters.map(({ variable }) => variable);
      const output = () => tf.sum<tf.Scalar>(tf.mul(model.forward(images, true), weighting));
      const { value, grads } = tf.variableGrads(output, variables);
      const gradients = variables.map(({ name }) => (grads[name] as tf.Tensor).clone());
      const logits = model.forward(images, true);
      model.dispose();
      return [value, logits, ...gradients];
    });
  });
}

test.run();
