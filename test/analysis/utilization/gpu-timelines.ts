import type { Launch } from '../../../src/model/activity.ts';
import type { Device } from '../../../src/model/device.ts';
import { known } from '../../../src/model/measured.ts';
import type { TimelineBuilder } from '../../../src/recording/timeline-builder.ts';
import { emptyTimeline, testDevice, testLaunch } from '../../support/timelines.ts';

/** One execution with its call: `callNs` left out where nobody recorded it. */
export interface Execution {
  readonly launch: number;
  readonly startNs: number;
  readonly durationNs: number;
  readonly callNs?: number | undefined;
  readonly thread?: number;
}

/** Launches of a made-up GPU of ten SMs, by index. */
export const kinds = { compute: 0, wide: 1, collective: 2, toDevice: 3, toHost: 4, set: 5 } as const;

export function testGpu(id = 'gpu0', smCount = 10): Device {
  return {
    ...testDevice(id),
    kind: 'gpu',
    vendor: 'NVIDIA',
    smCount: known(smCount, 'test'),
    computeCapability: known('9.0', 'test'),
  };
}

/** The launches of one device, in the order of `kinds`: a kernel of 4 blocks, one of 16, a collective of 2. */
export function launchesFor(device: string): Launch[] {
  const shape = (blocks: number) => ({
    grid: [blocks, 1, 1] as const,
    block: [256, 1, 1] as const,
    registersPerThread: 32,
    staticSharedBytes: 0,
    dynamicSharedBytes: 0,
  });
  const base = { device, flops: null, bytes: null };
  return [
    testLaunch({ ...base, name: 'void compute<float>(float*)', shape: shape(4) }),
    testLaunch({ ...base, name: 'void wide<float>(float*)', shape: shape(16) }),
    testLaunch({ ...base, name: 'ncclDevKernel_AllReduce_Sum_f32_RING_LL', shape: shape(2) }),
    testLaunch({ ...base, kind: 'memcpy', name: 'Memcpy HtoD (Pinned -> Device)', bytes: 1000 }),
    testLaunch({ ...base, kind: 'memcpy', name: 'Memcpy DtoH (Device -> Pinned)', bytes: 500 }),
    testLaunch({ ...base, kind: 'memset', name: 'Memset (Device)', bytes: 10 }),
  ];
}

/** A timeline of made-up GPUs; the launches of the second device follow those of the first. */
export function gpuTimeline(devices: readonly Device[] = [testGpu()]): TimelineBuilder {
  const timeline = emptyTimeline(devices);
  for (const { id } of devices) for (const launch of launchesFor(id)) timeline.addLaunch(launch);
  return timeline;
}

/** Adds executions as one block, with the calls where one of them has any. */
export function addRuns(timeline: TimelineBuilder, runs: readonly Execution[]): void {
  const called = runs.some(({ callNs }) => callNs !== undefined);
  timeline.addActivity({
    count: runs.length,
    launch: Uint32Array.from(runs, ({ launch }) => launch),
    startNs: Float64Array.from(runs, ({ startNs }) => startNs),
    durationNs: Float64Array.from(runs, ({ durationNs }) => durationNs),
    queue: new Uint32Array(runs.length),
    ...(called && {
      calls: {
        startNs: Float64Array.from(runs, ({ callNs }) => callNs ?? Number.NaN),
        thread: Uint32Array.from(runs, ({ thread }) => thread ?? 0),
      },
    }),
  });
}

/** Adds host ranges `[name, startNs, endNs]` of one thread, all operators unless the name says ProfilerStep. */
export function addHostRanges(
  timeline: TimelineBuilder,
  thread: number,
  ranges: readonly (readonly [name: string, startNs: number, endNs: number])[],
): void {
  while (timeline.host.threads.length <= thread) {
    timeline.host.threads.push({ name: String(timeline.host.threads.length), rank: null });
  }
  const ids = ranges.map(([name]) => {
    const at = timeline.host.names.findIndex((known) => known.name === name);
    const kind = name.startsWith('ProfilerStep') ? 'annotation' : 'operator';
    return at >= 0 ? at : timeline.host.names.push({ name, kind }) - 1;
  });
  timeline.addHostBlock({
    count: ranges.length,
    startNs: Float64Array.from(ranges, ([, startNs]) => startNs),
    durationNs: Float64Array.from(ranges, ([, startNs, endNs]) => endNs - startNs),
    name: Uint32Array.from(ids),
    thread: new Uint32Array(ranges.length).fill(thread),
  });
}
