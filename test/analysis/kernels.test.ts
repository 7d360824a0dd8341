import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { categoryOf } from '../../src/analysis/categories.ts';
import { kernelTable } from '../../src/analysis/kernels.ts';
import { absent, isKnown } from '../../src/model/measured.ts';
import { addExecutions, emptyTimeline, testDevice, testLaunch } from '../support/timelines.ts';

const test = suite('kernel table');

test('executions of one name on one device are one row, the largest first', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ name: 'Conv2D', layer: 'a', flops: 1000 }));
  timeline.addLaunch(testLaunch({ name: 'Conv2D', layer: 'b', flops: 3000 }));
  timeline.addLaunch(testLaunch({ name: 'Relu', flops: 10 }));
  addExecutions(timeline, [
    [0, 0, 100],
    [1, 100, 200],
    [2, 300, 100],
    [0, 400, 100],
  ]);
  const [conv, relu] = kernelTable(timeline);
  assert.is(conv?.name, 'Conv2D');
  assert.is(conv?.calls, 3);
  assert.is(conv?.totalSeconds, 400e-9);
  assert.is(conv?.share, 0.8);
  // 1000 + 1000 + 3000 FLOPs in 400 ns are 12.5 GFLOP/s, an eighth of the peak of 100.
  assert.is(conv?.flopsPerSecond.value, 12.5e9);
  assert.is(conv?.peakShare.value, 0.125);
  assert.is(relu?.share, 0.2);
});

test('unknown arithmetic of one launch makes the sum unknown, not smaller', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ flops: 1000 }));
  timeline.addLaunch(testLaunch({ flops: null }));
  addExecutions(timeline, [
    [0, 0, 100],
    [1, 100, 100],
  ]);
  const [row] = kernelTable(timeline);
  assert.is(row?.flopsPerSecond.value, null);
  assert.is(row?.peakShare.value, null);
});

test('without a peak there is no share of it, and the reason is the device’s', () => {
  const timeline = emptyTimeline([testDevice('cpu', absent('Nobody measured it.'))]);
  timeline.addLaunch(testLaunch());
  addExecutions(timeline, [[0, 0, 100]]);
  const share = kernelTable(timeline)[0]?.peakShare;
  assert.equal(share, absent('Nobody measured it.'));
});

test('launches that never ran and copies are no rows', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  timeline.addLaunch(testLaunch({ kind: 'memcpy', name: 'copy' }));
  addExecutions(timeline, [[1, 0, 100]]);
  assert.equal(kernelTable(timeline), []);
});

test('a kernel of no duration has no rate', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  addExecutions(timeline, [[0, 5, 0]]);
  const row = kernelTable(timeline)[0];
  assert.is(row?.calls, 1);
  assert.not.ok(row && isKnown(row.flopsPerSecond));
});

test('TensorFlow.js kernels have the field’s categories', () => {
  const expected = {
    Conv2DBackpropFilter: 'convolution',
    FusedDepthwiseConv2D: 'convolution',
    _FusedMatMul: 'gemm',
    FusedBatchNorm: 'normalisation',
    AddN: 'elementwise',
    BatchMoments: 'normalisation',
    AvgPool: 'reduction',
    Mean: 'reduction',
    Transpose: 'copy',
    Whatever: 'other',
  };
  for (const [name, category] of Object.entries(expected)) assert.is(categoryOf(name), category, name);
});

test.run();
