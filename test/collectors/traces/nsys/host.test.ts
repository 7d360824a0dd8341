import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../../../src/model/timeline.ts';
import {
  callRow,
  globalPid,
  globalTid,
  hostRangesOf,
  kernelRow,
  type Report,
  rangeRow,
  readReport,
  smallReport,
  strings,
  writeReport,
} from '../../../support/nsys.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';

const test = suite('nsys host');
const folder = temporaryDirectory();
let files = 0;

function read(report: Report, more?: string): Promise<Timeline> {
  return readReport(writeReport(join(folder, `${files++}.sqlite`), report, more));
}

test('launches are calls, and what else the host did are ranges', async () => {
  const timeline = await read(smallReport());
  const calls = timeline.activity[0]?.calls;
  assert.equal([...(calls?.startNs ?? [])], [500, 12_000]);
  assert.equal(hostRangesOf(timeline), [
    'python: runtime cudaStreamSynchronize 13000+13000',
    'python: annotation forward 0+1000',
  ]);
});

test('a copy that the host waits for is a call and a range', async () => {
  const timeline = await read(
    smallReport({ CUPTI_ACTIVITY_KIND_RUNTIME: [callRow({ correlationId: 2, nameId: strings.copy })] }),
  );
  assert.equal([...(timeline.activity[0]?.calls?.startNs ?? [])], [Number.NaN, 500]);
  assert.ok(hostRangesOf(timeline).includes('python: runtime cudaMemcpy 500+200'));
});

test('calls are matched within their process', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [
        kernelRow(),
        kernelRow({ start: 2000, deviceId: 1, globalPid: globalPid(200) }),
      ],
      CUPTI_ACTIVITY_KIND_MEMCPY: [],
      CUPTI_ACTIVITY_KIND_RUNTIME: [
        callRow({ start: 700, globalTid: globalTid(200, 201) }),
        callRow({ start: 600, globalTid: globalTid(100, 101) }),
      ],
    }),
  );
  const calls = timeline.activity[0]?.calls;
  assert.equal([...(calls?.startNs ?? [])], [600, 700]);
  const names = timeline.host.threads.map(({ name }) => name);
  assert.equal(
    Array.from(calls?.thread ?? [], (thread) => names[thread]),
    ['python', '201'],
  );
});

test('every kernel of a graph launch has its call', async () => {
  const timeline = await read(
    smallReport({
      CUPTI_ACTIVITY_KIND_KERNEL: [kernelRow(), kernelRow({ start: 12_000 }), kernelRow({ start: 30_000 })],
      CUPTI_ACTIVITY_KIND_MEMCPY: [],
    }),
  );
  assert.equal([...(timeline.activity[0]?.calls?.startNs ?? [])], [500, 500, 500]);
});

test('the second record of a call, made for its backtrace, is left out', async () => {
  const twice = { start: 100, correlationId: 9, nameId: strings.malloc };
  const timeline = await read(
    smallReport({ CUPTI_ACTIVITY_KIND_RUNTIME: [callRow({ ...twice, eventClass: 67 }), callRow(twice)] }),
  );
  assert.is(hostRangesOf(timeline).filter((range) => range.includes('cudaMalloc')).length, 1);
});

test('where calls were not traced, what CUPTI saw of waiting stands for them', async () => {
  const { CUPTI_ACTIVITY_KIND_RUNTIME: _calls, ...report } = smallReport({
    CUPTI_ACTIVITY_KIND_SYNCHRONIZATION: [{ start: 10, end: 30, globalPid: globalPid(100), syncType: 3 }],
  });
  const timeline = await read(report);
  assert.is(timeline.activity[0]?.calls, undefined);
  assert.ok(hostRangesOf(timeline).some((range) => range.endsWith('runtime Stream synchronization 10+20')));
});

test('names of PyTorch operators lose the numbers of one execution', async () => {
  const timeline = await read(
    smallReport({
      NVTX_EVENTS: ['aten::add, seq = 7, op_id = 12', 'aten::add, op_id = 13', 'aten::to'].map((text, at) =>
        rangeRow({ text, start: at * 10, end: at * 10 + 5 }),
      ),
    }),
  );
  assert.equal(
    timeline.host.names.filter(({ kind }) => kind !== 'runtime'),
    [
      { name: 'aten::add', kind: 'operator' },
      { name: 'aten::to', kind: 'annotation' },
    ],
  );
});

test('texts by number, marks, and ranges that need not nest', async () => {
  const timeline = await read(
    smallReport({
      NVTX_EVENTS: [
        rangeRow({ text: null, textId: strings.loadBatch }),
        rangeRow({ eventType: 60, text: 'request', start: 500, end: 1500 }),
        rangeRow({ eventType: 34, text: 'epoch done', start: 600, end: null }),
        rangeRow({ eventType: 75, text: 'NCCL', end: null }),
        rangeRow({ text: 'never ended', end: null }),
      ],
    }),
  );
  assert.equal(hostRangesOf(timeline).slice(1), [
    'python: annotation load batch 0+1000',
    'python (start/end ranges): annotation request 500+1000',
  ]);
  assert.equal(timeline.marks, [{ name: 'epoch done', startNs: 600, endNs: 600, text: '' }]);
  assert.is(timeline.losses.unfinished, 1);
});

test.run();
