import type { Device } from '../../src/model/device.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import {
  addExecutions,
  type Execution,
  emptyTimeline,
  testDevice,
  testLaunch,
} from '../support/timelines.ts';

export const millisecond = 1e6;

/** A kernel of a made-up step. */
export interface RunKernel {
  readonly name: string;
  readonly milliseconds: number;
  /** In each step. */
  readonly calls?: number;
}

export interface RunOptions {
  readonly kernels?: readonly RunKernel[];
  /** Length of each step in milliseconds. */
  readonly steps?: readonly number[];
  readonly samples?: number | null;
  readonly model?: string;
  readonly devices?: number;
  /** Leaves the steps out: what a profiler records that knows none. */
  readonly unmarked?: boolean;
  /** Multiplies the length of each call. */
  readonly jitter?: () => number;
}

/** What a step of the made-up training runs unless told otherwise: 60 ms. */
export const usualKernels: readonly RunKernel[] = [
  { name: 'ampere_sgemm_128x64_tn', milliseconds: 4, calls: 10 },
  {
    name: 'void at::native::vectorized_elementwise_kernel<4, at::native::AddFunctor<float>>',
    milliseconds: 1,
    calls: 12,
  },
  { name: 'ncclDevKernel_AllReduce_Sum_f32_RING_LL(ncclDevKernelArgsStorage<4096ul>)', milliseconds: 8 },
];

/** Ten steps of nearly 100 ms. */
export const usualSteps: readonly number[] = [100, 101, 99, 100, 102, 98, 100, 101, 99, 100];

/** A run whose devices all do the same, each step one kernel after the other from its begin. */
export function madeUpRun(options: RunOptions = {}): TimelineBuilder {
  const { kernels = usualKernels, steps = usualSteps, samples = 32, devices = 1, jitter = () => 1 } = options;
  const ids = Array.from({ length: devices }, (_, index) => `gpu${index}`);
  const timeline = emptyTimeline(ids.map((id) => gpu(id, options.model)));
  for (const device of ids)
    for (const { name } of kernels) timeline.addLaunch(testLaunch({ name, device, flops: null }));
  const executions: Execution[] = [];
  let stepNs = 0;
  for (const [number, step] of steps.entries()) {
    const endNs = stepNs + step * millisecond;
    for (const [position] of ids.entries()) {
      let atNs = stepNs;
      for (const [index, { milliseconds, calls = 1 }] of kernels.entries()) {
        for (let call = 0; call < calls; call++) {
          const durationNs = Math.round(milliseconds * millisecond * jitter());
          executions.push([position * kernels.length + index, atNs, durationNs]);
          atNs += durationNs;
        }
      }
    }
    if (options.unmarked !== true) timeline.addStep({ number: number + 1, startNs: stepNs, endNs, samples });
    stepNs = endNs;
  }
  addExecutions(timeline, executions);
  return timeline;
}

function gpu(id: string, name = 'NVIDIA A100-SXM4-80GB'): Device {
  return { ...testDevice(id), kind: 'gpu', name };
}

/** Numbers in [0, 1), the same on every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normal value with mean 0 and deviation 1. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
