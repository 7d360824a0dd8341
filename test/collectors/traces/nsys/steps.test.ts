import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseSteps, readStepName, type StepRange } from '../../../../collectors/traces/nsys/steps.ts';

const test = suite('nsys steps');
const unknownRank = (): null => null;

function range(text: string, startNs: number, endNs: number, thread = 1): StepRange {
  const named = readStepName(text);
  if (named === null) throw new Error(`${text} is no step`);
  return { ...named, thread, startNs, endNs };
}

test('names of steps are known, and no others', () => {
  const steps = [
    'ProfilerStep#12',
    'step 3',
    'Step: 3',
    'step=3',
    'step_3',
    'iteration 0',
    'Iter[7]',
    'sample_0',
  ];
  for (const text of [
    ...steps,
    'train_step',
    'training step 4',
    'batch/9',
    'train/step 5',
    'global_step_1',
  ]) {
    assert.ok(readStepName(text), text);
  }
  const others = [
    'Optimizer.step#Adam.step',
    'optimizer step',
    'step back',
    'stepper 1',
    'footstep 1',
    'aten::step',
  ];
  for (const text of [...others, '', 'batch_norm', 'iterator', 'step 1 forward', `step ${'1'.repeat(99)}`]) {
    assert.is(readStepName(text), null, text);
  }
  assert.equal(readStepName('ProfilerStep#12'), { word: 'profilerstep', number: 12 });
  assert.equal(readStepName('train_step'), { word: 'step', number: null });
});

test('numbered ranges that follow each other are steps, under their own numbers', () => {
  const steps = chooseSteps([range('iteration 5', 10, 20), range('iteration 4', 0, 10)], unknownRank);
  assert.equal(steps, [
    { number: 4, startNs: 0, endNs: 10, samples: null },
    { number: 5, startNs: 10, endNs: 20, samples: null },
  ]);
});

test('ranges of one name that repeat are counted', () => {
  const steps = chooseSteps([range('sample_0', 0, 9), range('sample_0', 10, 19)], unknownRank);
  assert.equal(
    steps.map(({ number }) => number),
    [1, 2],
  );
});

test('one range is a step where it has a number', () => {
  assert.is(chooseSteps([range('step', 0, 9)], unknownRank).length, 0);
  assert.is(chooseSteps([range('step 8', 0, 9)], unknownRank).length, 1);
});

test('a range within another of its kind is part of it, and ranges that overlap are no steps', () => {
  const nested = [range('step 1', 0, 10), range('step 1', 2, 8), range('step 2', 10, 20)];
  assert.is(chooseSteps(nested, unknownRank).length, 2);
  assert.equal(chooseSteps([range('step 1', 0, 10), range('step 2', 5, 15)], unknownRank), []);
});

test('the more certain word is taken, and one thread stands for all', () => {
  const steps = [range('step 1', 0, 10), range('step 2', 10, 20)];
  const batches = [0, 5, 10, 15].map((at) => range(`batch ${at}`, at, at + 5));
  const others = steps.map((step) => ({ ...step, thread: 2, endNs: step.endNs - 1 }));
  const chosen = chooseSteps([...batches, ...others, ...steps], unknownRank);
  assert.equal(
    chosen.map(({ startNs, endNs }) => [startNs, endNs]),
    [
      [0, 10],
      [10, 20],
    ],
  );
});

test('where ranks are known each has its steps', () => {
  const ranges = [0, 1].flatMap((thread) => [
    range('step 1', 0, 10, thread),
    range('step 2', 10, 20, thread),
  ]);
  const steps = chooseSteps(ranges, (thread) => thread);
  assert.equal(
    steps.map(({ rank, number }) => [rank, number]),
    [
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
    ],
  );
});

test.run();
