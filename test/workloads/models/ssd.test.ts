import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { encodeTargets } from '../../../workloads/detection/encode.ts';
import { chanceLoss, detectionLoss, uploadTargets } from '../../../workloads/detection/loss.ts';
import type { BuilderSettings } from '../../../workloads/models/builder.ts';
import { createSsd, type Detector } from '../../../workloads/models/ssd.ts';
import * as tf from '../../../workloads/tf.ts';
import { assertLayersRan, layerPaths } from './layer-paths.ts';

const test = suite('ssd');

const settings: BuilderSettings = { probe: silentProbe, initializer: 'he', seed: 1 };
const square = (side: number) => ({ height: side, width: side, channels: 3 });

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

/** Multiply-adds that the kernels of a forward pass make, from the shapes that they see. */
function multiplyAddsSeen(model: Detector): number {
  let count = 0;
  const seen = new Map<tf.KernelConfig, tf.KernelFunc>();
  for (const kernel of tf.getKernelsForBackend('wasm')) {
    if (kernel.kernelName !== tf.Conv2D && kernel.kernelName !== tf.DepthwiseConv2dNative) continue;
    const run = kernel.kernelFunc;
    seen.set(kernel, run);
    kernel.kernelFunc = (call) => {
      const [height = 0, width = 0, inputs = 0] = (call.inputs['filter'] as tf.TensorInfo).shape;
      const output = run(call);
      const taps = height * width * (kernel.kernelName === tf.Conv2D ? inputs : 1);
      count += taps * tf.util.sizeFromShape((output as tf.TensorInfo).shape);
      return output;
    };
  }
  const { height, width, channels } = model.input;
  tf.tidy(() => void model.forward(tf.zeros<tf.Rank.R4>([1, height, width, channels]), true));
  for (const [kernel, run] of seen) kernel.kernelFunc = run;
  return count;
}

for (const [side, width, finestStride] of [
  [160, 1, 8],
  [96, 0.35, 16],
] as const) {
  test(`its count at ${side} is what its kernels do`, () => {
    const model = createSsd({ width, finestStride }, { input: square(side), classes: 20 }, settings);
    const seen = multiplyAddsSeen(model);
    assert.ok(seen > 0);
    // Nothing is estimated, so nothing differs.
    assert.is(model.forwardFlops, 2 * seen);
    model.dispose();
  });
}

test('at 300 pixels its maps are those of the paper, and so is their number of boxes', () => {
  // The paper has maps of 38, 19, 10, 5, 3 and 1: its convolutions are without padding at the end.
  const model = createSsd({ width: 0.35 }, { input: square(300), classes: 1 }, settings);
  const maps = [38, 19, 10, 5, 3, 2, 1];
  const perCell = [4, 6, 6, 6, 6, 4, 4];
  const boxes = maps.reduce((sum, side, index) => sum + side ** 2 * (perCell[index] ?? 0), 0);
  assert.is(model.defaultBoxes.count, boxes);
  model.dispose();
});

test('a prediction is as long as the classes, the background and the offsets', () => {
  tf.tidy(() => {
    const input = { height: 64, width: 96, channels: 3 };
    const model = createSsd({ width: 0.35 }, { input, classes: 3 }, settings);
    const predictions = model.forward(tf.zeros<tf.Rank.R4>([2, 64, 96, 3]), false);
    assert.equal(predictions.shape, [2, model.defaultBoxes.count, 3 + 1 + 4]);
    model.dispose();
  });
});

test('a map answers for the place in the picture that its boxes are at', () => {
  // With moving statistics nothing of a place reaches all others but through the coarse maps.
  const model = createSsd({ width: 0.35 }, { input: square(128), classes: 1 }, settings);
  const noise = tf.randomNormal<tf.Rank.R4>([1, 128, 128, 3], 0, 1, 'float32', 5);
  const [top = 0, left = 0] = [96, 16];
  const changed = tf.tidy(() => {
    const patch = tf.pad(tf.ones([1, 8, 8, 3]), [
      [0, 0],
      [top, 120 - top],
      [left, 120 - left],
      [0, 0],
    ]);
    const before = model.forward(noise, false);
    const after = model.forward(tf.add<tf.Tensor4D>(noise, patch), false);
    const fine = 16 * 16 * 4;
    const difference = tf.max(tf.abs(tf.sub(after, before)), 2);
    return tf.argMax(tf.slice(difference, [0, 0], [1, fine]), 1).dataSync()[0] ?? -1;
  });
  const [y = 0, x = 0] = model.defaultBoxes.centres.subarray(changed * 4, changed * 4 + 2);
  assert.ok(Math.abs(y * 128 - (top + 4)) < 24, `${y * 128} is near ${top + 4}`);
  assert.ok(Math.abs(x * 128 - (left + 4)) < 24, `${x * 128} is near ${left + 4}`);
  noise.dispose();
  model.dispose();
});

test('the first loss of a new model is that of chance', () => {
  for (const classes of [1, 20]) {
    const model = createSsd({ width: 0.5 }, { input: square(96), classes }, settings);
    const truths = [
      {
        boxes: Float32Array.of(0.1, 0.2, 0.5, 0.6, 0.4, 0.3, 0.9, 0.9),
        labels: Int32Array.of(0, classes - 1),
      },
      { boxes: Float32Array.of(0.6, 0.1, 0.8, 0.4), labels: Int32Array.of(0) },
    ];
    const targets = encodeTargets(model.defaultBoxes, truths, classes);
    const uploaded = uploadTargets(targets);
    const first = tf.tidy(() => {
      const images = tf.randomNormal<tf.Rank.R4>([2, 96, 96, 3], 0, 1, 'float32', 3);
      return detectionLoss(model.forward(images, true), uploaded).loss.dataSync()[0] ?? Number.NaN;
    });
    const share = first / chanceLoss(targets);
    assert.ok(share > 0.5 && share < 1.5, `${share} of chance, ${classes} classes`);
    uploaded.dispose();
    model.dispose();
  }
});

test('kernels run under the path of their layer, and freeing a detector leaves no tensor', () => {
  const before = tf.memory().numTensors;
  const { probe, seen } = layerPaths();
  const model = createSsd({ width: 0.35 }, { input: square(64), classes: 2 }, { ...settings, probe });
  tf.tidy(() => void model.forward(tf.zeros<tf.Rank.R4>([1, 64, 64, 3]), false));
  assertLayersRan(model.parameters, seen);
  model.dispose();
  assert.is(tf.memory().numTensors, before);
});

test.run();
