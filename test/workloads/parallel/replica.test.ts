import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checksumOf } from '../../../workloads/parallel/snapshot.ts';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';
import { type ReplicaPool, startPool } from './replica-pool.ts';

const test = suite('replica');

let pool: ReplicaPool;
test.before(() => {
  pool = startPool(2);
});
test.after(() => pool.stop());

type Job = Omit<ReplicaJob, 'seat'>;

const modes = ['sync', 'async', 'local'] as const;

test('what replicas do not have in common is told, and none waits for ever', async () => {
  const job: Job = { mode: 'sync', seed: 1 };
  const others: readonly [Partial<Job>, RegExp][] = [
    [{ settings: { batchSize: 8 } }, /Replica 1 has batch size 8, replica 0 has 4/],
    [{ seed: 2 }, /Replica 1 has initial parameters/],
    [{ model: 'plain' }, /Replica 1 has model plain, replica 0 has resnet8/],
    [{ mode: 'async' }, /Replica 1 has mode async, replica 0 has sync/],
    [{ version: '1.0.1' }, /Replica 1 has version of warpwatch 1.0.1/],
    [{ settings: { learningRate: 0.1 } }, /Replica 1 has learning rate 0.1/],
  ];
  for (const [other, sentence] of others) {
    for (const outcome of await pool.trainAny([job, { ...job, ...other }])) {
      assert.match('failed' in outcome ? outcome.failed : 'it trained', sentence);
    }
  }
});

test('what a mode cannot do is told', async () => {
  const job: Job = { mode: 'async', modeSettings: { batchNorm: 'synchronised' } };
  const [outcome] = await pool.trainAny([job]);
  assert.match(
    outcome !== undefined && 'failed' in outcome ? outcome.failed : '',
    /--batch-norm synchronised is for/,
  );
  const [endless] = await pool.trainAny([{ mode: 'sync', settings: { steps: null, seconds: 1 } }]);
  assert.match(endless !== undefined && 'failed' in endless ? endless.failed : '', /give --steps/);
});

test('checkpoints are evaluated after the training, as figures of their moments', async () => {
  const evaluated = { evaluationSamples: 16 };
  for (const mode of modes) {
    const modeSettings = { averageEvery: 2 };
    const job: Job = { mode, modeSettings, checkpoints: 4, settings: { ...evaluated, steps: 8 } };
    const outcomes = await pool.train([job, job]);
    for (const { checkpointsNs, momentsNs, stepEndsNs, metrics, parameters } of outcomes) {
      // In turns: two each.
      assert.is(metrics['validationLoss']?.length, 2, mode);
      assert.is(metrics['validationAccuracy']?.length, 2, mode);
      for (const [index, atNs] of (momentsNs['validationLoss'] ?? []).entries()) {
        const keptNs = checkpointsNs[index] ?? 0;
        assert.ok(atNs <= keptNs, 'the moment of the mark');
        assert.not.ok(
          stepEndsNs.some((endNs) => endNs > atNs && endNs < keptNs),
          'and no step between the two',
        );
        if (index === 0) assert.ok(atNs < (stepEndsNs.at(-1) ?? 0), 'while others steps follow');
      }
      assert.is(metrics['parameterChecksum']?.[0], checksumOf({ values: parameters, parameters }));
      assert.ok((metrics['parameterNorm']?.[0] ?? 0) > 0);
    }
  }
});

test('a checkpoint is of its moment: a shorter training ends with the same', async () => {
  const train = async (steps: number, checkpoints: number): Promise<ReplicaOutcome[]> => {
    const job: Job = { mode: 'sync', checkpoints, settings: { steps, evaluationSamples: 16 } };
    return pool.train([job, job]);
  };
  // That at a half is kept by replica 0; of one alone too.
  const [half] = await train(6, 2);
  const [end] = await train(3, 1);
  assert.ok(half?.metrics['validationLoss']?.length === 1);
  assert.equal(half?.metrics['validationLoss'], end?.metrics['validationLoss']);
});

test('accuracies in training and inference mode agree in all modes, and frozen statistics are found', async () => {
  const settings = { batchSize: 16, steps: 64, schedule: 'cosine', evaluationSamples: 64 } as const;
  for (const mode of modes) {
    const job: Job = { mode, modeSettings: { averageEvery: 4 }, settings, checkpoints: 1 };
    const [sound] = await pool.train([job, job]);
    assert.not.ok(sound?.warnings.includes('normalisation-modes'), mode);
    const accuracy = (of: string) => meanOf(sound?.metrics[`${of}ModeAccuracy`]);
    assert.ok(accuracy('train') > 0.4, `${mode}: ${accuracy('train')}`);
    // Of 64 samples.
    const gap = Math.abs(accuracy('train') - accuracy('inference'));
    assert.ok(gap <= 0.15, `${mode}: ${gap}`);
    const frozen: Job = { ...job, fault: 'frozen-bn', settings: { ...settings, steps: 8 } };
    const [found] = await pool.train([frozen, frozen]);
    assert.ok(found?.warnings.includes('normalisation-modes'), `${mode} with frozen statistics`);
  }
});

function meanOf(values: readonly number[] = []): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test.run();
