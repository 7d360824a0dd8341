import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { instrumentKernels } from '../../../collectors/tfjs/instrument.ts';
import type { KernelConfig } from '../../../collectors/tfjs/tensorflow.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { FakeWriter } from '../../support/fake-writer.ts';
import { recordKernels, useCpu } from './record-kernels.ts';

const test = suite('kernel instrumentation');

test.before.each(useCpu);

/** Registers a kernel for the time of `body`. */
function withKernel(
  kernelName: string,
  kernelFunc: tf.KernelFunc,
  body: (config: tf.KernelConfig) => void,
): void {
  const config = { kernelName, backendName: 'cpu', kernelFunc };
  tf.registerKernel(config);
  try {
    body(config);
  } finally {
    tf.unregisterKernel(kernelName, 'cpu');
  }
}

const run = (kernelName: string, x: tf.Tensor) => tf.engine().runKernel(kernelName, { x });

test('each kernel is recorded once, in order, with times that follow one another', () => {
  const writer = recordKernels(() => {
    const a = tf.ones([4, 4]);
    const b = tf.relu(tf.matMul(a, a));
    tf.sum(tf.add(b, a));
  });
  assert.equal(writer.kernelNames.slice(-4), ['BatchMatMul', 'Relu', 'Add', 'Sum']);
  let lastEndNs = 0;
  for (const { startNs, durationNs } of writer.activities) {
    assert.ok(startNs >= lastEndNs);
    assert.ok(durationNs >= 0);
    lastEndNs = startNs + durationNs;
  }
});

test('the same kernel on the same shapes is one launch, on others another', () => {
  const writer = recordKernels(() => {
    for (let repeat = 0; repeat < 5; repeat++) tf.relu(tf.tensor([1, 2, 3]));
    tf.relu(tf.tensor([1, 2, 3, 4]));
    tf.relu(tf.tensor([[1, 2, 3]]));
    tf.relu(tf.tensor([1, 2, 3], [3], 'int32'));
  });
  assert.is(writer.activities.length, 8);
  assert.equal(
    writer.launches.map(({ flops, bytes }) => [flops, bytes]),
    [
      [3, 24],
      [4, 32],
      [3, 24],
    ],
    'int32 has as many bytes, so that it is the first launch again',
  );
});

test('of kernels inside a kernel only the outermost is recorded', () => {
  const composed: tf.KernelFunc = ({ inputs }) => tf.relu(tf.exp(inputs['x'] as tf.Tensor));
  withKernel('Composed', composed, () => {
    const writer = recordKernels(() => void run('Composed', tf.tensor([1])));
    assert.equal(writer.kernelNames, ['Composed']);
    assert.is(writer.launches[0]?.flops, null);
  });
});

test('a kernel that throws is counted, its error passes and recording goes on', () => {
  const failure = new Error('no such thing');
  const failing: tf.KernelFunc = ({ inputs }) => {
    tf.exp(inputs['x'] as tf.Tensor);
    throw failure;
  };
  withKernel('Failing', failing, () => {
    const writer = recordKernels(() => {
      assert.throws(
        () => run('Failing', tf.tensor([1])),
        (error: unknown) => error === failure,
      );
      tf.relu(tf.tensor([1]));
    });
    assert.equal(writer.kernelNames, ['Relu']);
    assert.equal(
      writer.losses.map(({ kind, count }) => [kind, count]),
      [['unfinished', 1]],
    );
  });
});

test('a kernel that is registered while watched is recorded', () => {
  const writer = new FakeWriter();
  const restore = instrumentKernels(tf, 'cpu', writer, 'cpu');
  const original: tf.KernelFunc = ({ inputs }) => tf.relu(inputs['x'] as tf.Tensor);
  withKernel('Late', original, (config) => {
    tf.dispose(run('Late', tf.tensor([1])));
    restore();
    assert.is(config.kernelFunc, original);
  });
  assert.equal(writer.kernelNames, ['Late']);
});

test('restoring puts the very functions back', () => {
  const engine = tf.engine();
  const functions = () => [
    ...tf.getKernelsForBackend('cpu').map(({ kernelFunc }) => kernelFunc),
    engine.gradients,
    Reflect.get(engine, 'addTapeNode'),
    ...[tf.Optimizer, tf.SGDOptimizer, tf.AdamOptimizer].flatMap(({ prototype }) => [
      Reflect.get(prototype, 'minimize'),
      Reflect.get(prototype, 'applyGradients'),
    ]),
    Reflect.get(Reflect.get(globalThis, '_tfGlobals').get('kernelRegistry'), 'set'),
  ];
  const before = functions();
  const ownBefore = Object.getOwnPropertyNames(engine);
  const restore = instrumentKernels(tf, 'cpu', new FakeWriter(), 'cpu');
  const during = functions();
  for (const [index, original] of before.entries()) {
    if (original !== undefined) assert.is.not(during[index], original, `function ${index} is not watched`);
  }
  restore();
  const after = functions();
  for (const [index, original] of before.entries()) assert.is(after[index], original, `function ${index}`);
  assert.equal(Object.getOwnPropertyNames(engine), ownBefore);
});

test('a wrapper that somebody wrapped in turn only passes through after restoring', () => {
  const config = tf
    .getKernelsForBackend('cpu')
    .find(({ kernelName }) => kernelName === 'Relu') as KernelConfig;
  const original = config.kernelFunc;
  const writer = new FakeWriter();
  const restore = instrumentKernels(tf, 'cpu', writer, 'cpu');
  const ours = config.kernelFunc;
  const theirs: typeof original = (params) => ours.call(config, params);
  config.kernelFunc = theirs;
  restore();
  assert.is(config.kernelFunc, theirs);
  tf.relu(tf.tensor([1])).dispose();
  config.kernelFunc = original;
  assert.equal(writer.activities, []);
});

test('a writer that fails does not disturb the program', () => {
  const writer = new FakeWriter();
  writer.defineLaunch = () => {
    throw new Error('defect');
  };
  const restore = instrumentKernels(tf, 'cpu', writer, 'cpu');
  const y = tf.relu(tf.tensor([-1, 2]));
  restore();
  assert.equal([...y.dataSync()], [0, 2]);
  assert.is(writer.losses[0]?.kind, 'dropped');
  y.dispose();
});

test('no tensor is kept', () => {
  const before = tf.memory().numTensors;
  recordKernels(() => void tf.grad((x) => tf.sum(tf.mul(x, tf.relu(x))))(tf.tensor([1, 2])));
  assert.is(tf.memory().numTensors, before);
});

test('the wasm backend is recorded like the other', async () => {
  const backend = await startBackend('wasm', { threads: 1 });
  const writer = recordKernels(() => {
    const x = tf.ones([1, 8, 8, 3]) as tf.Tensor4D;
    tf.relu(tf.conv2d(x, tf.ones([3, 3, 3, 4]) as tf.Tensor4D, 1, 'same'));
    tf.reshape(x, [-1]);
  }, 'wasm');
  await useCpu();
  await backend.stop();
  const byName = new Map(writer.launches.map((launch) => [launch.name, launch]));
  assert.is(byName.get('Conv2D')?.flops, 2 * (8 * 8 * 4) * 27);
  assert.is(byName.get('Relu')?.bytes, 2 * 4 * (8 * 8 * 4));
  assert.is(byName.get('Reshape')?.bytes, 0);
});

test.run();
