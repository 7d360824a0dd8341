import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { createRandom } from '../../../workloads/data/random.ts';
import * as tf from '../../../workloads/tf.ts';
import { hostRules } from '../../../workloads/training/host-rules.ts';
import { createOptimizer, optimizers } from '../../../workloads/training/optimizers.ts';
import { optimizerNames } from '../../../workloads/training/training-options.ts';

const test = suite('rules on the host');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const length = 1000;

test('they update as those of tensors do', async () => {
  for (const name of optimizerNames) {
    for (const decays of [true, false]) {
      const random = createRandom(1, `host rules ${name}`);
      const draw = () => Float32Array.from({ length }, () => random.uniform() - 0.5);
      const value = draw();
      const variable = tf.variable(tf.tensor1d(value.slice()));
      const weightDecay = 0.01;
      const optimizer = createOptimizer(name, [{ name, variable, decays }], { weightDecay });
      const slots = Array.from({ length: optimizers[name].slots }, () => new Float32Array(length));
      for (let updateNumber = 1; updateNumber <= 20; updateNumber += 1) {
        const gradient = draw();
        const learningRate = 0.1 / updateNumber;
        const tensor = tf.tensor1d(gradient);
        await optimizer.update([tensor], learningRate);
        tensor.dispose();
        const decay = decays ? weightDecay : 0;
        hostRules[name]({ value, gradient, slots, learningRate, weightDecay: decay, updateNumber });
      }
      const error = Math.max(
        ...variable.dataSync().map((each, at) => Math.abs(each - (value[at] as number))),
      );
      assert.ok(error <= 1e-6, `${name}: ${error}`);
      optimizer.dispose();
      variable.dispose();
    }
  }
});

test.run();
