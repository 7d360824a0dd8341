import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { differenceOf } from '../../../workloads/parallel/facts.ts';

const test = suite('facts of replicas');

test('names the first that differs from the lowest, and by what', () => {
  const facts = { model: 'resnet20', 'batch size': '32' };
  assert.is(differenceOf([facts, { ...facts }]), null);
  assert.is(
    differenceOf([null, facts, { ...facts, 'batch size': '16' }, { ...facts, model: 'ssd' }]),
    'Replica 2 has batch size 16, replica 1 has 32: start all of them alike.',
  );
});

test('names what one has alone', () => {
  const facts = { model: 'resnet20' };
  const more = { ...facts, fault: 'dead-relu' };
  assert.is(
    differenceOf([facts, more]),
    'Replica 1 has fault dead-relu, replica 0 has none: start all of them alike.',
  );
  assert.is(
    differenceOf([more, facts]),
    'Replica 1 has no fault, replica 0 has dead-relu: start all of them alike.',
  );
});

test('is nothing where nobody is there', () => {
  assert.is(differenceOf([]), null);
  assert.is(differenceOf([null, null]), null);
});

test.run();
