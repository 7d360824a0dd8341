import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { busyWithin, launchesOf } from '../../../../src/analysis/coverage.ts';
import type { ActivityKind } from '../../../../src/model/activity.ts';
import type { Timeline } from '../../../../src/model/timeline.ts';
import { readReport } from '../../../support/nsys.ts';
import { readSharedJson, sharedTrace, sharedTraces } from '../../../support/shared-traces.ts';

const test = suite('nsys shared traces');
const withTraces = sharedTraces(test);

interface GoldenDevice {
  readonly kernels: number;
  readonly memcpys: number;
  readonly memsets: number;
  readonly kernelDurSumUs: number;
  readonly kernelBusyUnionUs: number;
  readonly gpuBusyUnionUs: number;
  readonly spanUs: number;
}
type Golden = Readonly<Record<string, { readonly devices: Readonly<Record<string, GoldenDevice>> }>>;

const everything = ['kernel', 'memcpy', 'memset'] as const;

function figures(timeline: Timeline, device: string): GoldenDevice {
  const calls = { kernel: 0, memcpy: 0, memset: 0 };
  const wanted = launchesOf(timeline, device, everything);
  let kernelNs = 0;
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const block of timeline.activity) {
    for (let i = 0; i < block.count; i++) {
      const launch = block.launch[i] as number;
      const duration = block.durationNs[i] as number;
      const start = block.startNs[i] as number;
      const kind = timeline.launches[launch]?.kind;
      if (wanted[launch] !== 1 || kind === undefined) continue;
      calls[kind]++;
      if (kind === 'kernel') kernelNs += duration;
      startNs = Math.min(startNs, start);
      endNs = Math.max(endNs, start + duration);
    }
  }
  const busyUs = (kinds: readonly ActivityKind[]): number =>
    busyWithin(timeline, launchesOf(timeline, device, kinds), [{ startNs, endNs }]) / 1000;
  return {
    kernels: calls.kernel,
    memcpys: calls.memcpy,
    memsets: calls.memset,
    kernelDurSumUs: kernelNs / 1000,
    kernelBusyUnionUs: busyUs(['kernel']),
    gpuBusyUnionUs: busyUs(everything),
    spanUs: (endNs - startNs) / 1000,
  };
}

const files = ['nsysai_mfu_2gpu_before', 'nsysai_mfu_2gpu_after', 'pipit_saxpy_mpi_a100'].map(
  (name) => `${name}.sqlite.gz`,
);

withTraces('counts and busy time agree with the independent figures', async () => {
  const golden = readSharedJson('golden.json') as Golden;
  for (const file of files) {
    const timeline = await readReport(sharedTrace(file));
    const devices = Object.entries(golden[file]?.devices ?? {});
    assert.equal(
      timeline.devices.map(({ id }) => id),
      devices.map(([index]) => `gpu${index}`),
    );
    for (const [index, expected] of devices) {
      const found = figures(timeline, `gpu${index}`);
      for (const [figure, value] of Object.entries(found)) {
        assert.is(value, expected[figure as keyof GoldenDevice], `${file} gpu${index} ${figure}`);
      }
    }
  }
});

/** Sum over the GPUs of first to last kernel: what nsys-ai calls the step time of a capture without marked steps. */
function kernelSpanMs(timeline: Timeline): number {
  let sumNs = 0;
  for (const { id } of timeline.devices) {
    const wanted = launchesOf(timeline, id, ['kernel']);
    let startNs = Number.POSITIVE_INFINITY;
    let endNs = Number.NEGATIVE_INFINITY;
    for (const block of timeline.activity) {
      for (let i = 0; i < block.count; i++) {
        if (wanted[block.launch[i] as number] !== 1) continue;
        startNs = Math.min(startNs, block.startNs[i] as number);
        endNs = Math.max(endNs, (block.startNs[i] as number) + (block.durationNs[i] as number));
      }
    }
    sumNs += endNs - startNs;
  }
  return sumNs / 1e6;
}

function kernelMs(timeline: Timeline, part: string): number {
  return timeline.launches.reduce((sum, { kind, name }, index) => {
    const totals = timeline.launchTotals[index];
    return kind === 'kernel' && name.includes(part) ? sum + (totals?.durationNs ?? 0) / 1e6 : sum;
  }, 0);
}

withTraces('what nsys-ai publishes of before and after can be computed from the timelines', async () => {
  const before = await readReport(sharedTrace('nsysai_mfu_2gpu_before.sqlite.gz'));
  const after = await readReport(sharedTrace('nsysai_mfu_2gpu_after.sqlite.gz'));
  const near = (value: number, published: number) =>
    assert.ok(Math.abs(value - published) < 0.02, `${value} for ${published}`);
  near(kernelSpanMs(before), 598.52);
  near(kernelSpanMs(after), 598.46);
  near(kernelMs(before, ''), 535.2);
  near(kernelMs(after, ''), 488.84);
  near(kernelMs(after, 'flash_fwd') - kernelMs(before, 'flash_fwd'), -31.56);
  near(kernelMs(after, 'ncclDevKernel_SendRecv') - kernelMs(before, 'ncclDevKernel_SendRecv'), 8.34);
});

withTraces('calls, threads, ranks and devices of real reports', async () => {
  const before = await readReport(sharedTrace('nsysai_mfu_2gpu_before.sqlite.gz'));
  const starts = before.activity[0]?.calls?.startNs ?? new Float64Array();
  // Launched before the cut at which the fixture begins.
  assert.is(starts.filter(Number.isNaN).length, 31);
  assert.equal(before.steps, []);
  assert.ok(before.host.names.some(({ name, kind }) => name === 'aten::copy_' && kind === 'operator'));
  assert.equal(before.damage, []);

  const saxpy = await readReport(sharedTrace('pipit_saxpy_mpi_a100.sqlite.gz'));
  const [device] = saxpy.devices;
  assert.is(device?.name, 'NVIDIA A100-SXM4-40GB');
  assert.is(device?.smCount.value, 108);
  assert.equal(saxpy.ranks, [{ rank: 0, worldSize: null, devices: ['gpu0'] }]);
  assert.is(saxpy.host.names.filter(({ name }) => name === 'cudaMalloc').length, 1);
});

test.run();
