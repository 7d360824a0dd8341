import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { silentProbe, type WorkloadInfo } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import { cifarRecordBytes } from '../../../workloads/data/cifar100.ts';
import { findWorkload } from '../../../workloads/index.ts';
import * as tf from '../../../workloads/tf.ts';

const test = suite('resnet workload');

let backend: StartedBackend;
let directory = '';
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
  directory = mkdtempSync(join(tmpdir(), 'warpwatch-resnet-'));
});
test.after(async () => {
  rmSync(directory, { recursive: true });
  await backend.stop();
});

const resnet = findWorkload('resnet');
const short = { steps: '1', batch: '2', evalSamples: '2' };

async function start(texts: Record<string, string>): Promise<WorkloadInfo> {
  const infos: WorkloadInfo[] = [];
  const probe = { ...silentProbe, describe: (info: WorkloadInfo) => void infos.push(info) };
  const summary = await resnet.start({ ...short, ...texts }, { probe, backend: backend.label });
  assert.is(summary.steps, 1);
  assert.ok(Number.isFinite(summary.finalLoss) && Number.isFinite(summary.validationLoss));
  const [info] = infos;
  if (info === undefined) throw new Error('the training did not say what it is');
  return info;
}

test('trains on synthetic shapes by default and says so', async () => {
  const before = tf.memory().numTensors;
  const info = await start({});
  assert.is(info.name, 'resnet20');
  assert.is(info.synthetic, true);
  assert.match(info.data, 'synthetic');
  assert.is(info.parameters, 278_324);
  assert.is(info.batchSize, 2);
  assert.is(tf.memory().numTensors, before);
});

test('trains on a CIFAR-100 file', async () => {
  const path = join(directory, 'train.bin');
  writeFileSync(path, new Uint8Array(20 * cifarRecordBytes).fill(7));
  const info = await start({ data: path, augment: 'off' });
  assert.is(info.synthetic, false);
  assert.is(info.data, path);
});

test('a fault changes what it says and is told', async () => {
  const before = tf.memory().numTensors;
  assert.is((await start({ fault: 'folded-op' })).fault, 'folded-op');
  const tiny = await start({ fault: 'over-fit' });
  assert.is(tiny.trainSize, 48);
  assert.equal(tiny.regularisation, { weightDecay: 0, augmentation: false });
  assert.is((await start({})).fault, undefined);
  assert.is(tf.memory().numTensors, before);
});

test('a file of the wrong size ends it with a sentence, and nothing stays behind', async () => {
  const before = tf.memory().numTensors;
  const path = join(directory, 'cut.bin');
  writeFileSync(path, new Uint8Array(100));
  try {
    await start({ data: path });
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    assert.is(error.code, 'bad-data');
    assert.match(error.message, path);
  }
  assert.is(tf.memory().numTensors, before);
});

test('depth 50 is the bottleneck network', async () => {
  const info = await start({ depth: '50', batch: '1', evalSamples: '1' });
  assert.is(info.name, 'resnet50v2');
  assert.ok(info.parameters > 23.5e6 && info.parameters < 25.6e6);
});

test('a batch that the wasm heap cannot hold is refused with one that it can', async () => {
  // 48 was seen to run, in 3.4 of 4.3 GB, and 72 to end in the middle of its backward pass.
  try {
    await start({ depth: '50', batch: '96' });
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    assert.is(error.code, 'unsupported');
    const fits = Number(/--batch (\d+)/.exec(error.message)?.[1]);
    assert.ok(fits >= 48 && fits < 64, error.message);
  }
});

test.run();
