import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRandom } from '../../../workloads/data/random.ts';
import { type InitializerName, initializers } from '../../../workloads/models/initializers.ts';

const test = suite('initializers');

const fan = { in: 50, out: 150 };
const count = 40_000;

function sample(name: InitializerName, seed = 1): Float32Array {
  const values = new Float32Array(count);
  initializers[name](values, fan, createRandom(seed, 'weights'));
  return values;
}

function deviationOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

const variances: readonly (readonly [InitializerName, number])[] = [
  ['he', 2 / 50],
  ['he-uniform', 2 / 50],
  ['glorot', 2 / 200],
  ['glorot-uniform', 2 / 200],
  ['lecun', 1 / 50],
  ['lecun-uniform', 1 / 50],
];

for (const [name, variance] of variances) {
  test(`${name} has its published variance, mean 0 and bounds`, () => {
    const values = sample(name);
    const deviation = Math.sqrt(variance);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    assert.ok(Math.abs(mean) < (5 * deviation) / Math.sqrt(count), `mean ${mean}`);
    assert.ok(Math.abs(deviationOf(values) / deviation - 1) < 0.02, `deviation ${deviationOf(values)}`);
    const bound = name.endsWith('uniform') ? Math.sqrt(3) * deviation : (2 * deviation) / 0.8796;
    const highest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    assert.ok(highest <= bound * 1.0001 && highest > bound * 0.99, `highest ${highest}`);
  });
}

test('the table is covered', () => {
  assert.equal(
    variances.map(([name]) => name),
    Object.keys(initializers),
  );
});

test('a stream decides', () => {
  assert.equal(sample('he'), sample('he'));
  assert.not.equal(sample('he'), sample('he', 2));
});

test.run();
