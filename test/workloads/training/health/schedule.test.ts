import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  isActivationStep,
  isCheckStep,
  isModesStep,
} from '../../../../workloads/training/health/schedule.ts';

const test = suite('schedule of health checks');

test('checks are dense at the begin and one in 64 steps later', () => {
  const steps = Array.from({ length: 400 }, (_, number) => number);
  assert.equal(steps.filter(isCheckStep), [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 320, 384]);
  assert.equal(steps.filter(isActivationStep), [1, 4, 16, 64, 128, 192, 256, 320, 384]);
  assert.equal(steps.filter(isModesStep), [256]);
});

test.run();
