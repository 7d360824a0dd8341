import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inputWait } from '../../../../src/analysis/input-wait.ts';
import { madeUpRun, sayOf, stepNs } from './health-timelines.ts';

const test = suite('advice on input that trainings measure themselves');

test('a training that waits for its batches, with its queue as evidence', () => {
  const figures = {
    inputWaitSeconds: () => 0.03,
    inputQueueDepth: (step: number) => (step % 10 === 0 ? 1 : 0),
  };
  const found = sayOf({ figures }, 'input-bound');
  assert.is(found?.severity, 'warn');
  assert.is(found?.title, 'The training waits for input 30 % of the time');
  assert.is(
    found?.evidence,
    'Over 99 steps the training waited 30.0 ms of 100.0 ms for its batch. The queue was empty at 90 % of the fetches; 0.1 of 4 batches were ready on average.',
  );
});

test('the first batch counts for nothing, and three steps are needed', () => {
  const first = { inputWaitSeconds: (step: number) => (step === 1 ? 9 : 0.001) };
  assert.is(sayOf({ figures: first }, 'input-bound')?.severity, 'ok');
  assert.is(
    sayOf({ figures: { inputWaitSeconds: () => 0.05 }, steps: 3 }, 'input-bound')?.severity,
    'recheck',
  );
});

test('without a queue nothing is said of one; waits alone suffice', () => {
  const figures = { inputWaitSeconds: () => 0.02, inputQueueCapacity: () => 0, inputQueueDepth: () => 0 };
  assert.not.match(sayOf({ figures }, 'input-bound')?.evidence ?? '', 'queue');
  assert.is(inputWait(madeUpRun({ figures }))?.queueCapacity, null);
});

test('what is past counts no more, and what cannot be is left out', () => {
  const slowThenFast = madeUpRun({ figures: { inputWaitSeconds: (step) => (step < 60 ? 0.05 : 0.001) } });
  assert.ok((inputWait(slowThenFast)?.share ?? 0) > 0.25);
  assert.ok((inputWait(slowThenFast, 60 * stepNs)?.share ?? 1) < 0.02);
  const odd = { inputWaitSeconds: (step: number) => (step % 2 === 0 ? Number.NaN : -1) };
  assert.is(inputWait(madeUpRun({ figures: odd })), null);
  assert.is(inputWait(madeUpRun({ figures: { inputWaitSeconds: null } })), null);
  assert.is(inputWait(madeUpRun({ figures: { inputWaitSeconds: () => 7 } }))?.share, 1);
});

test.run();
