import type { Exporter } from '../../src/export/exporter.ts';
import type { TableId } from '../../src/export/tables/table.ts';
import type { Launch, LaunchShape } from '../../src/model/activity.ts';
import type { Device } from '../../src/model/device.ts';
import { known } from '../../src/model/measured.ts';
import type { HostRangeKind, Timeline } from '../../src/model/timeline.ts';
import { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { emptyTimeline, testLaunch } from '../support/timelines.ts';

/** A moment that a double cannot hold. */
export const originUnixNs = 1_700_000_000_123_456_789n;

export const shape: LaunchShape = {
  grid: [128, 1, 1],
  block: [256, 1, 1],
  registersPerThread: 32,
  staticSharedBytes: 0,
  dynamicSharedBytes: 1024,
};

export function testGpu(id = 'gpu0'): Device {
  return {
    id,
    kind: 'gpu',
    name: 'Tesla V100-SXM2-16GB',
    vendor: 'NVIDIA',
    smCount: known(80, 'test'),
    computeCapability: known('7.0', 'test'),
    memoryBytes: known(2 ** 34, 'test'),
    peakFlops: known(15.7e12, 'test'),
  };
}

/** A run on GPUs without anything in it. */
export function gpuRun(devices: readonly Device[] = [testGpu()]): TimelineBuilder {
  const timeline = new TimelineBuilder(
    { path: 'trace.json', format: 'kineto' },
    { ...emptyTimeline().run, title: 'made up' },
    originUnixNs,
  );
  for (const device of devices) timeline.addDevice(device);
  return timeline;
}

export function gpuLaunch(change: Partial<Launch> = {}): Launch {
  return testLaunch({ device: 'gpu0', shape, flops: null, bytes: null, ...change });
}

export interface Run {
  readonly launch: number;
  readonly startNs: number;
  readonly durationNs: number;
  readonly queue?: number;
  readonly callNs?: number;
  readonly thread?: number;
}

/** Adds executions with their streams and, where one has it, the host's calls. */
export function addRuns(timeline: TimelineBuilder, runs: readonly Run[]): void {
  const called = runs.some(({ callNs }) => callNs !== undefined);
  timeline.addActivity({
    count: runs.length,
    launch: Uint32Array.from(runs, ({ launch }) => launch),
    startNs: Float64Array.from(runs, ({ startNs }) => startNs),
    durationNs: Float64Array.from(runs, ({ durationNs }) => durationNs),
    queue: Uint32Array.from(runs, ({ queue }) => queue ?? 7),
    ...(called
      ? {
          calls: {
            startNs: Float64Array.from(runs, ({ callNs }) => callNs ?? Number.NaN),
            thread: Uint32Array.from(runs, ({ thread }) => thread ?? 0),
          },
        }
      : {}),
  });
}

export interface HostRange {
  readonly name: string;
  readonly kind?: HostRangeKind;
  readonly startNs: number;
  readonly durationNs: number;
  readonly thread?: number;
}

/** Adds ranges of host threads; threads must be there. */
export function addHostRanges(timeline: TimelineBuilder, ranges: readonly HostRange[]): void {
  const nameOf = ({ name, kind = 'operator' }: HostRange) => timeline.host.names.push({ name, kind }) - 1;
  timeline.addHostBlock({
    count: ranges.length,
    startNs: Float64Array.from(ranges, ({ startNs }) => startNs),
    durationNs: Float64Array.from(ranges, ({ durationNs }) => durationNs),
    name: Uint32Array.from(ranges, nameOf),
    thread: Uint32Array.from(ranges, ({ thread }) => thread ?? 0),
  });
}

/** A little of everything that a file can hold. */
export function smallRun(): TimelineBuilder {
  const timeline = gpuRun();
  timeline.addLaunch(gpuLaunch({ name: 'void gemm<float>(int)', layer: 'block1/conv1' }));
  timeline.addLaunch(
    gpuLaunch({
      kind: 'memcpy',
      name: 'Memcpy HtoD (Pageable -> Device)',
      phase: '',
      shape: null,
      bytes: 4096,
    }),
  );
  addRuns(timeline, [
    { launch: 0, startNs: 100, durationNs: 100, callNs: -50 },
    { launch: 0, startNs: 150, durationNs: 100 },
    { launch: 0, startNs: 300, durationNs: 0, callNs: 210 },
    { launch: 1, startNs: 300, durationNs: 500, queue: 20, callNs: 220, thread: 1 },
  ]);
  timeline.host.threads.push({ name: '25738', rank: null }, { name: 'pt_autograd_0', rank: null });
  addHostRanges(timeline, [
    { name: 'aten::mm', startNs: 0, durationNs: 100 },
    { name: 'iteration', kind: 'annotation', startNs: -60, durationNs: 300 },
    { name: 'crossing', startNs: 200, durationNs: 100 },
  ]);
  timeline.addStep({ number: 1, startNs: 0, endNs: 400, samples: 32 });
  timeline.addStep({ number: 2, startNs: 400, endNs: 800, samples: null });
  timeline.addMark({ name: 'evaluation', startNs: 10, endNs: 10, text: 'every epoch' });
  const loss = timeline.addSeries({ device: null, metric: 'loss', from: 'workload' });
  timeline.addSample(loss, 0, 2.5);
  timeline.addSample(loss, 400, Number.NaN);
  const util = timeline.addSeries({ device: 'gpu0', metric: 'util', from: 'nvml' });
  timeline.addSample(util, 0, 0.5);
  return timeline;
}

/** The file that an exporter writes, and the largest piece it came in. */
export async function exported(
  exporter: Exporter,
  timeline: Timeline,
  { table = 'executions' as TableId, escapeFormulas = false } = {},
): Promise<{ bytes: Buffer; largest: number }> {
  const pieces: Buffer[] = [];
  const sink = {
    write: async (chunk: Uint8Array | string) => {
      // Copied, since the bytes are free for reuse afterwards.
      pieces.push(Buffer.from(chunk as Uint8Array));
    },
  };
  await exporter.write(timeline, sink, { table, escapeFormulas, version: '0.0.0' });
  return { bytes: Buffer.concat(pieces), largest: Math.max(0, ...pieces.map(({ length }) => length)) };
}
