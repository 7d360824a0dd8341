import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { batchNormRelu } from '../../../workloads/backends/fused-batch-norm.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { Rectifier } from '../../../workloads/models/batch-norm.ts';
import * as tf from '../../../workloads/tf.ts';
import { agree, evaluate, random } from './agreement.ts';

const test = suite('batchNormRelu');
let started: StartedBackend[] = [];

test.before(async () => {
  started = [await startBackend('cpu'), await startBackend('wasm', { threads: 1 })];
});
test.after(async () => {
  for (const backend of started) await backend.stop();
});

const epsilon = 1e-3;

/** Its output and statistics, and the gradients for all that it takes. */
function evaluateAll(
  shape: readonly number[],
  rectifier: Rectifier,
  residual: boolean,
  shift = 0,
): tf.Tensor[] {
  const channels = shape.at(-1) ?? 1;
  const x = tf.add(random(shape, 31), shift);
  // Wide enough to reach the ceiling of ReLU6.
  const gamma = tf.add(tf.mul(random([channels], 32), 2), 3);
  const beta = random([channels], 33);
  const added = residual ? [random(shape, 34)] : [];
  const normalize = (...[input, scale, bias, shortcut]: tf.Tensor[]) =>
    batchNormRelu(
      input as tf.Tensor,
      scale as tf.Tensor1D,
      bias as tf.Tensor1D,
      { epsilon, ...rectifier },
      shortcut,
    );
  const { y, mean, variance } = normalize(x, gamma, beta, ...added);
  const gradients = tf.grads((...inputs: tf.Tensor[]) => normalize(...inputs).y);
  return [y, mean, variance, ...gradients([x, gamma, beta, ...added], random(shape, 35))];
}

const rectifiers: Rectifier[] = [{ relu: false }, { relu: true }, { relu: true, ceiling: 6 }];
for (const rectifier of rectifiers) {
  for (const residual of [false, true]) {
    test(`the kernels agree with the composition: ${JSON.stringify(rectifier)}, residual ${residual}`, async () => {
      for (const shape of [
        [2, 5, 7, 16],
        [3, 4, 4, 20],
        [1, 9, 15, 4],
        [70, 6],
        [2, 3, 3, 5],
      ]) {
        await agree(() => evaluateAll(shape, rectifier, residual));
      }
    });
  }
}

test('a mean far from zero costs no digits', async () => {
  const [near, far] = await Promise.all([0, 1000].map((shift) => statistics(shift)));
  assert.ok(Math.abs((far?.variance ?? 0) - (near?.variance ?? 1)) < 1e-3);
});

async function statistics(shift: number): Promise<{ variance: number }> {
  const [, , variance] = await evaluate('wasm', () => evaluateAll([40, 50, 4], { relu: true }, false, shift));
  return { variance: variance?.values[0] ?? Number.NaN };
}

test('the gradient is the slope of the output', async () => {
  const shape = [6, 4];
  const loss = (x: tf.Tensor) => {
    const gamma = tf.tensor1d([1, 0.5, 2, 1.5]);
    const { y } = batchNormRelu(x, gamma, tf.tensor1d([0.1, 0.2, 0.3, 0.4]), { epsilon, relu: true });
    return tf.sum(tf.mul(y, random(shape, 37))) as tf.Scalar;
  };
  const [slopes, gradient] = await evaluate('wasm', () => {
    const x = random(shape, 36);
    const step = 1e-2;
    const slope = (index: number) => {
      const move = tf.reshape(tf.mul(tf.oneHot(index, x.size), step), shape);
      return tf.div(tf.sub(loss(tf.add(x, move)), loss(tf.sub(x, move))), 2 * step);
    };
    const all = Array.from({ length: x.size }, (_, index) => slope(index) as tf.Scalar);
    return [tf.stack(all), tf.reshape(tf.grad(loss)(x), [x.size])];
  });
  // A step of 1e-2 is right to about its square; near a kink of ReLU no step is.
  const close = slopes?.values.filter(
    (value, index) => Math.abs(value - (gradient?.values[index] ?? 0)) < 5e-3,
  );
  assert.ok((close?.length ?? 0) >= 22, `${close?.length} of 24 elements agree`);
});

test('a step of a residual block leaves nothing behind', async () => {
  await evaluate('wasm', () => {
    const gamma = tf.variable(tf.ones([8])) as unknown as tf.Tensor1D;
    const beta = tf.variable(tf.zeros([8])) as unknown as tf.Tensor1D;
    const x = random([2, 6, 6, 8], 38);
    const { value, grads } = tf.variableGrads(
      () => tf.sum(batchNormRelu(x, gamma, beta, { epsilon, relu: true }, x).y) as tf.Scalar,
    );
    tf.dispose([value, grads, gamma, beta]);
    return tf.scalar(0);
  });
});

test.run();
