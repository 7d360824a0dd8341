import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findSameGpu } from '../../../src/commands/train/same-gpu.ts';
import { testGpu } from '../../support/gpu-run.ts';

const test = suite('the GPU of a training among those sampled');
const gpu = (id: string, name: string) => ({ ...testGpu(id), name });
const h100 = { name: 'NVIDIA H100 PCIe', alike: 1 };

test('a name that is there once on both sides is the same GPU, with or without its vendor', () => {
  for (const name of ['NVIDIA H100 PCIe', 'H100  PCIe', 'nvidia h100 pcie']) {
    const same = gpu('gpu1', name);
    assert.equal(findSameGpu(h100, [gpu('gpu0', 'NVIDIA T4'), same]), { device: same, why: '' });
  }
});

test('a part of a name is another GPU', () => {
  const { device, why } = findSameGpu({ name: 'NVIDIA A10', alike: 1 }, [gpu('gpu0', 'NVIDIA A100')]);
  assert.is(device, null);
  assert.match(why, /^No GPU that is sampled \(NVIDIA A100\) has the name NVIDIA A10, /);
});

test('several of a name on either side cannot be told apart', () => {
  const one = gpu('gpu0', h100.name);
  for (const found of [
    findSameGpu(h100, [one, gpu('gpu1', h100.name)]),
    findSameGpu({ ...h100, alike: 2 }, [one]),
  ]) {
    assert.is(found.device, null);
    assert.match(found.why, /^There are 2 GPUs of the name NVIDIA H100 PCIe here/);
  }
});

test('a backend without a name computes on the only GPU, and on nobody knows which of two', () => {
  const one = gpu('gpu0', 'NVIDIA T4');
  const nameless = { name: null, alike: 1 };
  assert.is(findSameGpu(nameless, [one]).device, one);
  assert.match(findSameGpu(nameless, [one, gpu('gpu1', 'NVIDIA T4')]).why, /^There are 2 GPUs here/);
});

test('MIG devices are none of them, and where nothing is sampled there is nothing to say', () => {
  const one = gpu('gpu0', h100.name);
  const part = { ...gpu('gpu0/mig0', h100.name), parent: 'gpu0' };
  assert.is(findSameGpu(h100, [one, part]).device, one);
  assert.equal(findSameGpu(h100, []), { device: null, why: '' });
  assert.match(findSameGpu(h100, null).why, /did not tell in time/);
});

test.run();
