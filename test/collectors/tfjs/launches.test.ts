import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribution } from '../../../collectors/tfjs/attribution.ts';
import { Launches, type LaunchesOptions } from '../../../collectors/tfjs/launches.ts';
import type { KernelInputs, KernelParams, TensorInfo } from '../../../collectors/tfjs/tensorflow.ts';
import { FakeWriter } from '../../support/fake-writer.ts';

const test = suite('launches');

const tensor = (shape: number[], dtype = 'float32'): TensorInfo => ({ dataId: {}, shape, dtype });

const call = (inputs: KernelInputs, attrs: Record<string, unknown> = {}): KernelParams => ({
  inputs,
  attrs,
  backend: {},
});

function finder(options: LaunchesOptions = {}) {
  const writer = new FakeWriter();
  const launches = new Launches(writer, 'cpu', options);
  const attribution = new Attribution();
  const find = (name: string, params: KernelParams, result: TensorInfo | TensorInfo[]) =>
    launches.find(launches.kernel(name), attribution.current, params, result);
  return { writer, attribution, find };
}

test('launches whose hashes are all equal are never mixed up', () => {
  const { writer, attribution, find } = finder({ hashMask: 0 });
  const out = tensor([4, 4]);
  const seen = () => [
    find('Add', call({ a: tensor([4, 4]), b: tensor([4]) }), out),
    find('Add', call({ a: tensor([4]), b: tensor([4, 4]) }), out),
    find('Add', call({ a: tensor([4, 4], 'bool'), b: tensor([4]) }), out),
    find('Add', call({ b: tensor([4, 4]), a: tensor([4]) }), out),
    find('MaxPool', call({ x: tensor([1, 4, 4, 1]) }, { filterSize: 2 }), tensor([1, 2, 2, 1])),
    find('MaxPool', call({ x: tensor([1, 4, 4, 1]) }, { filterSize: [2, 2] }), tensor([1, 2, 2, 1])),
    find('MaxPool', call({ x: tensor([1, 4, 4, 1]) }, { filterSize: 3 }), tensor([1, 2, 2, 1])),
    attribution.layer('one', () => find('Relu', call({ x: tensor([4]) }), tensor([4]))),
    attribution.layer('two', () => find('Relu', call({ x: tensor([4]) }), tensor([4]))),
    attribution.phase('one', () => find('Relu', call({ x: tensor([4]) }), tensor([4]))),
  ];
  const first = seen();
  assert.is(new Set(first).size, first.length);
  assert.equal(seen(), first);
  assert.is(writer.launches.length, first.length);
});

test('an optional input that is left out has its place', () => {
  const { find } = finder({ hashMask: 0 });
  const [a, b, extra] = [tensor([5, 7]), tensor([7, 3]), tensor([3])];
  const out = tensor([5, 3]);
  const bias = call({ a, b, bias: extra, preluActivationWeights: undefined }, { activation: 'linear' });
  const prelu = call({ a, b, bias: undefined, preluActivationWeights: extra }, { activation: 'linear' });
  assert.is.not(find('_FusedMatMul', bias, out), find('_FusedMatMul', prelu, out));
});

test('storage that is shared makes another launch', () => {
  const { writer, find } = finder();
  const x = tensor([2, 3]);
  find('Identity', call({ x }), x);
  find('Identity', call({ x }), tensor([2, 3]));
  assert.equal(
    writer.launches.map(({ bytes }) => bytes),
    [0, 48],
  );
});

test('lists of inputs of any length are told apart', () => {
  const { writer, find } = finder({ hashMask: 0 });
  const list = (count: number) => Array.from({ length: count }, () => tensor([1, 2, 3]));
  for (const count of [1, 2, 3, 200]) find('AddN', call(list(count)), tensor([1, 2, 3]));
  for (const count of [200, 3, 2, 1]) find('AddN', call(list(count)), tensor([1, 2, 3]));
  assert.equal(
    writer.launches.map(({ flops }) => flops),
    [0, 6, 12, 199 * 6],
  );
});

test('a flood of shapes is forgotten at the limit, and numbers stay right', () => {
  const { writer, find } = finder({ limit: 10 });
  for (let repeat = 0; repeat < 2; repeat++) {
    for (let size = 1; size <= 25; size++) {
      const id = find('Relu', call({ x: tensor([size]) }), tensor([size]));
      assert.is(writer.launches[id]?.flops, size);
    }
  }
  assert.is(writer.launches.length, 50);
});

test.run();
