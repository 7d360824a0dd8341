import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { importTrace } from '../../collectors/traces/index.ts';
import type { Timeline } from '../../src/model/timeline.ts';
import { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { buildReport } from '../../src/report/build.ts';
import type { Report } from '../../src/report/report.ts';
import { readSharedJson, sharedTrace, sharedTraces } from '../support/shared-traces.ts';

const test = suite('report of the shared traces');
const traces = sharedTraces(test);
/** How near a ratio has to come to an independent figure. */
const ratioWithin = 0.0005;
/** Occupancy is a matter of rules that two implementations may round apart. */
const occupancyWithin = 0.005;

/** What golden.json holds of a device, computed apart from this project. */
interface GoldenDevice {
  readonly kernels: number;
  readonly memcpys: number;
  readonly memsets: number;
  readonly kernelDurSumUs: number;
  readonly spanUs: number;
  readonly kernelBusyPct: number;
  readonly gpuBusyPct: number;
  readonly durWeightedEstOccPct_recomputed_optinSmem?: number;
}

const files = {
  cupti: 'hta_cupti_profiler_benchmark_result_924719_1679055439_trace.json.gz',
  dfIndex: 'hta_df_index_resolver_df_index_resolver.json.gz',
  nccl: 'hta_nccl_parser_config_nccl_data.json.gz',
  control: 'hta_trace_diff_control_control.json.gz',
  testTrace: 'hta_trace_diff_test_test.json.gz',
  triton: 'hta_triton_example_triton_example.json.gz',
  after: 'nsysai_mfu_2gpu_after.sqlite.gz',
  before: 'nsysai_mfu_2gpu_before.sqlite.gz',
  saxpy: 'pipit_saxpy_mpi_a100.sqlite.gz',
  noWorkers: 'tb_resnet50_nw0_worker0.1623143089861.pt.trace.json.gz',
  fourWorkers: 'tb_resnet50_nw4_worker0.1623212756351.pt.trace.json.gz',
  b200: 'tl_b200_eager_trace.json.gz',
  falconsai: 'tl_h100_Falconsai_nsfw_image_detection__1016002.json.gz',
  qwen: 'tl_h100_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz',
  mi300: 'tl_mi300_Qwen_Qwen1.5-0.5B-Chat__1016005.json.gz',
} as const;

async function reportOf(file: string): Promise<Report> {
  return buildReport(await importTrace(sharedTrace(file)));
}

function within(actual: number | null, expected: number, tolerance: number, what: string): void {
  const distance = Math.abs((actual ?? Number.NaN) - expected);
  assert.ok(distance <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

for (const file of Object.values(files)) {
  traces(`${file} agrees with the independent figures`, async () => {
    const golden = readSharedJson('golden.json') as Record<string, { devices: Record<string, GoldenDevice> }>;
    const expected = golden[file]?.devices ?? {};
    const { devices } = await reportOf(file);
    assert.equal(
      devices.map(({ id }) => id).sort(),
      Object.keys(expected)
        .map((index) => `gpu${index}`)
        .sort(),
    );
    for (const device of devices) {
      const own = expected[device.id.slice('gpu'.length)];
      assert.ok(own);
      assert.equal([device.kernels, device.memcpys, device.memsets], [own.kernels, own.memcpys, own.memsets]);
      within(device.kernelSeconds * 1e6, own.kernelDurSumUs, 0.001 * own.kernels, 'kernelSeconds');
      within(device.window?.seconds ?? null, own.spanUs / 1e6, 1e-8, 'window');
      within(device.kernelBusy.value, own.kernelBusyPct / 100, ratioWithin, 'kernelBusy');
      within(device.gpuBusy.value, own.gpuBusyPct / 100, ratioWithin, 'gpuBusy');
      const occupancy = own.durWeightedEstOccPct_recomputed_optinSmem;
      if (occupancy !== undefined) {
        within(device.kernelOccupancy.value, occupancy / 100, occupancyWithin, 'kernelOccupancy');
      }
    }
  });
}

// What tb_plugin printed of these traces; its step times and DataLoader shares too.
for (const [file, util, smActive, occupancy, stepMicroseconds, loader] of [
  [files.noWorkers, 0.5551, 0.5468, 0.4913, 177_592, 0.3337],
  [files.fourWorkers, 0.7027, 0.6922, 0.4891, 141_068, 0.0084],
] as const) {
  traces(`${file}: steps are those of tb_plugin`, async () => {
    const { steps } = await reportOf(file);
    within(steps.util.value, util, ratioWithin, 'util');
    within(steps.smActive.value, smActive, ratioWithin, 'smActive');
    within(steps.kernelOccupancy.value, occupancy, ratioWithin, 'kernelOccupancy');
    within((steps.meanSeconds ?? 0) * 1e6, stepMicroseconds, 1, 'step');
    const share = steps.hostWork.find(({ name }) => name.startsWith('enumerate(DataLoader)'))?.share ?? 0;
    within(share, loader, ratioWithin, 'DataLoader');
  });
}

// What HTA prints (idle, overlap), where it looks at all that was recorded.
for (const [file, idle, overlap] of [
  [files.control, 0.162, null],
  [files.noWorkers, 0.3943, null],
  [files.dfIndex, null, 0],
] as const) {
  traces(`${file} agrees with HTA`, async () => {
    const [device] = (await reportOf(file)).devices;
    const share = (device?.idle.seconds.value ?? 0) / (device?.window?.seconds ?? 0);
    if (idle !== null) within(share, idle, 0.005, 'idle');
    if (overlap !== null) within(device?.communication.overlap.value ?? null, overlap, 0.005, 'overlap');
  });
}

/** What HTA leaves of a trace: executions called for before the last step began, and none whose call is unknown. */
function asHta(timeline: Timeline): Timeline {
  const lastStepNs = Math.max(...timeline.steps.map(({ startNs }) => startNs));
  const { source, run, originUnixNs, devices, launches, activity } = timeline;
  const kept = new TimelineBuilder(source, run, originUnixNs);
  for (const device of devices) kept.addDevice(device);
  for (const launch of launches) kept.addLaunch(launch);
  for (const { count, startNs, durationNs, launch, queue, calls } of activity) {
    const wanted = [...Array(count).keys()].filter((i) => (calls?.startNs[i] ?? Number.NaN) < lastStepNs);
    kept.addActivity({
      count: wanted.length,
      startNs: Float64Array.from(wanted, (i) => startNs[i] as number),
      durationNs: Float64Array.from(wanted, (i) => durationNs[i] as number),
      launch: Uint32Array.from(wanted, (i) => launch[i] as number),
      queue: Uint32Array.from(wanted, (i) => queue[i] as number),
    });
  }
  return kept;
}

for (const [file, idle, overlap] of [
  [files.dfIndex, 0.4608, 0],
  [files.control, 0.162, 0.4703],
  [files.testTrace, 0.0747, 0.688],
] as const) {
  traces(`${file} agrees with HTA on the part that HTA looks at`, async () => {
    const [device] = buildReport(asHta(await importTrace(sharedTrace(file)))).devices;
    within((device?.idle.seconds.value ?? 0) / (device?.window?.seconds ?? 0), idle, 0.0001, 'idle');
    within(device?.communication.overlap.value ?? null, overlap, 0.0001, 'overlap');
  });
}

traces('idle parts sum to the idle time in every trace', async () => {
  for (const file of Object.values(files)) {
    for (const { idle, gpuBusy, window } of (await reportOf(file)).devices) {
      const parts = [idle.hostBound, idle.launchBound, idle.other].map(({ value }) => value ?? Number.NaN);
      within(
        parts.reduce((sum, value) => sum + value, 0),
        idle.seconds.value ?? 0,
        1e-12,
        file,
      );
      within((idle.seconds.value ?? 0) / (window?.seconds ?? 0), 1 - (gpuBusy.value ?? 0), 1e-9, file);
    }
  }
});

traces('a trace without kernels has a sentence in place of devices', async () => {
  const { devices, damage, topKernels } = await reportOf(files.cupti);
  assert.equal([devices.length, topKernels.length], [0, 0]);
  assert.match(damage.join(' '), /no kernel/);
});

test.run();
