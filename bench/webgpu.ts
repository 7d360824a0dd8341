/**
 * The webgpu backend on the software GPU of the tests: what watching its kernels costs a step, and whether memory stays
 * flat over many steps; beside it wasm. Without Debian's chromium there is no such GPU and no figure.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchKernels } from '../collectors/tfjs/watch-kernels.ts';
import { silentProbe } from '../src/model/training.ts';
import { describeRun } from '../src/recording/manifest.ts';
import { createRecording, openStream } from '../src/recording/recording.ts';
import type { StreamWriter } from '../src/recording/stream-writer.ts';
import { lendSoftwareGpu, softwareAdapter } from '../test/support/software-gpu.ts';
import { startBackend } from '../workloads/backends/index.ts';
import { createResNetCifar } from '../workloads/models/resnet-cifar.ts';
import { softmaxCrossEntropy } from '../workloads/models/softmax-cross-entropy.ts';
import * as tf from '../workloads/tf.ts';
import { median, type Row } from './row.ts';

const mostRatio = 1.02;
const pairs = 20;

const memorySteps = { settling: 250, measured: 1000 } as const;
/** What V8 keeps for later moves by this much in either direction. */
const mostGrowthMebibytes = 8;

/** Takes three minutes on an idle machine. */
export async function webGpuBenchmarks(): Promise<Row[]> {
  if (!lendSoftwareGpu()) return [];
  const directory = mkdtempSync(join(tmpdir(), 'warpwatch-bench-'));
  createRecording(directory, describeRun('webgpu', process.argv, {}, []));
  try {
    return [
      ...(await costOfWatching(openStream(directory, 'cost'))),
      await costOfDispatch(openStream(directory, 'dispatch')),
      ...(await memoryRows('webgpu', openStream(directory, 'webgpu'))),
      ...(await memoryRows('wasm', openStream(directory, 'wasm'))),
    ];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** One step of a training; resolves when the device is done. */
type Step = () => Promise<void>;

/** Steps of a residual network of depth 8 on noise. */
function training(side: number, width: number): Step {
  const shape = { input: { height: side, width: side, channels: 3 }, classes: 10 };
  const model = createResNetCifar({ depth: 8, width }, shape, {
    probe: silentProbe,
    initializer: 'he',
    seed: 1,
  });
  const images = tf.randomNormal([2, side, side, 3]) as tf.Tensor4D;
  const labels = tf.oneHot(tf.tensor1d([3, 4], 'int32'), 10) as tf.Tensor2D;
  const optimizer = tf.train.sgd(0.001);
  return async () => {
    const loss = optimizer.minimize(() => softmaxCrossEntropy(model.forward(images, true), labels), true);
    await loss?.data();
    loss?.dispose();
  };
}

/** Steps of a convolution and a dense layer: a few dozen kernels each, so that a thousand take a minute. */
function smallTraining(): Step {
  const filter = tf.variable(tf.randomNormal([3, 3, 3, 4]));
  const weights = tf.variable(tf.randomNormal([64, 10]));
  const images = tf.randomNormal([2, 4, 4, 3]) as tf.Tensor4D;
  const labels = tf.oneHot(tf.tensor1d([3, 4], 'int32'), 10) as tf.Tensor2D;
  const optimizer = tf.train.sgd(0.001);
  const loss = () => {
    const features = tf.relu(tf.conv2d(images, filter as tf.Tensor4D, 1, 'same'));
    return softmaxCrossEntropy(tf.matMul(tf.reshape(features, [2, 64]), weights), labels);
  };
  return async () => {
    const value = optimizer.minimize(loss, true);
    await value?.data();
    value?.dispose();
  };
}

interface Cost {
  readonly wallMs: number;
  /** Of the process, in which the device in software runs too: less of it is other people's work than of the wall's. */
  readonly cpuMs: number;
}

/** Without, with; with, without; a step each: it takes so long that what watching does once is lost in it. */
async function costOfWatching(writer: StreamWriter): Promise<Row[]> {
  const backend = await startBackend('webgpu', { adapter: softwareAdapter });
  const step = training(32, 8);
  const costOf = async (watched: boolean): Promise<Cost> => {
    const watch = watched ? await watchKernels(tf, writer, 'webgpu0') : null;
    const before = process.cpuUsage();
    const startMs = performance.now();
    await step();
    const wallMs = performance.now() - startMs;
    const { user, system } = process.cpuUsage(before);
    await watch?.stop();
    return { wallMs, cpuMs: (user + system) / 1e3 };
  };
  for (const watched of [false, true]) await costOf(watched);
  const measured: { watched: Cost; without: Cost }[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const watchedFirst = pair % 2 === 1;
    const [first, second] = [await costOf(watchedFirst), await costOf(!watchedFirst)];
    measured.push(watchedFirst ? { watched: first, without: second } : { watched: second, without: first });
  }
  const { dropped } = await writer.close('ended');
  await backend.stop();
  const rowOf = (name: string, part: keyof Cost): Row => {
    const ratios = measured.map(({ watched, without }) => watched[part] / without[part]);
    const value = median(ratios);
    const sorted = ratios.toSorted((a, b) => a - b);
    const quartiles = [0.25, 0.75].map((share) => sorted[Math.floor(share * sorted.length)]?.toFixed(3));
    const stepMs = median(measured.map(({ without }) => without[part]));
    return {
      name,
      value,
      unit: 'ratio',
      target: `at most ${mostRatio}`,
      holds: value <= mostRatio && dropped === 0,
      note: `residual network of depth 8 on 32x32, ${backend.label}, ${stepMs.toFixed(0)} ms a step, median of ${pairs} pairs; half of them lie in ${quartiles.join(' to ')}; ${dropped} records dropped`,
    };
  };
  return [
    rowOf('step with kernels watched over step without, webgpu', 'wallMs'),
    rowOf('the same in processor time', 'cpuMs'),
  ];
}

/** What the host does more for each program that it hands to the GPU. */
async function costOfDispatch(writer: StreamWriter): Promise<Row> {
  const backend = await startBackend('webgpu', { adapter: softwareAdapter });
  // So large that the backend does not add on the processor.
  const [x, y] = [tf.randomNormal([40, 40]), tf.randomNormal([40, 40])];
  const count = 200;
  const microseconds = async (): Promise<number> => {
    const startMs = performance.now();
    const sum = tf.tidy(() => {
      let z: tf.Tensor = x;
      for (let index = 0; index < count; index++) z = tf.add(z, y);
      return z;
    });
    const elapsedMs = performance.now() - startMs;
    await sum.data();
    sum.dispose();
    return (elapsedMs * 1e3) / count;
  };
  const differences: number[] = [];
  for (let round = 0; round < 40; round++) {
    const without = await microseconds();
    const watch = await watchKernels(tf, writer, 'webgpu0');
    differences.push((await microseconds()) - without);
    await watch.stop();
  }
  await writer.close('ended');
  await backend.stop();
  return {
    name: 'more time of the host for each program, webgpu',
    value: median(differences.slice(8)),
    unit: 'µs',
    note: `addition of 40x40, median of ${differences.length - 8} alternating rounds of ${count}`,
  };
}

/** What there is of each at a moment. */
interface Held {
  readonly residentMebibytes: number;
  readonly tensors: number;
  readonly buffers: number;
}

async function memoryRows(id: 'webgpu' | 'wasm', writer: StreamWriter): Promise<Row[]> {
  const backend = await startBackend(id, id === 'webgpu' ? { adapter: softwareAdapter } : { threads: 1 });
  const watch = await watchKernels(tf, writer, 'device');
  const step = smallTraining();
  const heldAfter = async (count: number) => {
    for (let done = 0; done < count; done++) await step();
    return heldAtRest();
  };
  const { settling, measured: steps } = memorySteps;
  const settled = await heldAfter(settling);
  const end = await heldAfter(steps);
  await watch.stop();
  const { dropped } = await writer.close('ended');
  // The driver in software and the allocator grow by themselves, the less the longer they run: after the watched steps,
  // so that what is told apart is rather too much than too little.
  const unwatched = await heldAfter(steps);
  await backend.stop();
  const growth = end.residentMebibytes - settled.residentMebibytes;
  const ownGrowth = unwatched.residentMebibytes - end.residentMebibytes;
  const more = end.tensors - settled.tensors + (end.buffers - settled.buffers);
  return [
    {
      name: `growth of resident memory over ${steps} watched steps beyond that over ${steps} unwatched, ${id}`,
      value: growth - Math.max(0, ownGrowth),
      unit: 'MiB',
      target: `at most ${mostGrowthMebibytes}`,
      holds: growth - Math.max(0, ownGrowth) <= mostGrowthMebibytes && dropped === 0,
      note: `${settled.residentMebibytes.toFixed(0)} to ${end.residentMebibytes.toFixed(0)} MiB watched, then ${unwatched.residentMebibytes.toFixed(0)} MiB unwatched; ${dropped} records dropped`,
    },
    {
      name: `tensors and buffers of the device more after them, ${id}`,
      value: more,
      unit: '',
      target: 'none',
      holds: more <= 0,
      note: `${end.tensors} tensors, ${end.buffers} buffers`,
    },
  ];
}

async function heldAtRest(): Promise<Held> {
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc?.();
  return held();
}

function held(): Held {
  const manager: unknown = Reflect.get(tf.backend(), 'bufferManager');
  const count = (name: string) => Number(Reflect.get(Object(manager), name) ?? 0);
  return {
    residentMebibytes: process.memoryUsage.rss() / 2 ** 20,
    tensors: tf.memory().numTensors,
    buffers: count('numUsedBuffers') + count('numFreeBuffers'),
  };
}
