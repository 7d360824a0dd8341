import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RankRow } from '../../../src/analysis/details.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import { absent, known } from '../../../src/model/measured.ts';
import { gpus } from '../../dashboards/gpu-snapshots.ts';
import { replicasView, syncOfTwo } from '../../dashboards/replica-moments.ts';
import { fedSlowly, nanLoss, noDetails, running } from '../../dashboards/snapshots.ts';
import { momentOf, samplesOf } from './moments.ts';

const test = suite('metrics of trainings');

function values(name: string, snapshot: Snapshot): readonly (readonly [string | undefined, number])[] {
  return samplesOf(name, momentOf(gpus(0), [{ name: 'r1', snapshot }])).map(({ labels, value }) => [
    labels.rank,
    value,
  ]);
}

test('a training of one rank is told as a whole', () => {
  const moment = momentOf(gpus(0), [{ name: 'r1', snapshot: running() }]);
  const labels = { host: 'node17', run: 'r1', workload: 'resnet20' };
  assert.equal(samplesOf('warpwatch_training_steps_total', moment), [{ labels, value: 360 }]);
  assert.equal(samplesOf('warpwatch_training_samples_per_second', moment)[0]?.labels, labels);
  const [info] = samplesOf('warpwatch_training_info', moment);
  assert.is(info?.labels.synthetic, 'true');
  assert.is(info?.labels.mode, undefined);
  assert.equal(values('warpwatch_training_compute_ratio', running()), []);
});

test('a training that has ended keeps what it reached, and has neither pace nor findings', () => {
  const ended: Snapshot = { ...running(), state: 'ended' };
  assert.equal(values('warpwatch_training_steps_total', ended), [[undefined, 360]]);
  assert.is(values('warpwatch_training_loss', ended).length, 1);
  for (const name of ['samples_per_second', 'step_seconds', 'learning_rate'])
    assert.equal(values(`warpwatch_training_${name}`, ended), [], name);
  assert.ok(values('warpwatch_finding', running()).length > 0);
  assert.equal(values('warpwatch_finding', ended), [], 'nothing is to be done about it any more');
});

test('a loss that is no number stays one: it is the news', () => {
  assert.equal(values('warpwatch_training_loss', nanLoss()), [[undefined, Number.NaN]]);
});

test('a share of the step that waits for its batch is told where the training tells it', () => {
  assert.equal(values('warpwatch_training_input_wait_ratio', fedSlowly()), [[undefined, 0.43]]);
  assert.equal(values('warpwatch_training_input_wait_ratio', running()), []);
});

test('replicas are told each by its rank', () => {
  const parallel = { ...syncOfTwo, stragglers: [{ replica: 1, factor: 2 }] };
  const replicas = replicasView(parallel, 0);
  const snapshot = { ...running(), details: { ...noDetails, replicas } };
  const [first, second] = replicas.rows;
  assert.equal(values('warpwatch_training_wait_ratio', snapshot), [
    ['0', first?.wait.value],
    ['1', second?.wait.value],
  ]);
  assert.equal(values('warpwatch_training_straggler', snapshot), [
    ['0', 0],
    ['1', 1],
  ]);
  assert.is(values('warpwatch_training_steps_total', snapshot).length, 2);
});

test('ranks of a program tell what their kernel records do, and the rest is of the whole', () => {
  const row = (rank: number): RankRow => ({
    rank,
    pid: 100 + rank,
    program: 'python3',
    devices: [`gpu${rank}`],
    step: 40 + rank,
    stepSeconds: known(0.5, 'steps'),
    computeShare: known(0.7, 'launches'),
    communicationShare: absent('Nothing was recorded in these seconds.'),
    straggler: rank === 1,
    ended: false,
  });
  const snapshot = { ...running(), details: { ...noDetails, ranks: [row(0), row(1)] } };
  assert.equal(values('warpwatch_training_steps_total', snapshot), [
    ['0', 40],
    ['1', 41],
  ]);
  assert.equal(values('warpwatch_training_communication_ratio', snapshot), []);
  assert.equal(
    values('warpwatch_training_samples_per_second', snapshot).map(([rank]) => rank),
    [undefined],
  );
});

test('kernel time is summed by category, device and run, and goes on when the training says what it is', () => {
  const moment = momentOf(gpus(0), [{ name: 'r1', snapshot: running() }]);
  const seconds = samplesOf('warpwatch_kernel_seconds_total', moment);
  const categories = seconds.map(({ labels }) => labels.category);
  assert.is(new Set(categories).size, categories.length);
  assert.ok(categories.includes('convolution'));
  const untold = momentOf(gpus(0), [{ name: 'r1', snapshot: { ...running(), training: null } }]);
  assert.equal(samplesOf('warpwatch_kernel_seconds_total', untold), seconds);
  const total = running().kernels.reduce((sum, { totalSeconds }) => sum + totalSeconds, 0);
  assert.ok(Math.abs(seconds.reduce((sum, { value }) => sum + value, 0) - total) < 1e-9);
});

test.run();
