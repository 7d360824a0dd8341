import * as tfl from '@tensorflow/tfjs-layers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attributionOf } from '../../../collectors/tfjs/attribution.ts';
import { instrumentKernels } from '../../../collectors/tfjs/instrument.ts';
import * as tf from '../../../workloads/tf.ts';
import { FakeWriter } from '../../support/fake-writer.ts';
import { recordKernels, useCpu } from './record-kernels.ts';

const test = suite('attribution of kernels');

test.before.each(useCpu);

/** `phase:layer` of every execution of a kernel. */
function places(writer: FakeWriter, name: string): string[] {
  return writer.activities
    .filter(({ launch }) => launch.name === name)
    .map(({ launch }) => `${launch.phase}:${launch.layer}`);
}

const layer = <T>(name: string, body: () => T): T => attributionOf(tf).layer(name, body);

test('the gradient of a layer belongs to that layer, in the phase backward', () => {
  const model = (x: tf.Tensor, w1: tf.Tensor, w2: tf.Tensor) => {
    const hidden = layer('first', () => tf.relu(tf.matMul(x, w1)));
    return tf.sum(layer('second', () => tf.matMul(hidden, w2)));
  };
  const writer = recordKernels(() => {
    const gradients = tf.grads((w1, w2) => model(tf.ones([2, 3]), w1 as tf.Tensor, w2 as tf.Tensor));
    gradients([tf.ones([3, 4]), tf.ones([4, 1])]);
    tf.relu(tf.tensor([1]));
  });
  assert.equal(places(writer, 'BatchMatMul'), [
    'forward:first',
    'forward:second',
    'backward:second',
    'backward:second',
    'backward:first',
  ]);
  assert.equal(places(writer, 'Sum'), ['forward:']);
  assert.equal(places(writer, 'Step'), ['backward:first'], "relu's gradient");
  assert.equal(places(writer, 'Relu'), ['forward:first', ':']);
});

test('the gradient of an operation in a named forward phase is in the backward phase of that name', () => {
  const phase = <T>(name: string, body: () => T): T => attributionOf(tf).phase(name, body);
  const writer = recordKernels(() => {
    const inside = (x: tf.Tensor) => phase('encoder forward', () => tf.exp(x));
    const outside = (x: tf.Tensor) => tf.sum(phase('decoder forward', () => tf.square(x)));
    phase('decoder backward', () => tf.grad((x) => outside(inside(x)))(tf.tensor([1, 2])));
    tf.grad((x) => phase('warm-up', () => tf.exp(x)))(tf.tensor([1, 2]));
  });
  assert.equal(places(writer, 'Exp'), ['encoder forward:', 'warm-up:']);
  assert.equal(places(writer, 'Square'), ['decoder forward:']);
  assert.equal([...new Set(writer.launches.map((launch) => launch.phase))].sort(), [
    'backward',
    'decoder backward',
    'decoder forward',
    'encoder backward',
    'encoder forward',
    'forward',
    'warm-up',
  ]);
});

test('sums between gradients are backward, too', () => {
  const writer = recordKernels(
    () => void tf.grad((x) => tf.sum(tf.add(tf.exp(x), tf.exp(x))))(tf.tensor([1, 2])),
  );
  assert.equal([...new Set(places(writer, 'Add'))], ['forward:', 'backward:']);
});

test('a custom gradient runs in the layer of its operation', () => {
  const square = tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    (save as tf.GradSaveFunc)([input]);
    return { value: tf.square(input), gradFunc: (dy, saved) => tf.mul(dy, tf.neg(saved[0] as tf.Tensor)) };
  });
  const writer = recordKernels(
    () => void tf.grad((x) => tf.sum(layer('custom', () => square(x))))(tf.tensor([1, 2])),
  );
  assert.equal(places(writer, 'Square'), ['forward:custom']);
  assert.equal(places(writer, 'Neg'), ['backward:custom']);
});

test('a gradient within a gradient goes back to where it came from', () => {
  const inner = tf.grad((x) => tf.mul(tf.square(x), x));
  const outer = tf.grad((x) => tf.sum(tf.sin(inner(x))));
  const writer = recordKernels(() => void outer(tf.tensor([1, 2])));
  assert.equal(places(writer, 'Sin'), ['forward:']);
  assert.equal(places(writer, 'Cos'), ['backward:']);
  assert.is(attributionOf(tf).current.phase, '');
});

test('a loss that throws leaves no phase behind', () => {
  const failing = tf.grad(() => {
    throw new Error('wrong');
  });
  recordKernels(() => {
    assert.throws(() => failing(tf.tensor([1])), 'wrong');
    assert.is(attributionOf(tf).current.phase, '');
  });
});

test('optimizers update in the phase optimizer, with and without minimize', () => {
  for (const optimizer of [tf.train.sgd(0.1), tf.train.adam(0.1), tf.train.momentum(0.1, 0.9)]) {
    const w = tf.variable(tf.tensor([1, 2]));
    const loss = () => tf.sum(tf.exp(w)) as tf.Scalar;
    const minimized = recordKernels(() => void optimizer.minimize(loss, false, [w]));
    assert.equal(places(minimized, 'Exp'), ['forward:']);
    assert.ok(places(minimized, 'Multiply').includes('optimizer:'));
    const applied = recordKernels(() =>
      optimizer.applyGradients([{ name: w.name, tensor: tf.tensor([1, 1]) }]),
    );
    assert.equal([...new Set(places(applied, 'Multiply'))], ['optimizer:']);
    w.dispose();
    optimizer.dispose();
  }
});

test('a phase that the program names counts inside of those that come by themselves', () => {
  const writer = recordKernels(
    () => void tf.grad((x) => attributionOf(tf).phase('loss', () => tf.sum(tf.exp(x))))(tf.tensor([1])),
  );
  assert.equal(places(writer, 'Exp'), ['loss:']);
});

test('models of tfjs-layers give the names of their layers', async () => {
  const model = tfl.sequential({
    layers: [
      tfl.layers.dense({ units: 4, inputShape: [3], name: 'hidden' }),
      tfl.layers.dense({ units: 1, name: 'head' }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError' });
  const writer = new FakeWriter();
  const restore = instrumentKernels({ ...tf, ...tfl }, 'cpu', writer, 'cpu');
  const [x, y] = [tf.ones([2, 3]), tf.ones([2, 1])];
  await model.fit(x, y, { epochs: 1, verbose: 0 });
  restore();
  const products = new Set([...places(writer, 'BatchMatMul'), ...places(writer, '_FusedMatMul')]);
  assert.equal([...products].sort(), ['backward:head', 'backward:hidden', 'forward:head', 'forward:hidden']);
  tf.dispose([x, y]);
  model.dispose();
});

test.run();
