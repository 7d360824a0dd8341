/** A made-up run of two ranks as `warpwatch run` records it, looked at live; the same for the same arguments. */
import { type DetailsAsked, nothingAsked } from '../../src/analysis/details.ts';
import { LiveView } from '../../src/analysis/live.ts';
import type { Snapshot } from '../../src/analysis/snapshot.ts';
import { absent, known } from '../../src/model/measured.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { addHostRanges } from '../analysis/utilization/gpu-timelines.ts';
import { emptyTimeline, testLaunch } from '../support/timelines.ts';

const second = 1e9;
const stepNs = 0.25 * second;

/** Name, blocks, threads, registers, shared bytes, share of a step, CUDA stream. */
const kernels: readonly (readonly [string, number, number, number, number, number, number])[] = [
  [
    'sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64_warpgroupsize1x1x1',
    528,
    384,
    168,
    213_000,
    0.3,
    7,
  ],
  ['void cudnn::bn_fw_tr_1C11_kernel_NCHW<float, float, 512, true, 1>(float*)', 64, 512, 32, 2048, 0.08, 7],
  [
    'void at::native::vectorized_elementwise_kernel<4, at::native::AddFunctor<float>>(int)',
    2048,
    128,
    16,
    0,
    0.14,
    7,
  ],
  ['ncclDevKernel_AllReduce_Sum_f32_RING_LL(ncclDevComm*)', 24, 512, 96, 0, 0.16, 20],
];

function device(id: string) {
  return {
    id,
    kind: 'gpu' as const,
    name: 'Synthetic GPU',
    vendor: 'NVIDIA',
    smCount: known(132, 'synthetic'),
    computeCapability: known('9.0', 'synthetic'),
    memoryBytes: known(141e9, 'synthetic'),
    peakFlops: absent('Nobody knows the peak of a made-up GPU.'),
  };
}

/** @param seconds how long it has run; rank 1 computes a third longer than rank 0 */
export function twoRankRun(seconds: number): TimelineBuilder {
  const timeline = emptyTimeline([device('gpu0'), device('gpu1')]);
  for (const rank of [0, 1]) addRank(timeline, rank);
  for (let at = 0; at * stepNs < seconds * second; at++) {
    for (const rank of [0, 1]) addStep(timeline, rank, at);
  }
  return timeline;
}

function addRank(timeline: TimelineBuilder, rank: number): void {
  const id = `gpu${rank}`;
  timeline.addRank(rank, 2, id);
  timeline.producers.push({
    name: `cupti-${4711 + rank}`,
    processId: 4711 + rank,
    program: 'python',
    rank,
    devices: [id],
    outcome: 'running',
    message: '',
  });
  for (const [name, blocks, threads, registersPerThread, dynamicSharedBytes] of kernels) {
    const shape = {
      grid: [blocks, 1, 1] as const,
      block: [threads, 1, 1] as const,
      registersPerThread,
      staticSharedBytes: 0,
      dynamicSharedBytes,
    };
    timeline.addLaunch(testLaunch({ name, device: id, shape, phase: '', flops: null, bytes: null }));
  }
  const copy = { kind: 'memcpy', name: 'Memcpy HtoD (Pinned -> Device)', shape: null, flops: null } as const;
  timeline.addLaunch(testLaunch({ ...copy, device: id, phase: '', bytes: 38_535_168 }));
}

function addStep(timeline: TimelineBuilder, rank: number, at: number): void {
  const first = rank * (kernels.length + 1);
  const startNs = at * stepNs;
  const rows: { launch: number; startNs: number; durationNs: number; queue: number }[] = [];
  let nowNs = startNs + 0.2 * stepNs;
  for (const [index, [, , , , , share, queue]] of kernels.entries()) {
    // Who computes longer finds the others in the collective, and passes through it.
    const slow = rank === 1 && queue === 7 ? 1.25 : 1;
    const waits = rank === 1 && queue === 20 ? 0.2 : 1;
    const durationNs = share * stepNs * slow * waits;
    rows.push({ launch: first + index, startNs: nowNs, durationNs, queue });
    nowNs += durationNs;
  }
  rows.push({
    launch: first + kernels.length,
    startNs: startNs + 0.05 * stepNs,
    durationNs: 0.2 * stepNs,
    queue: 14,
  });
  rows.sort((a, b) => a.startNs - b.startNs);
  timeline.addActivity({
    count: rows.length,
    startNs: Float64Array.from(rows, (row) => row.startNs),
    durationNs: Float64Array.from(rows, (row) => row.durationNs),
    launch: Uint32Array.from(rows, (row) => row.launch),
    queue: Uint32Array.from(rows, (row) => row.queue),
  });
  timeline.addStep({ number: at + 1, startNs, endNs: startNs + stepNs, samples: 64, rank });
  addHostRanges(timeline, rank, [['next(dataloader)', startNs, startNs + 0.04 * stepNs]]);
}

/** Its moment after so many seconds, looked at every second on the way, with the details that are asked for. */
export function twoRankMoment(seconds: number, asked: Partial<DetailsAsked> = {}): Snapshot {
  const timeline = emptyTimeline([device('gpu0'), device('gpu1')]);
  for (const rank of [0, 1]) addRank(timeline, rank);
  const view = new LiveView(timeline);
  let at = 0;
  for (let now = 1; now <= seconds; now++) {
    for (; (at + 1) * stepNs <= now * second; at++) for (const rank of [0, 1]) addStep(timeline, rank, at);
    view.snapshot(now * second);
  }
  return view.snapshot(seconds * second, { ...nothingAsked, ...asked });
}
