import type { Launch, LaunchShape } from '../../src/model/activity.ts';
import type { Device } from '../../src/model/device.ts';
import { absent, known } from '../../src/model/measured.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { emptyTimeline, testLaunch, testWorkload } from './timelines.ts';

export interface GpuRunOptions {
  /** At least so many executions a device. */
  readonly executions?: number;
  readonly devices?: number;
  readonly seed?: number;
  /** Names of further kernels, such as hostile ones. */
  readonly names?: readonly string[];
  /** Sampled util, loss and a workload with synthetic data. */
  readonly sampled?: boolean;
}

const streams = { compute: 7, copies: 14, communication: 20 } as const;

/** The kernels of a made-up training step: name, blocks, threads, registers, shared bytes, mean µs, how often. */
const kernels: readonly (readonly [string, number, number, number, number, number, number])[] = [
  ['ampere_sgemm_128x64_tn', 512, 128, 122, 24_576, 80, 12],
  [
    'sm80_xmma_gemm_f16f16_f16f32_f32_tn_n_tilesize128x128x32_stage4_tensor16x8x16',
    216,
    256,
    168,
    65_536,
    60,
    12,
  ],
  ['implicit_convolve_sgemm<float, float, 1024, 5, 5, 3, 3, 3, 1>', 98, 1024, 56, 12_288, 95, 10],
  ['void flash::flash_fwd_kernel<Flash_fwd_kernel_traits<64, 128, 128, 4>>', 384, 128, 255, 49_152, 70, 6],
  ['void cudnn::bn_fw_tr_1C11_kernel_NCHW<float, float, 512, true, 1>', 64, 512, 32, 2048, 18, 12],
  [
    'void at::native::vectorized_elementwise_kernel<4, at::native::AddFunctor<float>>',
    2048,
    128,
    16,
    0,
    6,
    30,
  ],
  ['void at::native::reduce_kernel<512, 1, at::native::ReduceOp<float>>', 24, 512, 32, 16, 9, 10],
  ['void multi_tensor_apply_kernel<adam_op>', 320, 512, 40, 0, 25, 4],
];

/** A GPU that no shop sells, with the size of a common one. */
export function testGpu(id: string, smCount = 108): Device {
  return {
    id,
    kind: 'gpu',
    name: 'NVIDIA Test GPU',
    vendor: 'NVIDIA',
    smCount: known(smCount, 'test'),
    computeCapability: known('8.0', 'test'),
    memoryBytes: known(40 * 2 ** 30, 'test'),
    peakFlops: absent('Nobody knows the peak of a made-up GPU.'),
  };
}

/** A training on made-up GPUs: steps, streams, copies, collectives, calls and host work. The same for the same seed. */
export function gpuRun(options: GpuRunOptions = {}): TimelineBuilder {
  const { executions = 2000, devices = 1, seed = 1, names = [], sampled = true } = options;
  const ids = Array.from({ length: devices }, (_, at) => `gpu${at}`);
  const timeline = emptyTimeline(ids.map((id) => testGpu(id)));
  timeline.host.names.push({ name: 'DataLoader.__next__', kind: 'annotation' });
  timeline.host.threads.push({ name: 'main', rank: null });
  let endNs = 0;
  for (const [at, id] of ids.entries())
    endNs = Math.max(endNs, new DeviceRun(timeline, id, seed + at, names).run(executions, at === 0));
  if (sampled) addSampled(timeline, ids, endNs, randomFrom(seed));
  return timeline;
}

class DeviceRun {
  readonly #timeline: TimelineBuilder;
  readonly #random: () => number;
  readonly #kernels: readonly { launch: number; meanNs: number; times: number }[];
  readonly #copy: number;
  readonly #collective: number;
  #rows: [startNs: number, durationNs: number, launch: number, queue: number, callNs: number][] = [];

  constructor(timeline: TimelineBuilder, device: string, seed: number, names: readonly string[]) {
    this.#timeline = timeline;
    this.#random = randomFrom(seed);
    const add = (name: string, shape: LaunchShape | null, change: Partial<Launch> = {}) =>
      timeline.addLaunch(testLaunch({ name, device, shape, phase: '', flops: null, bytes: null, ...change }));
    const all = [...kernels, ...names.map((name) => [name, 100, 256, 32, 0, 20, 1] as const)];
    this.#kernels = all.map(([name, blocks, threads, registers, shared, microseconds, times]) => ({
      launch: add(name, shapeOf(blocks, threads, registers, shared)),
      meanNs: microseconds * 1e3,
      times,
    }));
    this.#copy = add('Memcpy HtoD (Pinned -> Device)', null, { kind: 'memcpy', bytes: 2 ** 22 });
    this.#collective = add('ncclDevKernel_AllReduce_Sum_f32_RING_LL', shapeOf(24, 512, 96, 0));
  }

  /** Adds whole steps until there are enough executions; returns the end. */
  run(executions: number, withSteps: boolean): number {
    let nowNs = 0;
    let done = 0;
    for (let number = 1; done < executions; number++) {
      const startNs = nowNs;
      nowNs = this.#step(startNs);
      done += this.#rows.length;
      this.#flush();
      if (withSteps) this.#timeline.addStep({ number, startNs, endNs: nowNs, samples: 64 });
    }
    return nowNs;
  }

  #step(startNs: number): number {
    // The loader takes its time before every step.
    const loadNs = Math.round(this.#between(0.5e6, 2e6));
    this.#hostWork(startNs, loadNs);
    let nowNs = startNs + loadNs;
    this.#rows.push([nowNs, 300e3, this.#copy, streams.copies, nowNs - 15e3]);
    nowNs += 310e3;
    const backwardNs = nowNs + 2.5e6;
    for (const { launch, meanNs, times } of this.#kernels)
      for (let call = 0; call < times; call++) {
        const durationNs = Math.round(meanNs * this.#between(0.7, 1.3));
        nowNs += Math.round(this.#between(800, 4000));
        this.#rows.push([nowNs, durationNs, launch, streams.compute, nowNs - 8e3]);
        nowNs += durationNs;
      }
    for (let bucket = 0; bucket < 4; bucket++) {
      const at = Math.round(backwardNs + bucket * 450e3);
      this.#rows.push([
        at,
        Math.round(this.#between(200e3, 400e3)),
        this.#collective,
        streams.communication,
        at - 9e3,
      ]);
    }
    return Math.max(nowNs, backwardNs + 4 * 450e3) + 50e3;
  }

  #hostWork(startNs: number, durationNs: number): void {
    this.#timeline.addHostBlock({
      count: 1,
      startNs: Float64Array.of(startNs),
      durationNs: Float64Array.of(durationNs),
      name: Uint32Array.of(0),
      thread: Uint32Array.of(0),
    });
  }

  #flush(): void {
    const rows = this.#rows.sort((a, b) => a[0] - b[0]);
    this.#timeline.addActivity({
      count: rows.length,
      startNs: Float64Array.from(rows, ([start]) => start),
      durationNs: Float64Array.from(rows, ([, duration]) => duration),
      launch: Uint32Array.from(rows, ([, , launch]) => launch),
      queue: Uint32Array.from(rows, ([, , , queue]) => queue),
      calls: {
        startNs: Float64Array.from(rows, ([, , , , call]) => call),
        thread: new Uint32Array(rows.length),
      },
    });
    this.#rows = [];
  }

  #between(least: number, most: number): number {
    return Math.round((least + (most - least) * this.#random()) * 1e3) / 1e3;
  }
}

function addSampled(
  timeline: TimelineBuilder,
  devices: readonly string[],
  endNs: number,
  random: () => number,
): void {
  timeline.workload = testWorkload({ name: 'made-up net', backend: 'cuda', data: 'noise', batchSize: 64 });
  const loss = timeline.addSeries({ device: null, metric: 'loss', from: 'workload' });
  for (let at = 0; at < 200; at++)
    timeline.addSample(loss, Math.round((endNs * at) / 200), 4.6 * Math.exp(-at / 80) + 0.2 * random());
  for (const device of devices) {
    const util = timeline.addSeries({ device, metric: 'util', from: 'nvml' });
    for (let at = 0; at <= 20; at++)
      timeline.addSample(util, Math.round((endNs * at) / 20), 0.93 + 0.07 * random());
  }
}

function shapeOf(blocks: number, threads: number, registers: number, sharedBytes: number): LaunchShape {
  return {
    grid: [blocks, 1, 1],
    block: [threads, 1, 1],
    registersPerThread: registers,
    staticSharedBytes: 0,
    dynamicSharedBytes: sharedBytes,
  };
}

/** A linear congruential generator, by the constants of Numerical Recipes; good enough to scatter durations. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
