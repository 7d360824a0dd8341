import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seriesOf, type Timeline } from '../../../../src/model/timeline.ts';
import {
  gpuRow,
  kernelRow,
  type Report,
  type Row,
  readReport,
  smallReport,
  writeReport,
} from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys gpu metrics');
const folder = temporaryDirectory();
let files = 0;

function read(report: Report): Promise<Timeline> {
  return readReport(writeReport(join(folder, `${files++}.sqlite`), smallReport(report)));
}

const names2024 = [
  'GPC Clock Frequency [MHz]',
  'SMs Active [Throughput %]',
  'Tensor Active [Throughput %]',
  'Compute Warps in Flight [Avg]',
  'Compute Warps in Flight [Throughput %]',
  'DRAM Read Bandwidth [Throughput %]',
  'DRAM Write Bandwidth [Throughput %]',
];
const names2022 = [
  'GR Active',
  'SM Active',
  'Tensor Active',
  'Unallocated Warps in Active SMs',
  'Compute Warps In Flight',
  'DRAM Read Throughput',
  'DRAM Write Throughput',
];

/** A type as Nsight writes it: the machine above, the GPU in the lowest byte. It is no double. */
function typeOf(gpu: number): bigint {
  return 0x1234_5678_0000_0000n + BigInt(gpu);
}

function tableOf(names: readonly string[], gpu = 0): Row[] {
  return names.map((metricName, metricId) => ({ typeId: typeOf(gpu), metricId, metricName }));
}

function samples(gpu: number, timestamp: number, values: readonly number[]): Row[] {
  return values.map((value, metricId) => ({ timestamp, typeId: typeOf(gpu), metricId, value }));
}

function values(timeline: Timeline, metric: string, device = 'gpu0'): unknown {
  return seriesOf(timeline, device, metric)?.values;
}

test('counters of both schemas become ratios', async () => {
  for (const names of [names2024, names2022]) {
    const timeline = await read({
      TARGET_INFO_GPU_METRICS: tableOf(names),
      GPU_METRICS: [
        ...samples(0, 2000, [1700, 90, 40, 5, 30, 20, 10]),
        ...samples(0, 3000, [1700, 70, 0, 5, 10, 60, 50]),
      ],
    });
    assert.equal(values(timeline, 'smActive'), [0.9, 0.7]);
    assert.equal(values(timeline, 'tensorActive'), [0.4, 0]);
    assert.equal(values(timeline, 'occupancy'), [0.3, 0.1]);
    const dram = (values(timeline, 'dramActive') as number[]).map((value) => Number(value.toFixed(6)));
    assert.equal(dram, [0.3, 1]);
    assert.equal(seriesOf(timeline, 'gpu0', 'smActive')?.timesNs, [2000, 3000]);
    assert.is(seriesOf(timeline, 'gpu0', 'smActive')?.series.from, 'nsys gpu metrics');
  }
});

test('the GPU of a counter is found, though its number is not that of CUDA', async () => {
  const timeline = await read({
    CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow(), kernelRow({ deviceId: 1 })],
    TARGET_INFO_GPU: [
      { ...gpuRow, id: 0, cuDevice: 1 },
      { ...gpuRow, id: 1, cuDevice: 0 },
    ],
    TARGET_INFO_GPU_METRICS: [...tableOf(names2024, 0), ...tableOf(names2024, 1)],
    GPU_METRICS: [...samples(0, 1, [0, 11]), ...samples(1, 1, [0, 22])],
  });
  assert.equal(values(timeline, 'smActive', 'gpu1'), [0.11]);
  assert.equal(values(timeline, 'smActive', 'gpu0'), [0.22]);
});

test('a GPU that only has samples is a device, and one that nobody knows is told', async () => {
  const sampled = { TARGET_INFO_GPU_METRICS: tableOf(names2024, 1), GPU_METRICS: samples(1, 1, [0, 50]) };
  const known = await read({ ...sampled, TARGET_INFO_GPU: [gpuRow, { ...gpuRow, id: 1, cuDevice: 1 }] });
  assert.equal(
    known.devices.map(({ id }) => id),
    ['gpu0', 'gpu1'],
  );
  const unknown = await read(sampled);
  assert.is(unknown.devices.length, 1);
  assert.match(unknown.damage.join(), 'The counters of GPU 1 were left out');
});

test('what is no percentage is left out and counted', async () => {
  const timeline = await read({
    TARGET_INFO_GPU_METRICS: tableOf(names2024),
    GPU_METRICS: [...samples(0, 1, [0, -3]), ...samples(0, 2, [0, 101]), ...samples(0, 3, [0, 50])],
  });
  assert.equal(values(timeline, 'smActive'), [0.5]);
  assert.is(timeline.losses.outOfRange, 2);
});

test('a long recording keeps its mean in fewer points', async () => {
  const count = 300_000;
  const rows = Array.from({ length: count }, (_, at) => ({
    timestamp: at * 100,
    typeId: typeOf(0),
    metricId: 1,
    value: at % 100,
  }));
  const timeline = await read({ TARGET_INFO_GPU_METRICS: tableOf(names2024), GPU_METRICS: rows });
  const series = seriesOf(timeline, 'gpu0', 'smActive');
  assert.ok(series && series.values.length > 50_000 && series.values.length <= 131_072);
  const mean = (series?.values.reduce((sum, value) => sum + value, 0) ?? 0) / (series?.values.length ?? 1);
  assert.ok(Math.abs(mean - 0.495) < 1e-4, String(mean));
});

test('what was not sampled is absent with a reason', async () => {
  const timeline = await read({});
  for (const metric of ['util', 'smActive', 'occupancy', 'tensorActive', 'dramActive']) {
    const absence = timeline.absences.find((entry) => entry.device === 'gpu0' && entry.metric === metric);
    assert.ok(absence, metric);
  }
});

test.run();
