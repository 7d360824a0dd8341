import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { examineAdapters } from '../../../workloads/backends/webgpu/examine.ts';
import * as tf from '../../../workloads/tf.ts';
import { needsSoftwareGpu, softwareAdapter } from '../../support/software-gpu.ts';

const test = suite('webgpu backend');
const withGpu = needsSoftwareGpu(test);

async function failure(promise: Promise<StartedBackend>): Promise<WarpwatchError> {
  try {
    await (await promise).stop();
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
    throw error;
  }
  return assert.unreachable('nothing was thrown') as never;
}

/** Runs `body` on the software GPU and stops it. */
async function onSoftware(body: (backend: StartedBackend) => Promise<void>): Promise<void> {
  const backend = await startBackend('webgpu', { adapter: softwareAdapter });
  try {
    await body(backend);
  } finally {
    await backend.stop();
  }
}

withGpu('it lists the software adapter as such, with what it can do', async () => {
  const { adapters, why } = await examineAdapters();
  assert.is(why, null);
  const [adapter] = adapters;
  assert.match(adapter?.name ?? '', /SwiftShader/);
  assert.is(adapter?.kind, 'software');
  assert.is(adapter?.driver, 'vulkan');
  assert.is(adapter?.alike, 1);
  assert.ok(adapter?.timestampQuery);
  assert.ok((adapter?.maxBufferBytes ?? 0) >= 2 ** 27);
});

withGpu('without being asked for by name, software is refused and says how to get it', async () => {
  const error = await failure(startBackend('webgpu'));
  assert.is(error.code, 'no-backend');
  assert.match(error.message, /only software \(SwiftShader.*--adapter/);
});

withGpu('auto passes software over and says so', async () => {
  const backend = await startBackend('auto', { threads: 1 });
  await backend.stop();
  assert.is(backend.id, 'wasm');
  assert.match(backend.notes.join(' '), /webgpu backend was passed over: .*only software/);
});

withGpu('an adapter that is not there is told with those that are', async () => {
  for (const adapter of ['nvidia', '7']) {
    const error = await failure(startBackend('auto', { adapter }));
    assert.is(error.code, 'no-device');
    assert.match(error.message, new RegExp(`${adapter}.*0: SwiftShader`));
  }
});

withGpu('it computes, tells its device, and can be started again', async () => {
  for (const adapter of [softwareAdapter, '0']) {
    const backend = await startBackend('webgpu', { adapter });
    assert.is(tf.getBackend(), 'webgpu');
    assert.match(backend.label, /^webgpu, SwiftShader.*\(software\)$/);
    assert.is(backend.gpu?.kind, 'gpu');
    assert.match(backend.gpu?.name ?? '', /\(software\)$/);
    assert.is(backend.gpu?.smCount.value, null);
    const product = tf.tidy(() => tf.matMul(tf.fill([2, 40], 2), tf.fill([40, 1], 3)));
    assert.equal([...(await product.data())], [240, 240]);
    await backend.stop();
    product.dispose();
    assert.is(backend.broken.aborted, false);
  }
});

withGpu('a device that is lost is told with the name of its adapter', () =>
  onSoftware(async ({ broken }) => {
    const device = Reflect.get(tf.backend(), 'device');
    assert.ok(device instanceof GPUDevice);
    device.destroy();
    await device.lost;
    await Promise.resolve();
    assert.instance(broken.reason, WarpwatchError);
    assert.match(String(broken.reason), /SwiftShader.* was lost/);
  }),
);

withGpu('a command that the device refuses breaks the backend', () =>
  onSoftware(async ({ broken }) => {
    const device = Reflect.get(tf.backend(), 'device');
    assert.ok(device instanceof GPUDevice);
    const told = new Promise((resolve) => broken.addEventListener('abort', resolve));
    device.createBuffer({ size: 16, usage: 0 });
    await told;
    assert.match(String(broken.reason), /SwiftShader.* refused a command: /);
  }),
);

test.run();
