import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { describeGap, type GapFigures, inWords } from '../../src/analysis/gap.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import { testGpu } from '../support/gpu-run.ts';
import { testDevice } from '../support/timelines.ts';

const test = suite('gap in words');
const unknown = absent('Not in this test.');
const at = (value: number): Measured => known(value, 'test');
const capability = (value: string): Measured<string> => known(value, 'test');
const gap = (util: Measured, kernelBusy: Measured, peakShare: Measured) =>
  describeGap(testDevice(), { util, kernelBusy, peakShare });

test('a busy device that computes little is called so', () => {
  assert.is(gap(at(0.97), at(0.95), at(0.19)), 'busy, with a fifth of its arithmetic');
  assert.is(gap(at(0.97), at(0.95), at(0.8)), 'busy, and its arithmetic is well used');
});

test('util that no kernel explains comes before the arithmetic', () => {
  assert.is(gap(at(0.97), at(0.3), at(0.01)), 'busy by util, but kernels run for a third of the time');
});

test('kernels on part of the cores', () => {
  assert.is(gap(at(0.5), at(0.98), at(0.4)), 'kernels run all along, on part of the cores');
});

test('what is unknown is not talked about', () => {
  assert.is(gap(unknown, unknown, unknown), '');
  assert.is(gap(unknown, at(0.9), unknown), 'busy; how much of the arithmetic is not known');
});

test('where nobody counts arithmetic, SMs and warps say how the device is busy', () => {
  const depth = (kernelBusy: number, smActive: number, kernelOccupancy: Measured) =>
    describeGap(testDevice(), {
      util: unknown,
      kernelBusy: at(kernelBusy),
      peakShare: unknown,
      smActive: at(smActive),
      kernelOccupancy,
    });
  assert.is(
    depth(0.6, 0.3, at(0.49)),
    'kernels run for two thirds of the time, on half of the SMs, with half of their warps',
  );
  assert.is(depth(0.2, 0.198, unknown), 'kernels run for a fifth of the time, on all SMs');
});

const counted = (util: number, smActive: number, tensor: number, dram: number, compute = tensor) =>
  describeGap(testGpu('gpu0'), {
    util: at(util),
    kernelBusy: unknown,
    peakShare: unknown,
    smActive: at(smActive),
    tensorActive: at(tensor),
    dramActive: at(dram),
    computeThroughput: at(compute),
  });

test('without launches, counters say what a high util hides', () => {
  assert.is(counted(0.97, 0.06, 0.01, 0.02), 'busy by util, but on a twentieth of its SMs');
  assert.is(counted(0.97, 0.9, 0.1, 0.65), 'busy, but memory-bound: DRAM at two thirds');
  assert.is(counted(0.97, 0.9, 0, 0.3, 0.4), 'filled, but no tensor cores');
  assert.is(counted(0.97, 0.9, 0.55, 0.3), 'busy, and well used');
  assert.is(counted(0.97, 0.9, 0.2, 0.3), 'filled, with a fifth of its tensor cores');
});

test('counters of a GPU that idles, or that nobody counts, are no gap', () => {
  assert.is(counted(0.1, 0.01, 0, 0), '');
  assert.is(describeGap(testGpu('gpu0'), { util: at(0.97), kernelBusy: unknown, peakShare: unknown }), '');
  const without = { ...testGpu('gpu0'), computeCapability: capability('6.1') };
  const figures = { util: at(0.9), kernelBusy: unknown, peakShare: unknown, smActive: at(0.9) };
  assert.is(
    describeGap(without, { ...figures, tensorActive: at(0) }),
    'filled; which of its pipes work is not known',
  );
});

/** A MIG device, whose util no driver tells. */
const part = { ...testGpu('gpu0.1'), parent: 'gpu0' };
const partGap = (figures: Partial<GapFigures>) =>
  describeGap(part, { util: unknown, kernelBusy: unknown, peakShare: unknown, ...figures });

test('a part of a GPU is judged without util: by its graphics engine, or by work on its SMs', () => {
  const counters = {
    smActive: at(0.9),
    tensorActive: at(0),
    dramActive: at(0.3),
    computeThroughput: at(0.4),
  };
  for (const busy of [{ graphicsActive: at(0.97) }, {}]) {
    assert.is(partGap({ ...counters, ...busy }), 'filled, but no tensor cores');
    assert.is(
      partGap({ ...counters, ...busy, tensorActive: at(0.1), dramActive: at(0.65) }),
      'busy, but memory-bound: DRAM at two thirds',
    );
    assert.is(partGap({ ...counters, ...busy, tensorActive: at(0.55) }), 'busy, and well used');
  }
  assert.is(
    partGap({ ...counters, graphicsActive: at(0.97), smActive: at(0.12) }),
    'busy, but on a tenth of its SMs',
  );
});

test('a part of a GPU is not called busy where nothing says so', () => {
  assert.is(partGap({}), '');
  assert.is(partGap({ graphicsActive: at(0.1), smActive: at(0.05) }), '');
  assert.is(partGap({ smActive: at(0.01) }), '');
  assert.is(partGap({ smActive: at(0.12) }), 'on a tenth of its SMs; how long it has work is not known');
  assert.is(partGap({ graphicsActive: at(0.97) }), '');
});

test('a whole GPU without util stays unjudged, whatever its counters', () => {
  const figures = { util: unknown, kernelBusy: unknown, peakShare: unknown };
  const counters = { graphicsActive: at(0.97), smActive: at(0.1), tensorActive: at(0) };
  assert.is(describeGap(testGpu('gpu0'), { ...figures, ...counters }), '');
});

test('every share has its words', () => {
  for (let share = 0; share <= 1.2; share += 0.01) assert.ok(inWords(share).length > 2);
});

test.run();
