import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { backends, type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { startWasm } from '../../../workloads/backends/wasm/start.ts';
import { TrainingWasm } from '../../../workloads/backends/wasm/training-wasm.ts';
import { noSignOfGpu } from '../../../workloads/backends/webgpu/signs-of-gpu.ts';
import * as tf from '../../../workloads/tf.ts';
import { assertClose, evaluate, random } from './agreement.ts';

const test = suite('startBackend');
/** On a machine with a GPU, `auto` is another backend. */
const onGpu = noSignOfGpu() === null;
const withoutGpu = onGpu ? test.skip : test;
test.after(() => threaded?.stop());

async function failure(promise: Promise<unknown>): Promise<WarpwatchError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof WarpwatchError) return error;
    throw error;
  }
  return assert.unreachable('nothing was thrown') as never;
}

test('an unknown name is a usage error that names the choices', async () => {
  const error = await failure(startBackend('nonsense'));
  assert.is(error.code, 'usage');
  for (const { id } of backends) assert.match(error.message, id);
  assert.match(error.message, 'auto');
});

test('a number of threads that is none is a usage error', async () => {
  for (const threads of [0, -1, 1.5, Number.NaN]) {
    assert.is((await failure(startBackend('wasm', { threads }))).code, 'usage');
  }
});

test('the cpu backend starts and measures its peak', async () => {
  const backend = await startBackend('cpu');
  assert.is(tf.getBackend(), 'cpu');
  assert.is(backend.label, 'cpu, 1 thread');
  const peak = await backend.measurePeakFlops();
  assert.ok(peak.value > 1e6);
  assert.match(peak.from, /^measured: fp32 matrix product .*, cpu, 1 thread$/);
  await backend.stop();
});

/** Two threads cost two seconds of a core to start: the tests of them share one start. */
let threaded: StartedBackend | null = null;
const unhandled = () => undefined;

function twoThreads(): StartedBackend {
  if (threaded === null) throw new Error('two threads did not start');
  return threaded;
}

test('threads leave the listeners and globals of the process as they were', async () => {
  process.on('unhandledRejection', unhandled);
  const before = process.listeners('unhandledRejection');
  const hadWorker = 'Worker' in globalThis;
  threaded = await startBackend(onGpu ? 'wasm' : 'auto', { threads: 2 });
  assert.equal(process.listeners('unhandledRejection'), before);
  assert.is('Worker' in globalThis, hadWorker);
});

withoutGpu('auto is wasm, and says how many threads run', async () => {
  const backend = twoThreads();
  assert.is(backend.id, 'wasm');
  assert.is(tf.getBackend(), 'wasm');
  assert.is(backend.threads, 2, backend.notes.join(' '));
  assert.is(backend.label, 'wasm, 2 threads');
  assert.equal(backend.notes, []);
  const peak = await backend.measurePeakFlops();
  assert.ok(peak.value > 1e8);
  assert.match(peak.from, /best of \d+, wasm, 2 threads$/);
});

test('more calls than the queue of the threads holds are all run, once', () => {
  assert.is(twoThreads().threads, 2);
  const wasm = tf.backend();
  assert.instance(wasm, TrainingWasm);
  if (!(wasm instanceof TrainingWasm)) return;
  const count = 10_000;
  const sums = wasm.withScratch(12 * count, (pointer) => {
    const target = pointer + 4 * count;
    const { buffer } = wasm.instance.memory;
    new Float32Array(buffer, pointer, count).set(Array.from({ length: count }, (_, index) => index));
    wasm.clear(target, 2 * count);
    for (let round = 0; round < 3; round += 1) {
      wasm.simd.run((add) => {
        for (let index = 0; index < count; index += 1) {
          add('sumColumns', pointer + 4 * index, target + 8 * index, 1, 1, 4);
        }
      });
    }
    return new Float64Array(buffer, target, count).slice();
  });
  assert.ok(sums.every((sum, index) => sum === 3 * index));
});

test('one thread and two agree, and the listeners outlive the threads', async () => {
  assert.is(twoThreads().threads, 2);
  const two = await evaluate('wasm', trainingStep);
  const before = process.listeners('unhandledRejection');
  await twoThreads().stop();
  assert.equal(process.listeners('unhandledRejection'), before);
  process.removeListener('unhandledRejection', unhandled);
  const backend = await startBackend('wasm', { threads: 1 });
  try {
    const one = await evaluate('wasm', trainingStep);
    for (const [index, result] of one.entries()) assertClose(two[index], result);
  } finally {
    await backend.stop();
  }
});

function trainingStep(): tf.Tensor[] {
  const layer = (x: tf.Tensor, filter: tf.Tensor) => {
    const y = tf.relu(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same'));
    return tf.add(y, tf.mean(y, [0, 1, 2]));
  };
  return tf.grads(layer)([random([3, 33, 33, 12], 1), random([3, 3, 12, 24], 2)]);
}

test('where threads do not start it runs on one and says why', async () => {
  const backend = await startWasm({ threads: 2 }, () => Promise.reject(new Error('no workers here')));
  try {
    assert.is(backend.threads, 1);
    assert.is(backend.label, 'wasm, 1 thread');
    assert.match(backend.notes.join(' '), 'no workers here');
    const [sum] = await evaluate('wasm', () => tf.sum(tf.ones([10, 10])));
    assert.is(sum?.values[0], 100);
  } finally {
    await backend.stop();
  }
});

test('more threads than the module has are cut, with a note', async () => {
  const { mostThreads } = await import('../../../workloads/backends/wasm/instantiate.ts');
  const backend = await startBackend('wasm', { threads: 1000 });
  try {
    assert.is(backend.threads, mostThreads);
    assert.match(backend.notes.join(' '), '1000');
  } finally {
    await backend.stop();
  }
});

test('a deadline that has passed ends the workers', async () => {
  const { instantiateThreaded } = await import('../../../workloads/backends/wasm/instantiate.ts');
  const backend = await startWasm({ threads: 2 }, () => instantiateThreaded(0));
  assert.is(backend.threads, 1);
  assert.match(backend.notes.join(' '), 'within 0 ms');
  await backend.stop();
});

test('it can be stopped twice, and tensors of a stopped backend be disposed', async () => {
  const backend = await startBackend('wasm', { threads: 1 });
  const left = tf.ones([3]);
  await backend.stop();
  await backend.stop();
  left.dispose();
});

test.run();
