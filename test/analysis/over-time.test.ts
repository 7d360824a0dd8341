import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coverage, launchesOf } from '../../src/analysis/coverage.ts';
import { overTime } from '../../src/analysis/over-time.ts';
import { testGpu } from '../support/gpu-run.ts';
import { addExecutions, type Execution, emptyTimeline, testLaunch } from '../support/timelines.ts';

const test = suite('over time');
const window = { startNs: 0, endNs: 100 };

function blocks(number: number) {
  return {
    grid: [number, 1, 1] as const,
    block: [32, 1, 1] as const,
    registersPerThread: 16,
    staticSharedBytes: 0,
    dynamicSharedBytes: 0,
  };
}

function timelineOf(executions: readonly Execution[]) {
  const timeline = emptyTimeline([testGpu('gpu0', 10)]);
  timeline.addLaunch(testLaunch({ device: 'gpu0', shape: blocks(5) }));
  timeline.addLaunch(testLaunch({ device: 'gpu0', shape: blocks(20) }));
  timeline.addLaunch(testLaunch({ device: 'gpu0', kind: 'memcpy', name: 'copy' }));
  addExecutions(timeline, executions);
  return timeline;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

test('each bucket holds its share of busy time, SMs and occupancy', () => {
  const timeline = timelineOf([
    [0, 0, 25],
    [1, 50, 10],
    [2, 70, 20],
  ]);
  const occupancy = Float64Array.of(0.5, 1, Number.NaN);
  const figures = overTime(timeline, 'gpu0', window, { buckets: 5, smCount: 10, occupancy });
  assert.is(figures.bucketNs, 20);
  assert.equal([...figures.kernelBusy], [1, 0.25, 0.5, 0, 0]);
  assert.equal([...figures.gpuBusy], [1, 0.25, 0.5, 0.5, 0.5]);
  // Five blocks fill half of the ten SMs, twenty fill all.
  assert.equal([...figures.smActive], [0.5, 0.125, 0.5, 0, 0]);
  assert.equal([...figures.kernelOccupancy], [0.5, 0.5, 1, Number.NaN, Number.NaN]);
});

test('kernels that run together fill SMs together, and never more than there are', () => {
  const timeline = timelineOf([
    [0, 0, 20],
    [0, 0, 20],
    [0, 20, 20],
    [1, 20, 20],
  ]);
  const occupancy = new Float64Array(3).fill(Number.NaN);
  const { smActive } = overTime(timeline, 'gpu0', window, { buckets: 5, smCount: 10, occupancy });
  assert.equal([...smActive], [1, 1, 0, 0, 0]);
});

test('what is not known is NaN', () => {
  const timeline = timelineOf([[0, 0, 20]]);
  const occupancy = new Float64Array(3).fill(Number.NaN);
  const figures = overTime(timeline, 'gpu0', window, { buckets: 2, smCount: null, occupancy });
  assert.ok(figures.smActive.every(Number.isNaN));
  assert.ok(figures.kernelOccupancy.every(Number.isNaN));
});

test('the buckets sum to what the whole window has, whatever the order of executions', () => {
  const execution = fc
    .tuple(fc.nat(2), fc.integer({ min: -10, max: 110 }), fc.nat(30))
    .map((entry): Execution => entry);
  fc.assert(
    fc.property(fc.array(execution, { maxLength: 30 }), fc.integer({ min: 1, max: 13 }), (list, buckets) => {
      const timeline = timelineOf(list);
      const occupancy = Float64Array.of(0.5, 0.5, Number.NaN);
      const figures = overTime(timeline, 'gpu0', window, { buckets, smCount: 10, occupancy });
      const { busyNs } = coverage(timeline, launchesOf(timeline, 'gpu0', ['kernel']), window);
      assert.ok(Math.abs(sum(figures.kernelBusy) * figures.bucketNs - busyNs) < 1e-6);
      figures.smActive.forEach((value, at) => {
        assert.not.ok(value > (figures.kernelBusy[at] as number) + 1e-9);
      });
    }),
  );
});

test.run();
