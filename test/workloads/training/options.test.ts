import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { findWorkload, workloads } from '../../../workloads/index.ts';
import { optimizers } from '../../../workloads/training/optimizers.ts';

const test = suite('workload options');

const resnet = findWorkload('resnet');

function failsWith(...parts: string[]): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof WarpwatchError)) return false;
    assert.is(error.code, 'usage');
    for (const part of parts) assert.match(error.message, part);
    return true;
  };
}

test('an unknown workload names the choices', () => {
  assert.throws(() => findWorkload('renset'), failsWith('"renset"', 'resnet'));
});

test('keys are what commander makes of the flags, and help has every word', () => {
  for (const { options, summary } of workloads) {
    assert.ok(summary.length > 0);
    for (const [key, { flag, placeholder, description }] of Object.entries(options)) {
      const camelCase = flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      assert.is(key, camelCase);
      assert.ok(placeholder.length > 0 && description.length > 0, flag);
    }
  }
});

test('defaults and every declared choice are accepted', () => {
  resnet.check({});
  for (const [key, { choices }] of Object.entries(resnet.options)) {
    for (const choice of choices ?? []) resnet.check({ [key]: choice });
  }
  resnet.check({ steps: '5', seconds: '2.5', learningRate: '1e-3', data: '/x', evalSamples: '0' });
});

test('what does not fit is a usage error that says what would', () => {
  assert.throws(() => resnet.check({ depth: '21' }), failsWith('--depth', '18, 20, 32, 34, 50, 56', '"21"'));
  assert.throws(() => resnet.check({ optimizer: 'lion' }), failsWith('--optimizer', 'adam'));
  assert.throws(() => resnet.check({ batch: '0' }), failsWith('--batch', 'whole number from 1 to 4096'));
  assert.throws(() => resnet.check({ steps: '1.5' }), failsWith('--steps', 'whole number'));
  assert.throws(() => resnet.check({ learningRate: 'fast' }), failsWith('--learning-rate', '"fast"'));
  assert.throws(() => resnet.check({ learningRate: ' ' }), failsWith('--learning-rate'));
  assert.throws(() => resnet.check({ seconds: 'Infinity' }), failsWith('--seconds'));
  assert.throws(() => resnet.check({ data: '' }), failsWith('--data', 'path'));
  assert.throws(() => resnet.check({ dept: '20' }), failsWith('"dept"', '--depth'));
});

test('the names of the optimizers are those of their table', () => {
  assert.equal(resnet.options['optimizer']?.choices, Object.keys(optimizers));
});

test.run();
