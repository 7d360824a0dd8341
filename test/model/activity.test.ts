import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LaunchShape, registersOf, sharedBytesOf } from '../../src/model/activity.ts';
import { shapeFields } from '../../src/report/report.ts';

const test = suite('launch shape');
const shape: LaunchShape = {
  grid: [8, 1, 1],
  block: [256, 1, 1],
  registersPerThread: 32,
  staticSharedBytes: 16,
  dynamicSharedBytes: 1024,
};
/** As of AMD's traces. */
const bare: LaunchShape = {
  ...shape,
  registersPerThread: Number.NaN,
  staticSharedBytes: Number.NaN,
  dynamicSharedBytes: Number.NaN,
};

test('registers and shared memory are numbers where they are told', () => {
  assert.equal([registersOf(shape), sharedBytesOf(shape)], [32, 1040]);
});

test('they are null, and neither NaN nor 0, where only grid and block are told, or nothing', () => {
  assert.equal([registersOf(bare), sharedBytesOf(bare)], [null, null]);
  assert.equal([registersOf(null), sharedBytesOf(null)], [null, null]);
  assert.equal(shapeFields(bare), {
    grid: [8, 1, 1],
    block: [256, 1, 1],
    registers: null,
    sharedBytes: null,
  });
});

test.run();
