import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { silentProbe } from '../../../src/model/training.ts';
import { Checkpoints } from '../../../workloads/parallel/checkpoints.ts';
import type { TrainingTask } from '../../../workloads/training/task.ts';

const test = suite('checkpoints');

/** Nothing of it is looked at before one is kept. */
const task = {} as TrainingTask<never>;

function dueAt(done: readonly number[], count: number, rank: number, size: number): number[] {
  const checkpoints = new Checkpoints(task, silentProbe, { count, rank, size });
  return done.filter((each) => checkpoints.isDue(each));
}

const twelfths = Array.from({ length: 12 }, (_, at) => (at + 1) / 12);

test('they are evenly spread and kept in turns, that of the end apart', () => {
  assert.equal(dueAt(twelfths, 4, 0, 1), [0.25, 0.5, 0.75]);
  assert.equal(dueAt(twelfths, 4, 0, 2), [0.25, 0.75]);
  assert.equal(dueAt(twelfths, 4, 1, 2), [0.5]);
  assert.equal(dueAt(twelfths, 1, 0, 1), []);
  assert.equal(dueAt(twelfths, 0, 0, 1), []);
});

test('who steps over its own keeps it late, and once', () => {
  assert.equal(dueAt([0.1, 0.8, 0.9], 4, 1, 2), [0.8]);
  assert.equal(dueAt([0.1, 0.8, 0.9], 4, 0, 2), [0.8]);
});

test('one replica keeps that of the end', () => {
  const keepers = (count: number) =>
    [0, 1, 2].filter((rank) => new Checkpoints(task, silentProbe, { count, rank, size: 3 }).keepsLast);
  assert.equal(keepers(4), [0]);
  assert.equal(keepers(3), [2]);
  assert.equal(keepers(0), []);
});

test.run();
