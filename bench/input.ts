/** What the input of a training costs: whether threads hide augmentation, and how fast pictures are decoded. */
import { availableParallelism } from 'node:os';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { inputMetrics } from '../src/model/health.ts';
import { silentProbe, type TrainingProbe } from '../src/model/training.ts';
import { startBackend } from '../workloads/backends/index.ts';
import type { Dataset } from '../workloads/data/dataset.ts';
import { decodePicture } from '../workloads/data/decode-picture.ts';
import { type DataDescription, openDataset } from '../workloads/data/index.ts';
import { emptyPicture } from '../workloads/data/picture.ts';
import { createRandom } from '../workloads/data/random.ts';
import { resample } from '../workloads/data/resample.ts';
import type { ScenePictures } from '../workloads/data/scenes.ts';
import { drawScene } from '../workloads/data/synthetic-scenes.ts';
import { randomCrop } from '../workloads/data/views.ts';
import type { Feed } from '../workloads/input/feed.ts';
import { meteredFeed } from '../workloads/input/metered-feed.ts';
import { prefetchFeed } from '../workloads/input/prefetch-feed.ts';
import { createResNetCifar } from '../workloads/models/resnet-cifar.ts';
import { classification, type LabelledBatch } from '../workloads/training/classification.ts';
import type { TrainingTask } from '../workloads/training/task.ts';
import { type TrainSettings, train } from '../workloads/training/train.ts';
import { median, type Row } from './row.ts';

const mostCost = 1.03;
const batchSize = 8;
const side = 160;
const rounds = 8;
const stepsARound = 5;
/** The first step of a round may share the machine with a batch of the round before. */
const unseenSteps = 1;
const decodes = 24;

export async function inputBenchmarks(): Promise<Row[]> {
  return [...(await augmentationRows()), ...decodeRows()];
}

/** What is trained: of the cost of a detector, on the pictures of one. */
function trainingTask(
  dataset: Dataset<ScenePictures>,
  probe: TrainingProbe,
): TrainingTask<ScenePictures, LabelledBatch> {
  const shape = { input: { height: side, width: side, channels: 3 }, classes: dataset.classes };
  const model = createResNetCifar({ depth: 8 }, shape, { probe, initializer: 'he', seed: 1 });
  const labelled = ({ truths, ...batch }: ScenePictures) => ({
    ...batch,
    labels: Int32Array.from(truths, ({ labels }) => labels[0] ?? 0),
  });
  const { evaluationBatches, trainingBatch, ...about } = dataset;
  const task = classification(model, {
    ...about,
    trainingBatch: (number, size) => labelled(trainingBatch(number, size)),
    evaluationBatches: () => [],
  });
  return { ...task, upload: (batch) => task.upload(labelled(batch)) };
}

async function augmentationRows(): Promise<Row[]> {
  const backend = await startBackend('wasm', { threads: availableParallelism() });
  const describe = (augment: boolean): DataDescription<'scenes'> => ({
    kind: 'scenes',
    path: null,
    seed: 1,
    augment,
    side,
  });
  const dataset = await openDataset(describe(true));
  const makeMs = { with: [] as number[], without: [] as number[] };
  const feedOf = (augment: boolean) =>
    prefetchFeed(describe(augment), {
      batchSize,
      capacity: 4,
      threads: 1,
      onBatch: ({ seconds }) => void makeMs[augment ? 'with' : 'without'].push(seconds * 1e3),
    });
  const feeds = { with: feedOf(true), without: feedOf(false) };
  const durations: number[] = [];
  const waits: number[] = [];
  let startMs = 0;
  const probe: TrainingProbe = {
    ...silentProbe,
    beginStep: () => {
      startMs = performance.now();
    },
    endStep: () => durations.push(performance.now() - startMs),
    metric: (name, value) => {
      if (name === inputMetrics.waitSeconds) waits.push(value * 1e3);
    },
  };
  const task = trainingTask(dataset, probe);
  // In turns within one run: what slows the machine slows both.
  let fetch = 0;
  const inTurns: Feed<ScenePictures> = {
    next: () => feeds[isWith(fetch++) ? 'with' : 'without'].next(),
    close: async () => undefined,
  };
  const steps = 2 * rounds * stepsARound;
  await train(task, meteredFeed(inTurns, probe), { ...settings, steps }, { probe, backend: backend.label });
  await Promise.all(Object.values(feeds).map((feed) => feed.close()));
  task.dispose();
  await backend.stop();
  const ofRound = (values: readonly number[], round: number) =>
    values.slice(round * stepsARound + unseenSteps, (round + 1) * stepsARound);
  const seen = (augmented: boolean, values: readonly number[]) =>
    Array.from({ length: 2 * rounds }, (_, round) => round)
      .filter((round) => isWith(round * stepsARound) === augmented)
      .flatMap((round) => ofRound(values, round));
  // Neighbours in time, so that a machine that slows down over the run slows both.
  const ratios = Array.from(
    { length: rounds },
    (_, pair) => median(ofRound(durations, 2 * pair)) / median(ofRound(durations, 2 * pair + 1)),
  );
  const ratio = median(ratios);
  const name = `step of batch ${batchSize} at ${side} px, ${backend.label}`;
  return [
    { name, value: median(seen(false, durations)), unit: 'ms', note: 'batches made ahead, as drawn' },
    { name: 'making such a batch', value: median(makeMs.without), unit: 'ms' },
    { name: 'making one with augmentation', value: median(makeMs.with), unit: 'ms' },
    { name: 'waiting for one with augmentation', value: median(seen(true, waits)), unit: 'ms a step' },
    {
      name: 'step time with augmentation over without',
      value: ratio,
      unit: 'times',
      target: `≤ ${mostCost}`,
      holds: ratio <= mostCost,
      note: `median of ${rounds} pairs of ${stepsARound - unseenSteps} steps, ${ratios.map((value) => value.toFixed(3)).join(', ')}`,
    },
  ];
}

function isWith(step: number): boolean {
  return Math.floor(step / stepsARound) % 2 === 0;
}

const settings: TrainSettings = {
  batchSize,
  steps: null,
  seconds: null,
  optimizer: 'momentum',
  learningRate: 0.01,
  schedule: 'constant',
  weightDecay: 0,
  evaluateEvery: null,
  evaluationSamples: 0,
};

/** Of the size that most photographs of ImageNet have. */
const [photoWidth, photoHeight] = [500, 375];

function decodeRows(): Row[] {
  const scene = drawScene(createRandom(1, 'photograph'), photoWidth).picture.pixels;
  const picture = emptyPicture(photoWidth, photoHeight);
  picture.pixels.set(scene.subarray(0, picture.pixels.length));
  const rgba = Buffer.alloc(photoWidth * photoHeight * 4, 255);
  for (let pixel = 0; pixel < photoWidth * photoHeight; pixel++)
    rgba.set(picture.pixels.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  const png = new PNG({ width: photoWidth, height: photoHeight });
  png.data = rgba;
  const files = {
    JPEG: jpeg.encode({ width: photoWidth, height: photoHeight, data: rgba }, 90).data,
    PNG: PNG.sync.write(png),
  };
  const rows = Object.entries(files).flatMap(([kind, bytes]) => {
    const milliseconds = timed(() => decodePicture(bytes, kind));
    const note = `${photoWidth} by ${photoHeight}, ${Math.round(bytes.length / 1024)} KiB`;
    return [
      { name: `decoding ${kind}`, value: 1e3 / milliseconds, unit: 'pictures/s', note },
      { name: `decoding ${kind}, compressed`, value: bytes.length / milliseconds / 1e3, unit: 'MB/s' },
    ];
  });
  const target = new Uint8Array(224 * 224 * 3);
  const random = createRandom(1, 'crops');
  const whole = timed(() => {
    const decoded = decodePicture(files.JPEG, 'JPEG');
    resample(decoded, randomCrop(decoded, random), 224, target, [0, 0, 0]);
  });
  return [
    ...rows,
    { name: 'JPEG to a random crop of 224 px', value: 1e3 / whole, unit: 'pictures/s', note: 'one thread' },
  ];
}

function timed(work: () => void): number {
  work();
  const times = Array.from({ length: decodes }, () => {
    const startMs = performance.now();
    work();
    return performance.now() - startMs;
  });
  return median(times);
}
