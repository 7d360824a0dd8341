import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { whyNoKernelTimes } from '../../../collectors/tfjs/kernel-times.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import { findPackage, packages } from '../../../workloads/backends/tensorflow/packages.ts';
import { startTensorflow } from '../../../workloads/backends/tensorflow/start.ts';
import * as tf from '../../../workloads/tf.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('tensorflow backend');

/** A directory in which a package of that name is installed, with this program. */
function installed(name: string, program: string): string {
  const root = temporaryDirectory();
  const directory = join(root, 'node_modules', name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ name, version: '4.22.0', main: 'index.js' }),
  );
  writeFileSync(join(directory, 'index.js'), program);
  return join(root, 'package.json');
}

/** As the real package does: registers a backend when it is loaded. Ours computes nothing but knows how to say so. */
const registering = (onGpu: boolean) => `
  const tf = require(${JSON.stringify(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'))});
  class Backend extends tf.KernelBackend {
    isUsingGpuDevice = ${onGpu};
    dispose() {}
  }
  tf.registerBackend('tensorflow', () => new Backend());
`;

async function failure(promise: Promise<unknown>): Promise<WarpwatchError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WarpwatchError, String(error));
  return error;
}

test('where no package is installed it says which to install, and auto does not mention it', async () => {
  assert.is(findPackage(Object.values(packages)), null);
  const error = await failure(startBackend('tensorflow'));
  assert.is(error.code, 'no-backend');
  assert.match(error.message, /npm install @tensorflow\/tfjs-node-gpu/);
  const backend = await startBackend('auto', { threads: 1 });
  await backend.stop();
  assert.not.match(backend.notes.join(' '), /tensorflow/);
});

test('an installed package is found, started, and can be started again', async () => {
  const place = installed(packages.gpu, registering(true));
  const found = findPackage([packages.gpu, packages.cpu], [place]);
  assert.is(found?.name, packages.gpu);
  for (const _ of [1, 2]) {
    const backend = await startTensorflow(found);
    assert.is(tf.getBackend(), 'tensorflow');
    assert.is(backend.label, 'tensorflow, GPU');
    assert.is(backend.gpu?.kind, 'gpu');
    assert.equal(backend.notes, []);
    assert.match(whyNoKernelTimes(tf) ?? '', /tfjs-node-gpu .*warpwatch run/);
    await backend.stop();
  }
});

test('a GPU package without a GPU computes on the processor and says so', async () => {
  const backend = await startTensorflow(
    findPackage([packages.gpu], [installed(packages.gpu, registering(false))]),
  );
  assert.is(backend.label, 'tensorflow, CPU');
  assert.is(backend.gpu, null);
  assert.match(backend.notes.join(' '), /finds no GPU with CUDA 11/);
  assert.is(whyNoKernelTimes(tf), null);
  await backend.stop();
});

test('a package whose library is missing is told with the reason', async () => {
  const place = installed(packages.gpu, `throw new Error('libtensorflow.so.2: cannot open\\nat dlopen');`);
  const error = await failure(startTensorflow(findPackage([packages.gpu], [place])));
  assert.is(error.code, 'no-backend');
  assert.match(error.message, /could not be loaded: libtensorflow\.so\.2: cannot open; .*npm rebuild/);
});

test.run();
