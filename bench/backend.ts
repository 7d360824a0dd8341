/**
 * What the backends do per second at the shapes of ResNet-20 (CIFAR, batch 32) and ResNet-50 (224 pixels, batch 8).
 * Run alone: `node --import tsx bench/backend.ts`; it takes about half a minute.
 */
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { type StartedBackend, startBackend } from '../workloads/backends/index.ts';
import * as tf from '../workloads/tf.ts';
import type { Row } from './row.ts';

interface Convolution {
  readonly name: string;
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly stride: number;
}

const resnet20: readonly Convolution[] = [
  { name: 'resnet20 stage 1', x: [32, 32, 32, 16], filter: [3, 3, 16, 16], stride: 1 },
  { name: 'resnet20 stage 2', x: [32, 16, 16, 32], filter: [3, 3, 32, 32], stride: 1 },
  { name: 'resnet20 stage 3', x: [32, 8, 8, 64], filter: [3, 3, 64, 64], stride: 1 },
  { name: 'resnet20 downsampling', x: [32, 32, 32, 16], filter: [3, 3, 16, 32], stride: 2 },
];
const resnet50: readonly Convolution[] = [
  { name: 'resnet50 3x3, 28 pixels', x: [8, 28, 28, 128], filter: [3, 3, 128, 128], stride: 1 },
  { name: 'resnet50 1x1 out, 56 pixels', x: [8, 56, 56, 64], filter: [1, 1, 64, 256], stride: 1 },
  { name: 'resnet50 1x1 in, 14 pixels', x: [8, 14, 14, 1024], filter: [1, 1, 1024, 256], stride: 1 },
  { name: 'resnet50 shortcut by 2', x: [8, 28, 28, 512], filter: [1, 1, 512, 1024], stride: 2 },
];
/** Small enough for the cpu backend. */
const small: Convolution = { name: 'x 2x16x16x16', x: [2, 16, 16, 16], filter: [3, 3, 16, 16], stride: 1 };

/** Milliseconds spent on each figure; the best round counts, since whatever else runs can only slow one down. */
const budgetMs = 300;
/** A gradient should not cost more than its convolution: the share of its speed that it must reach. */
const gradientShare = 0.8;

/** Measures the backends of this machine; values are GFLOP/s unless the unit says otherwise. */
export async function backendBenchmarks(): Promise<Row[]> {
  const rows: Row[] = [];
  const wasmSpeeds = await withBackend('wasm', 1, async (backend) => {
    rows.push(await peakRow(backend));
    for (const shape of [...resnet20, ...resnet50]) rows.push(...convolutionRows(shape, backend.label));
    return speeds(small);
  });
  if (availableParallelism() > 1) {
    await withBackend('wasm', availableParallelism(), async (backend) => {
      rows.push(await peakRow(backend));
      for (const shape of resnet20) rows.push(...convolutionRows(shape, backend.label));
    });
  }
  const cpuSpeeds = await withBackend('cpu', 1, async () => speeds(small));
  for (const [index, { part, gflops }] of wasmSpeeds.entries()) {
    const reference = cpuSpeeds[index]?.gflops ?? Number.NaN;
    rows.push({ name: `${part}, ${small.name}, cpu`, value: reference, unit: 'GFLOP/s' });
    rows.push({
      name: `${part}, ${small.name}, wasm on one thread over cpu`,
      value: gflops / reference,
      unit: 'times',
      note: 'both measured in this run',
    });
  }
  return rows;
}

async function withBackend<T>(
  name: string,
  threads: number,
  body: (backend: StartedBackend) => Promise<T>,
): Promise<T> {
  const backend = await startBackend(name, { threads });
  try {
    return await body(backend);
  } finally {
    await backend.stop();
  }
}

async function peakRow(backend: StartedBackend): Promise<Row> {
  const { value, from } = await backend.measurePeakFlops();
  return { name: `matrix product, ${backend.label}`, value: value / 1e9, unit: 'GFLOP/s', note: from };
}

function convolutionRows(shape: Convolution, label: string): Row[] {
  const [forward, ...gradients] = speeds(shape);
  if (forward === undefined) return [];
  const row = ({ part, gflops }: Speed): Row => ({
    name: `${part}, ${shape.name}, ${label}`,
    value: gflops,
    unit: 'GFLOP/s',
  });
  const target = `at least ${gradientShare} of the convolution's`;
  return [
    row(forward),
    ...gradients.map((speed) => ({
      ...row(speed),
      target,
      holds: speed.gflops >= gradientShare * forward.gflops,
    })),
  ];
}

interface Speed {
  readonly part: 'convolution' | 'filter gradient' | 'input gradient';
  readonly gflops: number;
}

function speeds({ x, filter, stride }: Convolution): Speed[] {
  const input = tf.randomNormal<tf.Rank.R4>(x);
  const weights = tf.randomNormal<tf.Rank.R4>(filter);
  const dy = tf.conv2d(input, weights, stride, 'same');
  const attributes = { strides: [stride, stride], pad: 'same', dataFormat: 'NHWC' };
  const run = (name: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) => () =>
    tf.engine().runKernel(name, inputs, { ...attributes, ...more });
  const flops = 2 * dy.size * filter[0] * filter[1] * filter[2];
  const gflops = (body: () => tf.TensorContainer) => flops / bestMs(body) / 1e6;
  const result: Speed[] = [
    { part: 'convolution', gflops: gflops(() => tf.conv2d(input, weights, stride, 'same')) },
    {
      part: 'filter gradient',
      gflops: gflops(run(tf.Conv2DBackpropFilter, { x: input, dy }, { filterShape: filter })),
    },
    {
      part: 'input gradient',
      gflops: gflops(run(tf.Conv2DBackpropInput, { dy, filter: weights }, { inputShape: x })),
    },
  ];
  tf.dispose([input, weights, dy]);
  return result;
}

function bestMs(body: () => tf.TensorContainer): number {
  let best = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  do {
    const start = performance.now();
    const output = body();
    best = Math.min(best, performance.now() - start);
    tf.dispose(output);
  } while (performance.now() - begin < budgetMs);
  return best;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { name, value, unit, holds } of await backendBenchmarks()) {
    const verdict = holds === undefined ? '' : holds ? '  holds' : '  does not hold';
    console.log(`${value.toFixed(2).padStart(9)} ${unit.padEnd(8)} ${name}${verdict}`);
  }
}
