import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../../../src/model/timeline.ts';
import {
  callRow,
  copyRow,
  executionsOf,
  globalPid,
  globalTid,
  gpuRow,
  hostRangesOf,
  kernelRow,
  type Report,
  readReport,
  smallReport,
  strings,
  writeReport,
} from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys report');
const folder = temporaryDirectory();
let files = 0;

function read(report: Report, more?: string): Promise<Timeline> {
  return readReport(writeReport(join(folder, `${files++}.sqlite`), report, more));
}

test('a report of today is read whole', async () => {
  const timeline = await read(smallReport());
  assert.equal(executionsOf(timeline), [
    'gpu0/7 1000+10000 void gemm<float, 128>(float *, int)',
    'gpu0/13 20000+5000 Memcpy HtoD (Pageable -> Device)',
  ]);
  assert.equal(timeline.launches[0]?.shape, {
    grid: [108, 2, 1],
    block: [256, 1, 1],
    registersPerThread: 64,
    staticSharedBytes: 1024,
    dynamicSharedBytes: 49_152,
  });
  assert.equal(timeline.launches[1]?.bytes, 4096);
  assert.is(timeline.originUnixNs, 1_779_782_330_176_752_435n);
  assert.is(timeline.run.createdAt, '2026-05-26T07:58:50.176Z');
  assert.equal(timeline.run.versions, { nsys: '2026.2.1.210' });
  const [device] = timeline.devices;
  assert.is(device?.id, 'gpu0');
  assert.is(device?.name, 'NVIDIA H100 80GB HBM3');
  assert.is(device?.smCount.value, 132);
  assert.is(device?.computeCapability.value, '9.0');
  assert.is(device?.memoryBytes.value, 85_024_112_640);
  assert.equal(timeline.damage, []);
  assert.equal(timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 });
  assert.equal(timeline.extent, { startNs: 1000, endNs: 25_000 });
});

test('kernels out of order come out in order, with their calls', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [9, 3, 5, 4, 8, 1].map((at) =>
        kernelRow({ start: at * 100_000, end: at * 100_000 + at, correlationId: at }),
      ),
      CUPTI_ACTIVITY_KIND_MEMCPY: [copyRow({ start: 450_000, correlationId: 6 })],
      CUPTI_ACTIVITY_KIND_RUNTIME: [1, 3, 4, 5, 6, 8, 9].map((at) =>
        callRow({ start: at * 1000, correlationId: at }),
      ),
    }),
  );
  const [block] = timeline.activity;
  assert.equal([...(block?.durationNs ?? [])], [1, 3, 4, 5000, 5, 8, 9]);
  assert.equal([...(block?.calls?.startNs ?? [])], [1000, 3000, 4000, 6000, 5000, 8000, 9000]);
});

test('copies and fills have the names of CUPTI', async () => {
  const kinds = [
    [2, 2, 1],
    [8, 2, 2],
    [10, 2, 2],
    [11, null, null],
    [77, null, null],
  ] as const;
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [],
      CUPTI_ACTIVITY_KIND_MEMCPY: kinds.map(([copyKind, srcKind, dstKind]) =>
        copyRow({ copyKind, srcKind, dstKind }),
      ),
      CUPTI_ACTIVITY_KIND_MEMSET: [{ ...copyRow(), memKind: 2 }, copyRow()],
    }),
  );
  assert.equal(
    timeline.launches.map(({ kind, name }) => `${kind} ${name}`),
    [
      'memcpy Memcpy DtoH (Device -> Pinned)',
      'memcpy Memcpy DtoD (Device -> Device)',
      'memcpy Memcpy PtoP (Device -> Device)',
      'memcpy Memcpy HtoD (Managed -> Managed)',
      'memcpy Memcpy Unknown (Unknown -> Unknown)',
      'memset Memset (Device)',
      'memset Memset (Unknown)',
    ],
  );
});

test('kernels launched in the same way share a launch, on each device its own', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_MEMCPY: [],
      CUPTI_ACTIVITY_KIND_KERNEL: [
        kernelRow(),
        kernelRow({ start: 20_000, gridX: 1 }),
        kernelRow({ start: 40_000 }),
        kernelRow({ start: 60_000, deviceId: 1 }),
      ],
    }),
  );
  assert.equal([...(timeline.activity[0]?.launch ?? [])], [0, 1, 0, 2]);
  assert.is(timeline.launches[2]?.device, 'gpu1');
});

test('the oldest schema: names as text, no types of events, no matching of devices', async () => {
  const timeline = await read({
    StringIds: smallReport()['StringIds'] ?? [],
    CUPTI_ACTIVITY_KIND_KERNEL: [
      { start: 5, end: 9, deviceId: 0, streamId: 7, correlationId: 1, shortName: strings.gemm },
    ],
    NVTX_EVENTS: [
      { start: 1, end: 4, text: 'forward', globalTid: globalTid(1, 2) },
      { start: 2, end: null, text: 'a domain', globalTid: globalTid(1, 2) },
    ],
    TARGET_INFO_GPU: [{ id: 0, name: 'Tesla V100', smCount: 80 }],
  });
  assert.equal(executionsOf(timeline), ['gpu0/7 5+4 gemm']);
  assert.is(timeline.launches[0]?.shape, null);
  assert.equal(hostRangesOf(timeline), ['2: annotation forward 1+3']);
  assert.is(timeline.devices[0]?.name, 'Tesla V100');
  assert.is(timeline.devices[0]?.smCount.value, 80);
  assert.match(String(Object.values(timeline.devices[0]?.computeCapability ?? {})), 'does not tell');
});

test('the number of a GPU is that of CUDA, not of the table', async () => {
  const report = smallReport({
    CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow(), kernelRow({ deviceId: 1 })],
    TARGET_INFO_GPU: [
      { ...gpuRow, id: 0, cuDevice: 1, name: 'second' },
      { ...gpuRow, id: 1, cuDevice: 0, name: 'first' },
    ],
  });
  const timeline = await read(report);
  assert.equal(
    timeline.devices.map(({ id, name }) => `${id} ${name}`),
    ['gpu0 first', 'gpu1 second'],
  );
});

test('processes that number the GPUs each in their own way are told apart', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow(), kernelRow({ globalPid: globalPid(200) })],
      CUPTI_ACTIVITY_KIND_MEMCPY: [],
      TARGET_INFO_GPU: [
        { ...gpuRow, id: 0, name: 'first' },
        { ...gpuRow, id: 1, cuDevice: 0, name: 'second' },
      ],
      TARGET_INFO_CUDA_DEVICE: [
        { gpuId: 0, cudaId: 0, pid: 100, numMultiprocessors: 132 },
        { gpuId: 1, cudaId: 0, pid: 200, numMultiprocessors: 132 },
      ],
    }),
  );
  assert.equal(
    timeline.devices.map(({ id, name }) => `${id} ${name}`),
    ['gpu0 first', 'gpu1 second'],
  );
  assert.equal(timeline.damage, []);
});

test('where the file does not tell whether two processes mean one GPU, that is said', async () => {
  const timeline = await read(
    smallReport({ CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow(), kernelRow({ globalPid: globalPid(200) })] }),
  );
  assert.is(timeline.devices.length, 1);
  assert.match(timeline.damage.join(), 'Processes 100, 200 all call a GPU 0');
});

test('of a device that the file does not describe, every figure has a reason', async () => {
  const { TARGET_INFO_GPU: _gpus, ...report } = smallReport();
  const [device] = (await read(report)).devices;
  assert.is(device?.name, 'GPU 0');
  for (const figure of [device?.smCount, device?.computeCapability, device?.memoryBytes]) {
    assert.match(String(Object.values(figure ?? {})), 'TARGET_INFO_GPU');
  }
});

test('times of an export that counts Unix time are exact', async () => {
  const base = 1_779_782_330_000_000_000n;
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow({ start: base + 176_000_003n, end: base + 176_000_010n })],
      CUPTI_ACTIVITY_KIND_MEMCPY: [copyRow({ start: base + 175_999_001n, end: base + 175_999_002n })],
      CUPTI_ACTIVITY_KIND_RUNTIME: [callRow({ start: base + 175_000_001n, end: base + 175_000_002n })],
      NVTX_EVENTS: [],
    }),
  );
  const [block] = timeline.activity;
  const unix = Array.from(block?.startNs ?? [], (start) => timeline.originUnixNs + BigInt(start) - base);
  assert.equal(unix, [175_999_001n, 176_000_003n]);
  assert.equal([...(block?.durationNs ?? [])], [1, 7]);
  assert.is(timeline.originUnixNs + BigInt(block?.calls?.startNs[1] ?? 0) - base, 175_000_001n);
});

test('a graph that was traced as one is told, and its kernels are not made up', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [],
      CUPTI_ACTIVITY_KIND_MEMCPY: [],
      CUPTI_ACTIVITY_KIND_GRAPH_TRACE: [
        { start: 0, end: 2_000_000, deviceId: 3, globalPid: globalPid(100), graphId: 1 },
      ],
    }),
  );
  assert.equal(executionsOf(timeline), []);
  assert.is(timeline.devices[0]?.id, 'gpu3');
  assert.match(timeline.damage.join(), '1 CUDA graph launches on gpu3 (2.00 ms) were not traced');
});

test('a rank is known where the environment or MPI tells it', async () => {
  const environment = (value: string): Report =>
    smallReport({ TARGET_INFO_SYSTEM_ENV: [{ name: 'DeviceEnvironment', value }] });
  const launched = await read(environment('A=1;RANK=3;WORLD_SIZE=8'));
  assert.equal(launched.ranks, [{ rank: 3, worldSize: 8, devices: ['gpu0'] }]);
  assert.is(launched.host.threads[0]?.rank, 3);
  assert.equal((await read(environment('RANK=0;WORLD_SIZE=1'))).ranks, []);

  const mpi = await read(
    smallReport({
      StringIds: [{ id: strings.python, value: 'MPI Rank 5' }],
    }),
  );
  assert.equal(mpi.ranks, [{ rank: 5, worldSize: null, devices: ['gpu0'] }]);
});

test.run();
