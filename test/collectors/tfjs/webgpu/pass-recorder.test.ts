import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribution } from '../../../../collectors/tfjs/attribution.ts';
import { Launches } from '../../../../collectors/tfjs/launches.ts';
import { Patches } from '../../../../collectors/tfjs/patches.ts';
import { KernelPasses } from '../../../../collectors/tfjs/webgpu/kernel-passes.ts';
import { PassRecorder } from '../../../../collectors/tfjs/webgpu/pass-recorder.ts';
import type { QueryRingOptions } from '../../../../collectors/tfjs/webgpu/query-ring.ts';
import { Transfers } from '../../../../collectors/tfjs/webgpu/transfers.ts';
import { FakeWriter } from '../../../support/fake-writer.ts';
import { ScriptedBackend, type ScriptedProgram, turn } from './scripted-device.ts';

const test = suite('passes of the webgpu backend');

class MatMulProgram implements ScriptedProgram {
  readonly dispatch = [2, 3, 1];
  readonly workgroupSize = [8, 8, 1];
}
class TransposeProgram implements ScriptedProgram {
  readonly dispatch = [64, 64, 1];
  readonly workgroupSize = [16, 16, 1];
}

/** A backend under watch. */
function watched(options: QueryRingOptions = {}) {
  const backend = new ScriptedBackend();
  const writer = new FakeWriter();
  writer.tickNs = 1e6;
  const launches = new Launches(writer, 'gpu');
  const kernels = new KernelPasses(launches, new Attribution());
  const recorder = new PassRecorder(backend, writer, 'gpu', kernels, new Transfers(writer, 'gpu'), options);
  const patches = new Patches();
  recorder.watch(patches);
  const kernel = launches.kernel('BatchMatMul');
  return {
    backend,
    device: backend.device,
    writer,
    recorder,
    patches,
    /** Runs a kernel of these programs. */
    run(...programs: ScriptedProgram[]) {
      kernels.begin();
      for (const program of programs) backend.recordAndSubmit(program);
      const tensor = (shape: number[]) => ({ dataId: {}, shape, dtype: 'float32' });
      const inputs = { a: tensor([1, 2, 3]), b: tensor([1, 3, 4]) };
      kernels.end(kernel, { inputs, attrs: {}, backend }, tensor([1, 2, 4]));
    },
    submit() {
      if (backend.commandEncoder !== null) backend.submitQueue();
    },
    async end() {
      recorder.submitRest();
      patches.restore();
      await turn();
      const ended = recorder.end(1000);
      await backend.device.settle();
      await ended;
    },
  };
}

const lossesOf = ({ losses }: FakeWriter) => losses.map(({ kind, count }) => [kind, count]);

test('each program is an activity with the times of the GPU, its shape, and the cost of its kernel', async () => {
  const { device, writer, run, end } = watched();
  device.durations.push(500n, 700n);
  run(new TransposeProgram(), new MatMulProgram());
  await end();
  assert.equal(
    writer.activities.map(({ launch, durationNs }) => [launch.name, launch.flops, launch.bytes, durationNs]),
    [
      ['BatchMatMul/Transpose', null, null, 500],
      ['BatchMatMul', 2 * 2 * 3 * 4, 4 * (6 + 12 + 8), 700],
    ],
    'the product counts, although the transposition has more threads',
  );
  const [first, second] = writer.activities;
  assert.is(second?.startNs, (first?.startNs ?? 0) + 500);
  assert.equal(second?.launch.shape?.grid, [2, 3, 1]);
  assert.equal(second?.launch.shape?.block, [8, 8, 1]);
  assert.ok(Number.isNaN(second?.launch.shape?.registersPerThread));
  assert.equal(writer.losses, []);
});

test('a pass that is next in line while another runs starts when that has ended', async () => {
  const { device, writer, run, end } = watched();
  device.durations.push(1000n);
  run(new MatMulProgram());
  device.gpuNs -= 400n;
  device.durations.push(900n);
  run(new MatMulProgram());
  await end();
  assert.equal(
    writer.activities.map(({ durationNs }) => durationNs),
    [1000, 500],
  );
});

test('nothing is read before it is due, and then many submissions at once', async () => {
  const { device, run, submit, writer } = watched({ passes: 8, longestNs: 1e15 });
  for (let count = 0; count < 5; count++) {
    run(new MatMulProgram());
    submit();
  }
  assert.is(device.maps.length, 0);
  run(new MatMulProgram());
  submit();
  assert.is(device.maps.length, 1);
  await device.settle();
  assert.is(writer.activities.length, 6);
});

test('where the GPU is far behind memory stays bounded, and what finds no query is counted', async () => {
  const { backend, device, writer, run, submit, end } = watched({ passes: 4, segments: 3, longestNs: 0 });
  for (let count = 0; count < 20; count++) {
    run(new MatMulProgram());
    submit();
  }
  assert.is(device.querySets.length, 3);
  assert.is(backend.dispatches, 20);
  await device.settle(1);
  run(new MatMulProgram());
  await end();
  assert.is(writer.activities.length, 4);
  assert.equal(lossesOf(writer), [['dropped', 17]]);
  assert.is(device.querySets.length, 3);
  for (const made of [...device.querySets, ...device.buffers]) assert.ok(made.destroyed);
});

test('a GPU that is behind does not use up the queries with segments that hold little', async () => {
  const { device, writer, run, submit, end } = watched({ passes: 8, segments: 6, longestNs: 0 });
  // Four early segments of one pass, then full ones: six passes are full enough.
  for (let count = 0; count < 4 + 2 * 6; count++) {
    run(new MatMulProgram());
    submit();
  }
  assert.is(device.maps.length, 6);
  await device.settle();
  await end();
  assert.is(writer.activities.length, 16);
  assert.equal(lossesOf(writer), []);
});

test('a batch of dispatches larger than a segment loses the rest of it alone', async () => {
  const { writer, run, end } = watched({ passes: 4 });
  for (let count = 0; count < 6; count++) run(new MatMulProgram());
  await end();
  assert.is(writer.activities.length, 4);
  assert.equal(lossesOf(writer), [['dropped', 2]]);
});

test('a mapping that fails is counted and the next works again', async () => {
  const { device, writer, run, submit, end } = watched({ longestNs: 0 });
  run(new MatMulProgram(), new MatMulProgram());
  submit();
  await device.fail(new Error('no memory'));
  assert.equal(lossesOf(writer), [['dropped', 2]]);
  assert.match(writer.losses[0]?.why ?? '', 'no memory');
  run(new MatMulProgram());
  await end();
  assert.is(writer.activities.length, 1);
});

test('a device that is lost leaves its kernels unfinished, and the program goes on', async () => {
  const { backend, device, writer, run, submit, recorder, patches } = watched({ longestNs: 0 });
  run(new MatMulProgram());
  submit();
  run(new MatMulProgram(), new MatMulProgram());
  device.lose();
  await turn();
  await device.fail(new Error('A valid external Instance reference no longer exists.'));
  run(new MatMulProgram());
  submit();
  patches.restore();
  await recorder.end(1000);
  assert.equal(lossesOf(writer), [
    ['unfinished', 1],
    ['unfinished', 2],
  ]);
  assert.is(backend.dispatches, 4);
  assert.equal(writer.activities, []);
});

test('work that never ends is given up at the deadline and not written afterwards', async () => {
  const { device, writer, run, recorder, patches } = watched();
  run(new MatMulProgram());
  recorder.submitRest();
  patches.restore();
  await recorder.end(1);
  assert.equal(lossesOf(writer), [['dropped', 1]]);
  await device.settle();
  assert.equal(writer.activities, []);
});

test('a driver that writes no timestamps is said to', async () => {
  const { device, writer, run, end } = watched();
  device.mute = true;
  run(new MatMulProgram());
  await end();
  assert.equal(writer.activities, []);
  assert.equal(lossesOf(writer), [['dropped', 1]]);
});

test('coarse timestamps are told once', async () => {
  const { device, writer, run, submit, end } = watched();
  device.gpuNs = 65_536n * 1_000n;
  for (let count = 0; count < 100; count++) {
    device.durations.push(BigInt(count % 2) * 65_536n);
    run(new MatMulProgram());
    submit();
  }
  await end();
  assert.equal(
    writer.marks.map(({ name }) => name),
    ['coarse timestamps'],
  );
});

test('a kernel that throws passes its error on, and the pass it left is nothing', async () => {
  const { writer, run, end } = watched();
  const fails = new Error('mine');
  assert.throws(
    () => run(Object.assign(new MatMulProgram(), { fails })),
    (error: unknown) => error === fails,
  );
  await end();
  assert.equal(writer.activities, []);
  assert.equal(writer.losses, []);
});

test('what tf.profile times is left to it and counted', async () => {
  const { backend, writer, run, end } = watched();
  backend.activeTimers = [];
  run(new MatMulProgram());
  await end();
  assert.equal(lossesOf(writer), [['dropped', 1]]);
});

test('a defect of the recording does not reach the program', async () => {
  const { backend, device, writer, run } = watched();
  device.createQuerySet = () => {
    throw new Error('defect');
  };
  run(new MatMulProgram());
  assert.is(backend.dispatches, 1);
  assert.match(writer.losses[0]?.why ?? '', 'defect');
});

test('restoring puts the very functions back', () => {
  const { backend, patches } = watched();
  assert.ok(Object.hasOwn(backend, 'recordAndSubmit'));
  patches.restore();
  assert.not(Object.hasOwn(backend, 'recordAndSubmit'));
  assert.not(Object.hasOwn(backend, 'submitQueue'));
});

test.run();
