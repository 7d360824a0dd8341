import type { Finding } from '../../../src/analysis/advice/finding.ts';
import { checkAdvice } from '../../../src/analysis/advice/index.ts';
import type { Launch, LaunchShape } from '../../../src/model/activity.ts';
import type { Device } from '../../../src/model/device.ts';
import { known } from '../../../src/model/measured.ts';
import type { Timeline } from '../../../src/model/timeline.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { testGpu } from '../../support/gpu-run.ts';
import { emptyTimeline, testLaunch } from '../../support/timelines.ts';

/** Microseconds and milliseconds in nanoseconds. */
export const us = 1e3;
export const ms = 1e6;

/** One execution: launch, start, duration, and how long before its start the host called for it. */
export type Called = readonly [launch: number, startNs: number, durationNs: number, delayNs: number];

/** A timeline of made-up GPUs with 108 SMs of capability 8.0 unless told otherwise. */
export function gpus(count = 1, change: Partial<Device> = {}): TimelineBuilder {
  const timeline = emptyTimeline(
    Array.from({ length: count }, (_, at) => ({ ...testGpu(`gpu${at}`), ...change })),
  );
  timeline.host.threads.push({ name: 'main', rank: null });
  return timeline;
}

/** A V100, which has tensor cores and no TF32. */
export const v100: Partial<Device> = {
  name: 'Tesla V100-SXM2-16GB',
  computeCapability: known('7.0', 'test'),
  smCount: known(80, 'test'),
};

/** A kernel that fills the device with all warps, unless told otherwise. */
export function kernel(change: Partial<Launch> = {}, shape: Partial<LaunchShape> = {}): Launch {
  return testLaunch({
    name: 'my_kernel',
    device: 'gpu0',
    phase: '',
    flops: null,
    bytes: null,
    shape: {
      grid: [108_000, 1, 1],
      block: [256, 1, 1],
      registersPerThread: 32,
      staticSharedBytes: 0,
      dynamicSharedBytes: 0,
      ...shape,
    },
    ...change,
  });
}

/** Adds executions with the calls that asked for them. */
export function addCalled(timeline: TimelineBuilder, executions: readonly Called[]): void {
  const startNs = Float64Array.from(executions, ([, start]) => start);
  timeline.addActivity({
    count: executions.length,
    launch: Uint32Array.from(executions, ([launch]) => launch),
    startNs,
    durationNs: Float64Array.from(executions, ([, , duration]) => duration),
    queue: new Uint32Array(executions.length),
    calls: {
      startNs: Float64Array.from(executions, ([, start, , delay]) => start - delay),
      thread: new Uint32Array(executions.length),
    },
  });
}

/** Adds ranges of one name on the host's thread. */
export function addHost(
  timeline: TimelineBuilder,
  name: string,
  ranges: readonly (readonly [startNs: number, durationNs: number])[],
): void {
  const at = timeline.host.names.push({ name, kind: 'operator' }) - 1;
  timeline.addHostBlock({
    count: ranges.length,
    startNs: Float64Array.from(ranges, ([start]) => start),
    durationNs: Float64Array.from(ranges, ([, duration]) => duration),
    name: new Uint32Array(ranges.length).fill(at),
    thread: new Uint32Array(ranges.length),
  });
}

/** `count` of one thing after the other. */
export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** What the piece of advice by that id says. */
export function finding(timeline: Timeline, id: string): Finding {
  const found = checkAdvice(timeline).find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no advice ${id}.`);
  return found;
}

/** Its severity alone. */
export function said(timeline: Timeline, id: string): Finding['severity'] {
  return finding(timeline, id).severity;
}
