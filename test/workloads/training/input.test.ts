import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe, type WorkloadInfo } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import { findWorkload } from '../../../workloads/index.ts';
import { createResNetCifar } from '../../../workloads/models/resnet-cifar.ts';
import * as tf from '../../../workloads/tf.ts';
import { classification } from '../../../workloads/training/classification.ts';
import { train } from '../../../workloads/training/train.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { halves, jpegBytes, writeFiles } from '../data/picture-files.ts';

const test = suite('input of a training');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

test('how batches are made changes nothing of what is learned', async () => {
  const small = { steps: '3', batch: '4', evalSamples: '4', seed: '7' };
  const run = (texts: Record<string, string>) =>
    findWorkload('resnet').start({ ...small, ...texts }, { probe: silentProbe, backend: backend.label });
  const inline = await run({ input: 'inline' });
  const ahead = await run({ prefetch: '3', inputWorkers: '2' });
  // The loss of evaluation depends on every weight.
  assert.equal([ahead.finalLoss, ahead.validationLoss], [inline.finalLoss, inline.validationLoss]);
});

test('an input that is slow on purpose is a fault that the training tells', async () => {
  const infos: WorkloadInfo[] = [];
  const probe = { ...silentProbe, describe: (info: WorkloadInfo) => void infos.push(info) };
  const texts = { steps: '1', batch: '1', evalSamples: '0', input: 'slow' };
  await findWorkload('resnet').start(texts, { probe, backend: backend.label });
  assert.is(infos[0]?.fault, 'slow-input');
});

test('a folder of pictures is trained on, and what is wrong with it is told', async () => {
  const root = temporaryDirectory();
  const picture = (shade: number) => jpegBytes(halves(48, 40, [shade, 0, 0], [0, 0, shade]));
  writeFiles(root, {
    'a/0.jpg': picture(90),
    'a/1.jpg': picture(120),
    'b/0.jpg': picture(200),
    'b/c.txt': 'x',
  });
  const infos: WorkloadInfo[] = [];
  const notes: string[] = [];
  const probe = { ...silentProbe, describe: (info: WorkloadInfo) => void infos.push(info) };
  const note = (sentence: string) => void notes.push(sentence);
  const texts = { steps: '1', batch: '2', evalSamples: '1', data: root, image: '40', input: 'inline' };
  const summary = await findWorkload('resnet').start(texts, { probe, backend: backend.label, note });
  assert.ok(Number.isFinite(summary.validationLoss));
  assert.equal([infos[0]?.data, infos[0]?.synthetic, infos[0]?.classes], [`${root}, 2 classes`, false, 2]);
  assert.is(notes.length, 1);
  assert.match(notes[0] ?? '', join(root, 'b/c.txt'));
});

test('a training that waits for data ends when it is asked to', async () => {
  const before = tf.memory().numTensors;
  const dataset = createSyntheticShapes({ seed: 1, augment: null });
  const shape = { input: { height: 32, width: 32, channels: 3 }, classes: 100 };
  const model = createResNetCifar({ depth: 8, width: 4 }, shape, {
    probe: silentProbe,
    initializer: 'he',
    seed: 1,
  });
  const task = classification(model, dataset);
  const stop = new AbortController();
  let fetches = 0;
  const feed = {
    next: async () => {
      if (fetches++ === 0) return dataset.trainingBatch(0, 2);
      setImmediate(() => stop.abort());
      return new Promise<never>((_, reject) => {
        stop.signal.addEventListener('abort', () => reject(stop.signal.reason));
      });
    },
    close: async () => undefined,
  };
  const settings = {
    batchSize: 2,
    steps: 5,
    seconds: null,
    optimizer: 'sgd',
    learningRate: 0.1,
    schedule: 'constant',
    weightDecay: 0,
    evaluateEvery: null,
    evaluationSamples: 2,
  } as const;
  const context = { probe: silentProbe, backend: backend.label, signal: stop.signal };
  const summary = await train(task, feed, settings, context);
  assert.equal([summary.stoppedBy, summary.steps, summary.validationLoss], ['signal', 1, null]);
  task.dispose();
  assert.is(tf.memory().numTensors, before);
});

test.run();
