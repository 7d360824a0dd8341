import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'jpeg-js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe, type TrainingProbe, type WorkloadInfo } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { findWorkload } from '../../../workloads/index.ts';
import * as tf from '../../../workloads/tf.ts';
import type { TrainSummary } from '../../../workloads/training/train.ts';

const test = suite('ssd workload');

let backend: StartedBackend;
let directory = '';
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
  directory = mkdtempSync(join(tmpdir(), 'warpwatch-ssd-'));
});
test.after(async () => {
  rmSync(directory, { recursive: true });
  await backend.stop();
});

const ssd = findWorkload('ssd');
const short = { steps: '2', batch: '2', evalSamples: '2', width: '0.35', image: '64', input: 'inline' };

interface Run {
  readonly info: WorkloadInfo;
  readonly metrics: Readonly<Record<string, number[]>>;
  readonly summary: TrainSummary;
}

async function start(texts: Record<string, string>): Promise<Run> {
  const infos: WorkloadInfo[] = [];
  const metrics: Record<string, number[]> = {};
  const probe: TrainingProbe = {
    ...silentProbe,
    describe: (info) => void infos.push(info),
    metric(name, value) {
      metrics[name] = [...(metrics[name] ?? []), value];
    },
  };
  const summary = await ssd.start({ ...short, ...texts }, { probe, backend: backend.label });
  const [info] = infos;
  if (info === undefined) throw new Error('the training did not say what it is');
  return { info, metrics, summary };
}

test('trains on synthetic scenes, says so, and reports the parts of its loss', async () => {
  const before = tf.memory().numTensors;
  const { info, metrics, summary } = await start({});
  assert.is(info.name, 'ssd-mobilenet-v2');
  assert.is(info.synthetic, true);
  assert.match(info.data, 'synthetic');
  assert.is(info.batchSize, 2);
  assert.is(info.regularisation?.augmentation, true);
  assert.is(summary.steps, 2);
  const { loss = [], classLoss = [], boxLoss = [] } = metrics;
  assert.is(loss.length, 2);
  for (const [step, value] of loss.entries()) {
    const sum = (classLoss[step] ?? Number.NaN) + (boxLoss[step] ?? Number.NaN);
    assert.ok(Math.abs(value - sum) < 1e-4 * value, `${value} is the sum of its parts, ${sum}`);
  }
  assert.is(tf.memory().numTensors, before);
});

test('tells whether it learns, with a fault too, and leaves nothing behind', async () => {
  const before = tf.memory().numTensors;
  const faulty = { steps: '3', evalSamples: '0' };
  const { info, metrics } = await start({ ...faulty, fault: 'frozen-bn' });
  assert.is(info.fault, 'frozen-bn');
  const named = (prefix: string) => Object.keys(metrics).filter((name) => name.startsWith(`${prefix}/`));
  const moved = named('statisticsChange').map((name) => metrics[name]);
  assert.ok(moved.length > 50 && moved.every((values) => values?.every((value) => value === 0)));
  assert.ok(named('activationRms').length > named('statisticsChange').length);
  const constant = await start({ ...faulty, fault: 'constant-labels' });
  assert.equal(constant.metrics['topLabelShare'], [1, 1, 1]);
  const duplicates = await start({ ...faulty, batch: '4', fault: 'duplicate-samples' });
  assert.equal(duplicates.metrics['duplicateShare'], [0.5, 0.5, 0.5]);
  assert.is(tf.memory().numTensors, before);
});

test('begins near what chance gives', async () => {
  const { info, metrics } = await start({ steps: '1', batch: '8', evalSamples: '0' });
  const share = (metrics['loss']?.[0] ?? Number.NaN) / (info.chanceLoss ?? Number.NaN);
  assert.ok(share > 0.7 && share < 1.4, `${share} of chance`);
});

test('an evaluation gives mean average precision as COCO defines it, and at an overlap of 0.5', async () => {
  const { metrics } = await start({ steps: '1', evalSamples: '4' });
  const [mean = Number.NaN] = metrics['validationMeanAveragePrecision'] ?? [];
  const [half = Number.NaN] = metrics['validationMeanAveragePrecision50'] ?? [];
  assert.ok(mean >= 0 && mean <= half && half <= 1, `${mean} of ${half}`);
  assert.is(metrics['validationLoss']?.length, 1);
  assert.is(metrics['validationClassLoss']?.length, 1);
});

test('trains on COCO annotations', async () => {
  writePicture('a.jpg');
  writePicture('b.jpg');
  const path = join(directory, 'annotations.json');
  writeFileSync(
    path,
    JSON.stringify({
      images: [
        { id: 1, file_name: 'a.jpg', width: 40, height: 30 },
        { id: 2, file_name: 'b.jpg', width: 40, height: 30 },
      ],
      categories: [{ id: 7, name: 'thing' }],
      annotations: [
        { id: 1, image_id: 1, category_id: 7, bbox: [5, 5, 20, 20], iscrowd: 0 },
        { id: 2, image_id: 2, category_id: 7, bbox: [10, 2, 25, 25], iscrowd: 0 },
      ],
    }),
  );
  const { info, summary } = await start({ data: path, steps: '1', batch: '1' });
  assert.is(info.synthetic, false);
  assert.is(info.classes, 1);
  assert.ok(Number.isFinite(summary.finalLoss));
});

test('a path that is nothing ends it with a sentence, and nothing stays behind', async () => {
  const before = tf.memory().numTensors;
  try {
    await start({ data: join(directory, 'nowhere') });
    assert.unreachable('it should not have started');
  } catch (error) {
    assert.match(String(error), /nowhere does not exist/);
  }
  assert.is(tf.memory().numTensors, before);
});

function writePicture(name: string): void {
  mkdirSync(directory, { recursive: true });
  const [width, height] = [40, 30];
  const data = Uint8Array.from({ length: width * height * 4 }, (_, at) => (at * 31) % 255);
  writeFileSync(join(directory, name), encode({ data, width, height }, 90).data);
}

test.run();
