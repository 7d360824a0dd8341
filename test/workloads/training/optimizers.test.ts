import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import type { Parameter } from '../../../workloads/models/builder.ts';
import * as tf from '../../../workloads/tf.ts';
import { createOptimizer, type OptimizerName, optimizers } from '../../../workloads/training/optimizers.ts';

const test = suite('optimizers');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('cpu');
});
test.after(() => backend.stop());

const learningRate = 0.1;
const weightDecay = 0.3;
const start = 2;
const slopes = [0.5, -1.5, 0.25, 4];

type State = Record<'value' | 'mean' | 'square', number>;

/** The published update of one number; `step` counts from 1. */
const byHand: Readonly<
  Record<OptimizerName, (state: State, slope: number, decay: number, step: number) => void>
> = {
  sgd(state, slope, decay) {
    state.value -= learningRate * (slope + decay * state.value);
  },
  momentum(state, slope, decay) {
    state.mean = 0.9 * state.mean + slope + decay * state.value;
    state.value -= learningRate * state.mean;
  },
  adam(state, slope, decay, step) {
    state.mean = 0.9 * state.mean + 0.1 * slope;
    state.square = 0.999 * state.square + 0.001 * slope ** 2;
    const mean = state.mean / (1 - 0.9 ** step);
    const square = state.square / (1 - 0.999 ** step);
    state.value -= learningRate * (mean / (Math.sqrt(square) + 1e-8) + decay * state.value);
  },
};

for (const name of Object.keys(optimizers) as OptimizerName[]) {
  for (const decays of [true, false]) {
    test(`${name} ${decays ? 'with' : 'without'} decay updates as published`, () => {
      const tensors = tf.memory().numTensors;
      const variable = tf.tidy(() => tf.variable(tf.tensor1d([start, -start])));
      const parameter: Parameter = { name: 'x', variable, decays };
      const optimizer = createOptimizer(name, [parameter], { weightDecay });
      const positive: State = { value: start, mean: 0, square: 0 };
      const negative: State = { value: -start, mean: 0, square: 0 };
      for (const [index, slope] of slopes.entries()) {
        const gradient = tf.tensor1d([slope, -2 * slope]);
        optimizer.update([gradient], learningRate);
        gradient.dispose();
        const decay = decays ? weightDecay : 0;
        byHand[name](positive, slope, decay, index + 1);
        byHand[name](negative, -2 * slope, decay, index + 1);
        const [first = Number.NaN, second = Number.NaN] = variable.dataSync();
        assert.ok(Math.abs(first - positive.value) < 1e-5, `${first} is not ${positive.value}`);
        assert.ok(Math.abs(second - negative.value) < 1e-5, `${second} is not ${negative.value}`);
      }
      optimizer.dispose();
      variable.dispose();
      assert.is(tf.memory().numTensors, tensors);
    });
  }
}

test.run();
