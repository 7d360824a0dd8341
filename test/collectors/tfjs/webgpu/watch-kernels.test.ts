import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TensorFlow } from '../../../../collectors/tfjs/index.ts';
import { watchKernels } from '../../../../collectors/tfjs/watch-kernels.ts';
import { webGpuDevice } from '../../../../collectors/tfjs/webgpu/device.ts';
import * as tf from '../../../../workloads/tf.ts';
import { FakeWriter } from '../../../support/fake-writer.ts';
import { ScriptedBackend } from './scripted-device.ts';

const test = suite('watching by backend');

/** TensorFlow.js with that backend as its webgpu one. */
function withBackend(backend: object): TensorFlow {
  return { ...tf, getBackend: () => 'webgpu', backend: () => backend, getKernelsForBackend: () => [] };
}

test('without timestamps the reason is told and the program is left alone', async () => {
  const backend = new ScriptedBackend();
  Object.assign(backend.device.features, { has: () => false });
  const writer = new FakeWriter();
  const watch = await watchKernels(withBackend(backend), writer, 'webgpu0');
  assert.equal(Object.keys(backend).includes('submitQueue'), false);
  await watch.stop();
  assert.equal(
    writer.absences.map(({ device, metric }) => [device, metric]),
    [['webgpu0', 'kernelBusy']],
  );
  assert.match(writer.absences[0]?.why ?? '', /timestamp-query/);
});

test('a backend of another make is told as such', async () => {
  const writer = new FakeWriter();
  await (await watchKernels(withBackend({}), writer, null)).stop();
  assert.match(writer.absences[0]?.why ?? '', /another than that of @tensorflow\/tfjs-backend-webgpu 4/);
  assert.is(webGpuDevice(withBackend({})), null);
});

test('a device is named by what WebGPU tells of it', () => {
  const backend = new ScriptedBackend();
  const described = (adapterInfo: object) =>
    webGpuDevice(withBackend(Object.assign(backend, { adapterInfo })));
  const gpu = described({ vendor: 'nvidia', architecture: 'hopper' });
  assert.equal([gpu?.name, gpu?.vendor, gpu?.kind], ['nvidia hopper', 'nvidia', 'gpu']);
  assert.is(gpu?.memoryBytes.value, null);
  assert.match(described({})?.name ?? '', /does not name/);
});

test.run();
