import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { type BuilderSettings, ModelBuilder } from '../../../workloads/models/builder.ts';
import { dense, globalAveragePool } from '../../../workloads/models/layers.ts';
import { mobileNetV2Backbone, scaleChannels } from '../../../workloads/models/mobilenet-v2.ts';
import { finishModel, type Model } from '../../../workloads/models/model.ts';
import { stageList } from '../../../workloads/models/stages.ts';
import * as tf from '../../../workloads/tf.ts';

const test = suite('mobilenet-v2');

const settings: BuilderSettings = { probe: silentProbe, initializer: 'lecun-uniform', seed: 1 };
const square = (side: number) => ({ height: side, width: side, channels: 3 });

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

// The authors' table, in millions: github.com/tensorflow/models, research/slim/nets/mobilenet/README.md. The paper
// rounds the 3.47 to 3.4.
const published = [
  { width: 1, side: 224, parameters: 3.47, multiplyAdds: 300 },
  { width: 1, side: 160, parameters: 3.47, multiplyAdds: 154 },
  { width: 0.75, side: 224, parameters: 2.61, multiplyAdds: 209 },
  { width: 0.5, side: 224, parameters: 1.95, multiplyAdds: 97 },
  { width: 0.35, side: 224, parameters: 1.66, multiplyAdds: 59 },
  { width: 1.4, side: 224, parameters: 6.06, multiplyAdds: 582 },
] as const;

/** The backbone with the head that the published counts are of. */
function classifierOf(width: number, side: number, classes: number): Model {
  const builder = ModelBuilder.start(settings);
  const stages = stageList(builder);
  const backbone = mobileNetV2Backbone(builder, square(side), width);
  stages.add<tf.Tensor4D>('backbone', (x, training) => backbone.apply(x, training)[2]);
  const pool = globalAveragePool(builder, 'pool', backbone.outputs[2]);
  const classifier = dense(builder, 'classifier', backbone.outputs[2].channels, classes);
  stages.add<tf.Tensor4D>('classifier', (x) => classifier(pool(x)));
  return finishModel('mobilenet-v2', { input: square(side), classes }, builder, stages.all);
}

for (const { width, side, parameters, multiplyAdds } of published) {
  test(`width ${width} at ${side} counts as published`, () => {
    const model = classifierOf(width, side, 1000);
    const counted = model.forwardFlops / 2e6;
    assert.ok(Math.abs(counted / multiplyAdds - 1) <= 0.02, `${counted} M`);
    const count = model.parameterCount / 1e6;
    assert.ok(Math.abs(count / parameters - 1) <= 0.02, `${count} M parameters`);
    assert.is(model.trainingFlops, 3 * model.forwardFlops);
    model.dispose();
  });
}

test("it has the parameters of torchvision's, and two FLOPs for each of its multiply-adds", () => {
  const model = classifierOf(1, 224, 1000);
  // `num_params` of its weights; 0.301 G are its `_ops`.
  assert.is(model.parameterCount, 3_504_872);
  assert.is((model.forwardFlops / 2e9).toFixed(3), '0.301');
  model.dispose();
});

test('channels are multiples of eight, and never a tenth too few', () => {
  for (let channels = 16; channels <= 1280; channels += 8) {
    for (const width of [0.1, 0.35, 0.5, 0.75, 1, 1.3]) {
      const scaled = scaleChannels(channels, width);
      assert.is(scaled % 8, 0);
      assert.ok(scaled >= 8 && scaled >= 0.9 * channels * width && scaled <= channels * width + 8);
    }
  }
  assert.is(scaleChannels(32, 1), 32);
});

test('its maps have strides of 8, 16 and 32 pixels', () => {
  const builder = ModelBuilder.start(settings);
  const backbone = mobileNetV2Backbone(builder, { height: 40, width: 64, channels: 3 }, 0.35);
  assert.equal(
    backbone.outputs.map(({ height, width }) => [height, width]),
    [
      [5, 8],
      [3, 4],
      [2, 2],
    ],
  );
  tf.tidy(() => {
    const maps = backbone.apply(tf.zeros<tf.Rank.R4>([1, 40, 64, 3]), true);
    for (const [index, { height, width, channels }] of backbone.outputs.entries()) {
      assert.equal(maps[index]?.shape, [1, height, width, channels]);
      const [low, high] = [tf.min, tf.max].map((find) => find(maps[index] as tf.Tensor).dataSync()[0]);
      assert.ok((low ?? -1) >= 0 && (high ?? 7) <= 6, 'a map is the output of ReLU6');
    }
  });
  const { parameters, statistics } = builder.collected;
  tf.dispose([...parameters, ...statistics].map(({ variable }) => variable));
});

test('a classifier gives a logit for each class and leaves nothing behind', () => {
  const before = tf.memory().numTensors;
  const model = classifierOf(0.35, 32, 5);
  tf.tidy(() => assert.equal(model.forward(tf.zeros<tf.Rank.R4>([2, 32, 32, 3]), false).shape, [2, 5]));
  model.dispose();
  assert.is(tf.memory().numTensors, before);
});

test.run();
