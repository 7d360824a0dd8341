import type { Launch } from '../../src/model/activity.ts';
import type { Device } from '../../src/model/device.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import type { Step, WorkloadInfo } from '../../src/model/training.ts';
import { TimelineBuilder } from '../../src/recording/timeline-builder.ts';

/** One execution of a made-up timeline: start and duration in nanoseconds. */
export type Execution = readonly [launch: number, startNs: number, durationNs: number];

/** A timeline to test analysis on, without a recording behind it. */
export function emptyTimeline(devices: readonly Device[] = [testDevice()], keepNs?: number): TimelineBuilder {
  const timeline = new TimelineBuilder(
    { path: 'made-up', format: 'recording' },
    {
      title: 'made up',
      command: [],
      createdAt: '2026-01-01T00:00:00.000Z',
      host: { name: 'test', platform: 'linux x64', cpu: 'Test CPU', cores: 2, memoryBytes: 2 ** 34 },
      versions: {},
    },
    0n,
    keepNs === undefined ? {} : { keepNs },
  );
  for (const device of devices) timeline.addDevice(device);
  return timeline;
}

/** A CPU with a peak of 100 GFLOP/s unless told otherwise. */
export function testDevice(id = 'cpu', peakFlops: Measured = known(100e9, 'test')): Device {
  const none = absent('Not in a test.');
  return {
    id,
    kind: 'cpu',
    name: 'Test CPU',
    vendor: 'Test',
    smCount: none,
    computeCapability: none,
    memoryBytes: known(2 ** 34, 'test'),
    peakFlops,
  };
}

export function testLaunch(change: Partial<Launch> = {}): Launch {
  return {
    kind: 'kernel',
    name: 'Conv2D',
    device: 'cpu',
    layer: '',
    phase: 'forward',
    shape: null,
    flops: 1000,
    bytes: 100,
    ...change,
  };
}

/** Adds executions as one block, in the order given. */
export function addExecutions(timeline: TimelineBuilder, executions: readonly Execution[]): void {
  timeline.addActivity({
    count: executions.length,
    launch: Uint32Array.from(executions, ([launch]) => launch),
    startNs: Float64Array.from(executions, ([, startNs]) => startNs),
    durationNs: Float64Array.from(executions, ([, , durationNs]) => durationNs),
    queue: new Uint32Array(executions.length),
  });
}

/** Steps of the given lengths, one after the other. */
export function addSteps(timeline: TimelineBuilder, durationsNs: readonly number[], samples = 32): Step[] {
  let startNs = 0;
  return durationsNs.map((durationNs, index) => {
    const step = { number: index + 1, startNs, endNs: startNs + durationNs, samples };
    timeline.addStep(step);
    startNs = step.endNs;
    return step;
  });
}

export function addSamples(
  timeline: TimelineBuilder,
  device: string | null,
  metric: string,
  samples: readonly (readonly [timeNs: number, value: number])[],
): void {
  const series = timeline.addSeries({ device, metric, from: 'test' });
  for (const [timeNs, value] of samples) timeline.addSample(series, timeNs, value);
}

export function testWorkload(change: Partial<WorkloadInfo> = {}): WorkloadInfo {
  return {
    name: 'resnet20',
    backend: 'wasm, 1 thread',
    data: 'synthetic shapes, 100 classes',
    synthetic: true,
    batchSize: 32,
    parameters: 275_000,
    modelFlopsPerSample: 250e6,
    plannedSteps: 100,
    plannedSeconds: null,
    ...change,
  };
}
