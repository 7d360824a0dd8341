import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRange } from '../../../collectors/prometheus/index.ts';
import { closeUp } from '../../../src/analysis/fleet/close-up.ts';
import { histories, trainingCurve } from '../../../src/analysis/fleet/host-curves.ts';
import type { LabelledCurve } from '../../../src/model/labelled.ts';
import { absences, capture, hostsOf, readers, sample, samplesOf } from '../../support/prometheus-captures.ts';

const test = suite('a host of a Prometheus, closely');
const grid = { startSeconds: 100, stepSeconds: 10, points: 4 };
const curve = (
  name: string,
  labels: object,
  atSeconds: readonly number[],
  values: readonly number[],
): LabelledCurve => ({
  labels: { __name__: name, ...labels },
  atSeconds,
  values,
});

test('a recorded host has its figures, its curves and its training', () => {
  const { curves } = parseRange(capture('curves.json'));
  const end = curves[0]?.atSeconds.at(-1) ?? 0;
  const [host] = hostsOf(samplesOf('host.json'));
  if (host === undefined) throw new Error('the capture holds no host');
  const past = { curves, grid: { startSeconds: end - 6, stepSeconds: 1, points: 7 } };
  const { devices, training } = closeUp(host, past, readers, absences);
  const [gpu0, gpu1] = devices;
  assert.is(gpu0?.history.intervalSeconds, 1);
  assert.is(gpu0?.history.util.length, 7);
  assert.is(gpu0?.history.util.at(-1), 0.97);
  assert.ok(Number.isNaN(gpu0?.history.util[0]));
  assert.is(gpu0?.history.smActive.at(-1), 0.21);
  assert.ok(gpu1?.history.smActive.every(Number.isNaN));
  assert.is(training?.loss.x.at(-1), 1199);
  assert.ok(training?.loss.y.every(Number.isNaN));
});

test('a point that nobody told is a gap, and the more trusted source draws the curve', () => {
  const [host] = hostsOf([sample('DCGM_FI_DEV_GPU_UTIL', { instance: 'a:1', gpu: '0', UUID: 'GPU-1a' }, 50)]);
  const dcgm = curve('DCGM_FI_DEV_GPU_UTIL', { gpu: '0', UUID: 'GPU-1a' }, [100, 130, 170], [50, 60, 70]);
  const smi = curve('nvidia_smi_utilization_gpu_ratio', { uuid: '1A' }, [100, 110], [0.1, 7]);
  const draw = (...curves: readonly LabelledCurve[]) =>
    histories(curves, host?.devices ?? [], readers, grid)[0]?.util.map(String);
  assert.equal(draw(dcgm), ['0.5', 'NaN', 'NaN', '0.6']);
  assert.equal(draw(dcgm, smi), ['0.1', 'NaN', 'NaN', 'NaN']);
  assert.equal(draw(), ['NaN', 'NaN', 'NaN', 'NaN']);
  assert.equal(draw(curve('DCGM_FI_DEV_GPU_UTIL', { gpu: '5', UUID: 'GPU-5' }, [100], [50])), draw());
});

test('a loss is drawn over steps: the mean of ranks, NaN kept, anew where the training began anew', () => {
  const run = { run: 'r' };
  const steps = (rank: string, ...values: number[]) =>
    curve('warpwatch_training_steps_total', { ...run, rank }, [1, 2, 3, 4], values);
  const loss = (rank: string, ...values: number[]) =>
    curve('warpwatch_training_loss', { ...run, rank }, [1, 2, 3, 4], values);
  const both = [
    steps('0', 10, 20, 20, 30),
    steps('1', 10, 22, 22, 30),
    loss('0', 3, 2, 2, Number.NaN),
    loss('1', 5, 4, 2, 1),
  ];
  assert.equal(trainingCurve(both, 'r', 'loss'), { x: [10, 21, 30], y: [4, 3, Number.NaN] });
  assert.equal(trainingCurve(both, 'other', 'loss'), { x: [], y: [] });
  const again = [steps('0', 10, 20, 1, 2), loss('0', 4, 3, 9, 8)];
  assert.equal(trainingCurve(again, 'r', 'loss'), { x: [1, 2], y: [9, 8] });
});

test.run();
