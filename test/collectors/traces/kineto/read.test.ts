import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  callEvent,
  executionsOf,
  hostEvent,
  kernelEvent,
  rangesOf,
  readEvents,
} from '../../../support/kineto.ts';

const test = suite('kineto: what a trace tells');

test('a kernel comes with its launch, its device and its call', async () => {
  const timeline = await readEvents([callEvent({ ts: 999_990 }), kernelEvent()]);
  const [execution] = executionsOf(timeline);
  assert.equal(execution, {
    launch: {
      kind: 'kernel',
      name: 'gemm',
      device: 'gpu0',
      layer: '',
      phase: '',
      shape: {
        grid: [216, 1, 1],
        block: [256, 2, 1],
        registersPerThread: 32,
        staticSharedBytes: 0,
        dynamicSharedBytes: 1024,
      },
      flops: null,
      bytes: null,
    },
    startNs: 10_000,
    durationNs: 10_000,
    queue: 7,
    callNs: 0,
    thread: '42',
  });
  const [device] = timeline.devices;
  assert.is(device?.name, 'NVIDIA A100-SXM4-40GB');
  assert.is(device?.vendor, 'NVIDIA');
  assert.equal(device?.smCount, { value: 108, from: 'kineto deviceProperties' });
  assert.is(device?.computeCapability.value, '8.0');
  assert.is(device?.peakFlops.value, null);
  assert.equal(timeline.damage, []);
});

test('copies and sets tell their bytes, whatever the year calls their category', async () => {
  const copy = { name: 'Memcpy HtoD (Pageable -> Device)' };
  const bytes = { bytes: 4096, grid: undefined, block: undefined };
  const timeline = await readEvents([
    kernelEvent({ ...copy, cat: 'gpu_memcpy' }, bytes),
    kernelEvent({ ...copy, cat: 'Memcpy', tid: 'stream 9' }, { ...bytes, stream: undefined }),
    kernelEvent({ name: 'Memset (Device)', cat: 'gpu_memset' }, bytes),
    kernelEvent({ name: 'Memset (Device)', cat: 'Memset' }, bytes),
    kernelEvent({ cat: 'Kernel' }),
  ]);
  const kinds = executionsOf(timeline).map(({ launch, queue }) => [launch?.kind, launch?.bytes, queue]);
  assert.equal(kinds, [
    ['memcpy', 4096, 7],
    ['memcpy', 4096, 9],
    ['memset', 4096, 7],
    ['memset', 4096, 7],
    ['kernel', null, 7],
  ]);
});

test('host ranges nest; calls that launch are none, calls that wait are', async () => {
  const timeline = await readEvents([
    hostEvent({ cat: 'user_annotation', name: 'forward', dur: 100 }),
    hostEvent({ name: 'aten::mm', ts: 1_000_010 }),
    callEvent({ name: 'cudaStreamSynchronize', ts: 1_000_020 }, 9),
    callEvent({ name: 'cudaMemcpyAsync', ts: 1_000_021 }, 10),
    callEvent({ name: 'cudaMemcpy', ts: 1_000_022 }, 5),
    callEvent({ name: 'hipExtModuleLaunchKernel', ts: 1_000_023 }, 11),
    kernelEvent({ cat: 'gpu_memcpy', ts: 1_000_024 }),
    hostEvent({ cat: 'python_function', name: 'main.py(3): <module>' }),
    hostEvent({ cat: 'gpu_user_annotation', name: 'forward' }),
    hostEvent({ cat: 'overhead', name: 'Activity Buffer Request' }),
  ]);
  assert.equal(
    rangesOf(timeline).map(({ name, kind, startNs }) => [name, kind, startNs]),
    [
      ['forward', 'annotation', 0],
      ['aten::mm', 'operator', 10_000],
      ['cudaStreamSynchronize', 'runtime', 20_000],
      ['cudaMemcpy', 'runtime', 22_000],
    ],
  );
  assert.is(executionsOf(timeline)[0]?.callNs, 22_000);
});

test('the earliest of two calls of one correlation asked first; no call is no guess', async () => {
  const timeline = await readEvents([
    kernelEvent({ ts: 1_000_050 }, { correlation: 2 ** 40 + 1 }),
    callEvent({ cat: 'cuda_driver', name: 'cuLaunchKernel', ts: 1_000_011 }, 2 ** 40 + 1),
    callEvent({ ts: 1_000_010 }, 2 ** 40 + 1),
    kernelEvent({ ts: 1_000_060 }, { correlation: 2 ** 40 + 2 }),
    kernelEvent({ ts: 1_000_070 }, { correlation: 0 }),
  ]);
  assert.equal(
    executionsOf(timeline).map(({ callNs }) => callNs),
    [0, Number.NaN, Number.NaN],
  );
});

test('steps are the profiler’s, once each, with their rank', async () => {
  const step = (number: number, ts: number, tid = 42) =>
    hostEvent({ cat: 'user_annotation', name: `ProfilerStep#${number}`, ts, dur: 100, tid });
  const timeline = await readEvents(
    [step(8, 1_000_200), step(7, 1_000_000), step(7, 1_000_001, 43), kernelEvent({ ts: 1_000_050 })],
    { distributedInfo: { backend: 'nccl', rank: 3, world_size: 8 } },
  );
  assert.equal(timeline.steps, [
    { number: 7, startNs: 0, endNs: 101_000, samples: null, rank: 3 },
    { number: 8, startNs: 200_000, endNs: 300_000, samples: null, rank: 3 },
  ]);
  assert.equal(timeline.ranks, [{ rank: 3, worldSize: 8, devices: ['gpu0'] }]);
  assert.equal(rangesOf(timeline), []);
});

test('begin and end make one range; what has no end is counted', async () => {
  const edge = (ph: string, name: string, ts: number) => hostEvent({ ph, name, ts, dur: undefined });
  const timeline = await readEvents([
    kernelEvent(),
    edge('B', 'outer', 1_000_000),
    edge('B', 'inner', 1_000_001),
    edge('E', 'inner', 1_000_003),
    edge('E', 'outer', 1_000_009),
    edge('E', 'never begun', 1_000_010),
    edge('B', 'never ended', 1_000_011),
  ]);
  assert.equal(
    rangesOf(timeline).map(({ name, startNs, durationNs }) => [name, startNs, durationNs]),
    [
      ['inner', 1000, 2000],
      ['outer', 0, 9000],
    ],
  );
  assert.is(timeline.losses.unfinished, 2);
});

test('threads have the names that metadata give them', async () => {
  const named = (tid: unknown, name: string) => ({
    name: 'thread_name',
    ph: 'M',
    pid: 41,
    tid,
    ts: 0,
    args: { name },
  });
  const timeline = await readEvents([
    hostEvent({ tid: '42' }),
    hostEvent({ tid: 43 }),
    hostEvent({ tid: 44 }),
    named(42, 'thread 42 (python3.8)'),
    named(43, 'thread 43 (pt_autograd_0)'),
    named(44, 'loader'),
    kernelEvent(),
  ]);
  assert.equal(
    timeline.host.threads.map(({ name }) => name),
    ['42', '43 pt_autograd_0', '44 loader'],
  );
});

test('what AMD does not tell is absent, and its device is not taken for an NVIDIA one', async () => {
  const lacking = { 'registers per thread': undefined, 'shared memory': undefined, device: 2 };
  const timeline = await readEvents(
    [kernelEvent({}, lacking), kernelEvent({ name: 'copyBuffer' }, { ...lacking, grid: undefined })],
    {
      deviceProperties: [
        { ...{ id: 0, name: 'AMD Instinct MI300X', computeMajor: 9, computeMinor: 4, numSms: 304 } },
      ],
      roctracer_version: 4.1,
    },
  );
  const [device] = timeline.devices;
  assert.is(device?.id, 'gpu2');
  assert.is(device?.vendor, 'AMD');
  assert.is(device?.computeCapability.value, null);
  assert.is(device?.smCount.value, 304);
  const [first, second] = timeline.launches;
  assert.equal(first?.shape?.grid, [216, 1, 1]);
  assert.ok(Number.isNaN(first?.shape?.registersPerThread));
  assert.is(second?.shape, null);
});

test('only devices with activity are listed, and unknown ones say so', async () => {
  const timeline = await readEvents(
    [kernelEvent({ pid: 5 }, { device: 5 }), kernelEvent({ pid: 1 }, { device: undefined })],
    {
      deviceProperties: [{ id: 0 }, { id: 1, name: 'Tesla V100', numSms: 80 }],
    },
  );
  assert.equal(
    timeline.devices.map(({ id, name, vendor, smCount }) => [id, name, vendor, smCount.value]),
    [
      ['gpu1', 'Tesla V100', 'NVIDIA', 80],
      ['gpu5', 'GPU 5', 'unknown', null],
    ],
  );
});

test('versions, date and title come from the trace; the host is not known', async () => {
  const { run } = await readEvents([kernelEvent({ ts: 5_000_000.25 })], {
    cuda_runtime_version: 12040,
    cupti_version: 22,
    baseTimeNanoseconds: 1_700_000_000_000_000,
  });
  assert.equal(run, {
    title: 'made-up',
    command: [],
    createdAt: '1970-01-20T16:13:25.000Z',
    host: null,
    versions: { cuda_runtime_version: '12.4', cupti_version: '22' },
  });
});

test.run();
