import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Instrumented, instrument } from '../../../../collectors/tfjs/index.ts';
import { watchKernels } from '../../../../collectors/tfjs/watch-kernels.ts';
import { seriesOf, type Timeline } from '../../../../src/model/timeline.ts';
import { readRecording } from '../../../../src/recording/reader.ts';
import { type StartedBackend, startBackend } from '../../../../workloads/backends/index.ts';
import { createResNetCifar } from '../../../../workloads/models/resnet-cifar.ts';
import { softmaxCrossEntropy } from '../../../../workloads/models/softmax-cross-entropy.ts';
import * as tf from '../../../../workloads/tf.ts';
import { FakeWriter } from '../../../support/fake-writer.ts';
import { needsSoftwareGpu, softwareAdapter } from '../../../support/software-gpu.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';
import { BusyTimes } from './busy-times.ts';

const test = suite('kernels of the webgpu backend');
const withGpu = needsSoftwareGpu(test);
const directory = temporaryDirectory();

let started: StartedBackend | null = null;
test.after(async () => started?.stop());

/** Runs `body` on a software GPU that the tests share, since it compiles each program for tens of milliseconds. */
async function onSoftware(
  body: (backend: StartedBackend, device: GPUDevice) => Promise<void>,
): Promise<void> {
  started ??= await startBackend('webgpu', { adapter: softwareAdapter });
  await tf.setBackend('webgpu');
  const device = Reflect.get(tf.backend(), 'device');
  assert.ok(device instanceof GPUDevice);
  await body(started, device);
}

/** A program of a user's own: some steps of a small residual network. */
async function trainTiny(watch: Instrumented, steps: number): Promise<void> {
  const shape = { input: { height: 8, width: 8, channels: 3 }, classes: 10 };
  const builder = { probe: watch, initializer: 'he', seed: 1 } as const;
  const model = createResNetCifar({ depth: 8, width: 4 }, shape, builder);
  const images = tf.randomNormal([2, 8, 8, 3], 0, 1, 'float32', 1) as tf.Tensor4D;
  const labels = tf.oneHot(tf.tensor1d([3, 4], 'int32'), 10) as tf.Tensor2D;
  const optimizer = tf.train.sgd(0.05);
  const loss = () => softmaxCrossEntropy(model.forward(images, true), labels);
  try {
    for (let step = 0; step < steps; step++) {
      await watch.step(2, async () => {
        const value = optimizer.minimize(loss, true);
        await value?.data();
        value?.dispose();
      });
    }
  } finally {
    tf.dispose([images, labels]);
    model.dispose();
    optimizer.dispose();
  }
}

/** Start and end of each execution, in the order of writing, with its phase. */
function executions(timeline: Timeline) {
  return timeline.activity.flatMap((block) =>
    Array.from({ length: block.count }, (_, index) => {
      const startNs = block.startNs[index] as number;
      const endNs = startNs + (block.durationNs[index] as number);
      return { startNs, endNs, phase: timeline.launches[block.launch[index] as number]?.phase };
    }),
  );
}

withGpu('the kernels of a program fill the time in which the device works, within its steps', () =>
  onSoftware(async (_backend, device) => {
    const path = join(directory, 'tiny');
    const watch = await instrument(tf, { recording: path });
    const queue = Reflect.get(tf.backend(), 'queue');
    assert.ok(queue instanceof GPUQueue);
    const busy = new BusyTimes(device, queue, 400);
    await trainTiny(watch, 2);
    assert.equal(await watch.close(), { dropped: 0, failure: null });
    const busySeconds = await busy.end();
    const timeline = readRecording(path);
    assert.equal(timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 });
    const gpu = timeline.devices.find(({ kind }) => kind === 'gpu');
    assert.match(gpu?.name ?? '', /swiftshader.*\(software\)/);
    const kernelSeconds = timeline.launchTotals.reduce((sum, { durationNs }) => sum + durationNs, 0) / 1e9;
    const share = kernelSeconds / busySeconds;
    assert.ok(share > 0.95 && share <= 1, `kernels take ${kernelSeconds} s of ${busySeconds} s`);
    assert.is(timeline.steps.length, 2);
    const uncertainties = seriesOf(timeline, 'webgpu0', 'clockUncertaintySeconds')?.values ?? [];
    assert.ok(uncertainties.length > 0);
    const uncertaintyNs = 1e9 * Math.max(...uncertainties);
    const [firstNs, lastNs] = [timeline.steps.at(0)?.startNs ?? 0, timeline.steps.at(-1)?.endNs ?? 0];
    let earlierNs = Number.NEGATIVE_INFINITY;
    for (const { startNs, endNs, phase } of executions(timeline)) {
      assert.ok(startNs >= earlierNs, 'kernels of one queue follow one another');
      earlierNs = startNs;
      // Without a phase are those that make the first weights.
      if (phase === '') continue;
      assert.ok(startNs > firstNs - uncertaintyNs, `${phase} before the first step`);
      assert.ok(endNs < lastNs + uncertaintyNs, `${phase} after the last step`);
    }
    for (const phase of ['forward', 'backward', 'optimizer']) {
      assert.ok(
        timeline.launches.some((launch) => launch.phase === phase),
        phase,
      );
    }
    const launch = (name: string) => timeline.launches.find((candidate) => candidate.name === name);
    const convolution = launch('Conv2D');
    assert.ok((convolution?.flops ?? 0) > 0 && (convolution?.bytes ?? 0) > 0);
    assert.ok(convolution?.shape?.grid.every((part) => part >= 1));
    assert.ok(
      timeline.launches.some(({ layer }) => layer.startsWith('stage1/block1')),
      'layers are told apart',
    );
    assert.is(launch('Sum/Transpose')?.flops, null);
  }),
);

/** With the clock of this process, as a recording has it. */
class TimedWriter extends FakeWriter {
  override now(): number {
    return Number(process.hrtime.bigint());
  }
}

withGpu('a watched program computes what it computes unwatched, and is put back as it was', () =>
  onSoftware(async () => {
    const x = tf.randomNormal([2, 6, 6, 3], 0, 1, 'float32', 1) as tf.Tensor4D;
    const filter = tf.randomNormal([3, 3, 3, 4], 0, 1, 'float32', 2);
    const compute = async () => {
      const convolve = (f: tf.Tensor) => tf.sum(tf.relu(tf.conv2d(x, f as tf.Tensor4D, 1, 'same')));
      const result = tf.tidy(() => tf.grad(convolve)(filter));
      const values = await result.data();
      result.dispose();
      return [...values];
    };
    const expected = await compute();
    const tensors = tf.memory().numTensors;
    const writer = new TimedWriter();
    const backend = tf.backend();
    const watch = await watchKernels(tf, writer, 'webgpu0');
    assert.equal(await compute(), expected);
    assert.ok(Object.hasOwn(backend, 'submitQueue'));
    await watch.stop();
    assert.not(Object.hasOwn(backend, 'submitQueue'));
    assert.equal(await compute(), expected);
    assert.is(tf.memory().numTensors, tensors);
    assert.ok(writer.kernelNames.includes('Conv2DBackpropFilter'));
    assert.equal(writer.losses, []);
    tf.dispose([x, filter]);
  }),
);

withGpu('a device that is lost leaves a recording that is whole and counts what was under way', () =>
  onSoftware(async (backend, device) => {
    const path = join(directory, 'lost');
    const watch = await instrument(tf, { recording: path });
    let steps = 0;
    const lostInSecond: Instrumented = {
      ...watch,
      step: (samples, body) =>
        watch.step(samples, () => {
          steps += 1;
          const result = body();
          if (steps === 2) device.destroy();
          return result;
        }),
    };
    const error = await trainTiny(lostInSecond, 4).catch((thrown: unknown) => thrown);
    assert.instance(error, Error, 'reading from a lost device fails');
    await device.lost;
    await watch.close('failed', String(backend.broken.reason));
    const timeline = readRecording(path);
    assert.equal(timeline.damage, []);
    assert.is(timeline.steps.length, 1);
    assert.is(timeline.producers[0]?.outcome, 'failed');
    assert.match(timeline.producers[0]?.message ?? '', /The GPU SwiftShader .* was lost/);
    assert.ok(timeline.losses.unfinished > 1, 'kernels of the second step, and the step itself');
    assert.ok(
      timeline.launchTotals.some(({ calls }) => calls > 0),
      'those of the first are there',
    );
  }),
);

test.run();
