/** What the analysis of a large run costs: ten million kernels, made up, through the whole report. */
import type { Device } from '../src/model/device.ts';
import { absent, known } from '../src/model/measured.ts';
import { TimelineBuilder } from '../src/recording/timeline-builder.ts';
import { buildReport } from '../src/report/build.ts';
import type { Row } from './row.ts';

const kernels = 10_000_000;
const blockSize = 65_536;
const streams = 4;
const launches = 200;
const steps = 500;

export async function analysisBenchmarks(): Promise<Row[]> {
  return [reportRow('starts ascend', false), reportRow('streams one after the other', true)];
}

function reportRow(order: string, byStream: boolean): Row {
  const timeline = largeTimeline(byStream);
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const start = performance.now();
  const report = buildReport(timeline);
  const seconds = (performance.now() - start) / 1e3;
  const grownMib = (process.memoryUsage().rss - before) / 2 ** 20;
  const busy = report.devices[0]?.kernelBusy.value ?? Number.NaN;
  return {
    name: `report of ${kernels / 1e6} M kernels on ${streams} streams, ${order}`,
    value: seconds,
    unit: 's',
    target: '≤ 3',
    holds: seconds <= 3,
    note: `kernelBusy ${busy.toFixed(3)}; ${grownMib.toFixed(0)} MiB on top of the timeline`,
  };
}

function gpu(): Device {
  return {
    id: 'gpu0',
    kind: 'gpu',
    name: 'made up',
    vendor: 'NVIDIA',
    smCount: known(132, 'made up'),
    computeCapability: known('9.0', 'made up'),
    memoryBytes: absent('It is made up.'),
    peakFlops: absent('It is made up.'),
  };
}

/** Kernels of 1 to 9 µs, each called for 1 to 40 µs before; now and then a gap, a collective or a copy. */
function largeTimeline(byStream: boolean): TimelineBuilder {
  const timeline = new TimelineBuilder(
    { path: 'made up', format: 'kineto' },
    { title: 'made up', command: [], createdAt: '', host: null, versions: {} },
    0n,
  );
  timeline.addDevice(gpu());
  for (let i = 0; i < launches; i++) timeline.addLaunch(launchOf(i));
  const random = generator(1);
  const perStream = kernels / streams;
  const ends = new Float64Array(streams);
  const order = (i: number) => (byStream ? Math.floor(i / perStream) : i % streams);
  let last = 0;
  for (let first = 0; first < kernels; first += blockSize) {
    const count = Math.min(blockSize, kernels - first);
    const block = emptyBlock(count);
    for (let i = 0; i < count; i++) {
      const queue = order(first + i);
      const free = ends[queue] as number;
      const start =
        (byStream ? free : Math.max(free, last)) + (random() < 0.05 ? Math.floor(random() * 50e3) : 1000);
      const duration = 1000 + Math.floor(random() * 8000);
      last = start;
      ends[queue] = start + duration;
      block.startNs[i] = start;
      block.durationNs[i] = duration;
      block.launch[i] = Math.floor(random() * launches);
      block.queue[i] = queue;
      block.calls.startNs[i] = start - 1000 - Math.floor(random() * 39e3);
    }
    timeline.addActivity(block);
  }
  addSteps(timeline);
  return timeline;
}

function launchOf(i: number): Parameters<TimelineBuilder['addLaunch']>[0] {
  const base = { device: 'gpu0', layer: '', phase: '', flops: null };
  if (i % 20 === 7) {
    return { ...base, kind: 'memcpy', name: 'Memcpy HtoD (Pinned -> Device)', shape: null, bytes: 4096 * i };
  }
  const shape = {
    grid: [1 + i * 3, 1, 1] as const,
    block: [256, 1, 1] as const,
    registersPerThread: 32,
    staticSharedBytes: 0,
    dynamicSharedBytes: 0,
  };
  const name = i % 20 === 3 ? 'ncclDevKernel_AllReduce_Sum_f32_RING_LL' : `void kernel_${i}<float>(float*)`;
  return { ...base, kind: 'kernel', name, shape, bytes: null };
}

function emptyBlock(count: number) {
  return {
    count,
    startNs: new Float64Array(count),
    durationNs: new Float64Array(count),
    launch: new Uint32Array(count),
    queue: new Uint32Array(count),
    calls: { startNs: new Float64Array(count), thread: new Uint32Array(count) },
  };
}

function addSteps(timeline: TimelineBuilder): void {
  const { endNs } = timeline.extent ?? { endNs: 0 };
  const stepNs = Math.floor(endNs / steps);
  for (let i = 0; i < steps; i++) {
    timeline.addStep({ number: i + 1, startNs: i * stepNs, endNs: (i + 1) * stepNs, samples: 32 });
  }
}

/** Numbers in [0, 1), the same on every run: a linear congruential generator (Numerical Recipes). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
