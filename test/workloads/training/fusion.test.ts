import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { silentProbe, type TrainingProbe, type WorkloadInfo } from '../../../src/model/training.ts';
import { type StartedBackend, startBackend } from '../../../workloads/backends/index.ts';
import * as tf from '../../../workloads/tf.ts';
import { fusionWorkload } from '../../../workloads/training/fusion.ts';

const test = suite('fusion');

let backend: StartedBackend;
test.before(async () => {
  backend = await startBackend('wasm', { threads: 1 });
});
test.after(() => backend.stop());

const small = { image: '8', batch: '2' };

test('passes take turns, each a step in one phase, and agree', async () => {
  const before = tf.memory().numTensors;
  const events: string[] = [];
  const differences: number[] = [];
  const infos: WorkloadInfo[] = [];
  const probe: TrainingProbe = {
    ...silentProbe,
    beginStep: () => void events.push('begin'),
    endStep: (samples) => void events.push(`end ${samples}`),
    phase(name, body) {
      events.push(name);
      return body();
    },
    metric(name, value) {
      assert.is(name, 'outputDifference');
      differences.push(value);
    },
    describe: (info) => void infos.push(info),
  };
  const summary = await fusionWorkload.start({ ...small, steps: '4' }, { probe, backend: backend.label });
  const turn = ['begin', 'fused', 'end 2', 'begin', 'unfused', 'end 2'];
  assert.equal(events, ['calibration', 'warm-up', 'warm-up', 'warm-up', ...turn, ...turn]);
  assert.is(differences.length, 3);
  for (const difference of differences) assert.ok(difference < 1e-5, `${difference}`);
  assert.is(infos[0]?.name, 'resnet20 inference');
  assert.is(infos[0]?.synthetic, true);
  assert.is(infos[0]?.plannedSteps, 4);
  const { steps, samples, stoppedBy, seconds: _seconds, ...learned } = summary;
  assert.equal([steps, samples, stoppedBy], [4, 8, 'steps']);
  for (const [name, value] of Object.entries(learned)) assert.is(value, null, name);
  assert.is(tf.memory().numTensors, before);
});

test('a stop request before the first pass ends it', async () => {
  const context = { probe: silentProbe, backend: backend.label, signal: AbortSignal.abort() };
  const summary = await fusionWorkload.start(small, context);
  assert.equal([summary.stoppedBy, summary.steps], ['signal', 0]);
});

test('a backend whose fused kernel is wrong is told, and nothing stays behind', async () => {
  const config = tf.getKernel('FusedConv2D', 'wasm');
  const original = config.kernelFunc;
  config.kernelFunc = (call) => original({ ...call, attrs: { ...call.attrs, activation: 'linear' } });
  const before = tf.memory().numTensors;
  try {
    await fusionWorkload.start({ ...small, steps: '2' }, { probe: silentProbe, backend: backend.label });
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    assert.is(error.code, 'unsupported');
    assert.match(error.message, /The fused kernels of the wasm backend give logits that differ by \d/);
  } finally {
    config.kernelFunc = original;
  }
  assert.is(tf.memory().numTensors, before);
});

test.run();
