import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../src/model/timeline.ts';
import { buildReport } from '../../src/report/build.ts';
import { packLane, unpackLane } from '../../src/report/html/columns.ts';
import { type HtmlOptions, reportHtml } from '../../src/report/html/html.ts';
import { dataIds, type PageData } from '../../src/report/html/page-data.ts';
import { gpuRun } from '../support/gpu-run.ts';
import { addExecutions, emptyTimeline, testLaunch } from '../support/timelines.ts';

const test = suite('html');
const assets = { script: 'void 0;', style: 'body{}' };

function pageOf(timeline: Timeline, options: HtmlOptions = {}) {
  const html = reportHtml(buildReport(timeline, 500), timeline, assets, options);
  const inside = (id: string) => new RegExp(`id="${id}">([^<]*)</script>`).exec(html)?.[1] ?? '';
  const data = JSON.parse(inside(dataIds.page)) as PageData;
  const bytes = inflateRawSync(Buffer.from(inside(dataIds.executions), 'base64'));
  let at = 0;
  const lanes = data.timeline.lanes.map((lane) => {
    const columns = unpackLane(bytes, at, lane.bytes, lane.kept);
    at += lane.bytes[0] + lane.bytes[1] + lane.bytes[2];
    return columns;
  });
  return { html, data, lanes };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

test('a lane survives being packed, to the nanosecond', () => {
  const execution = fc.tuple(fc.nat(2 ** 40), fc.nat(2 ** 33), fc.nat(70_000));
  fc.assert(
    fc.property(fc.array(execution, { maxLength: 50 }), (list) => {
      list.sort((a, b) => a[0] - b[0]);
      const lane = {
        startNs: Float64Array.from(list, ([start]) => start),
        durationNs: Float64Array.from(list, ([, duration]) => duration),
        launch: Uint32Array.from(list, ([, , launch]) => launch),
      };
      const parts = packLane(lane);
      const bytes = Buffer.concat([Buffer.from('before'), ...parts]);
      const lengths = [parts[0].length, parts[1].length, parts[2].length] as const;
      assert.equal(unpackLane(bytes, 6, lengths, list.length), lane);
    }),
  );
});

test('every execution is in the page, a lane a stream, in order', () => {
  const timeline = gpuRun({ executions: 500, devices: 2 });
  const { data, lanes } = pageOf(timeline);
  assert.equal(
    data.timeline.lanes.map(({ device, queue, communication }) => [device, queue, communication]),
    ['gpu0', 'gpu1'].flatMap((device) => [
      [device, 7, false],
      [device, 14, false],
      [device, 20, true],
    ]),
  );
  const total = sum(timeline.activity.map(({ count }) => count));
  assert.is(sum(data.timeline.lanes.map(({ kept }) => kept)), total);
  assert.equal(data.timeline.omissions, []);
  for (const { startNs, launch } of lanes) {
    assert.ok(startNs.every((start, at) => at === 0 || start >= (startNs[at - 1] as number)));
    assert.ok(launch.every((index) => index < data.timeline.launches.name.length));
  }
  const durations = sum(lanes.flatMap(({ durationNs }) => [...durationNs]));
  assert.is(durations, sum(timeline.activity.flatMap(({ durationNs }) => [...durationNs].map(Math.round))));
});

test('boxes know their kernel, shape and occupancy', () => {
  const { data } = pageOf(gpuRun({ executions: 200 }));
  const { launches } = data.timeline;
  const at = launches.name.findIndex((name) => launches.names[name]?.includes('sgemm_128x64'));
  assert.ok(at >= 0);
  assert.equal(launches.shape[at]?.grid, [512, 1, 1]);
  assert.is(data.report.topKernels[launches.kernel[at] ?? -1]?.name, 'ampere_sgemm_128x64_tn');
  const occupancy = launches.occupancy[at] ?? 0;
  assert.ok(occupancy > 0.1 && occupancy <= 1);
});

test('charts have figures of devices, steps and what was sampled; NaN is counted, not drawn as 0', () => {
  const timeline = gpuRun({ executions: 500 });
  const loss = timeline.series.find(({ series }) => series.metric === 'loss');
  assert.ok(loss);
  loss.values[3] = Number.NaN;
  const { charts } = pageOf(timeline).data;
  assert.is(charts.devices.length, 1);
  assert.ok(charts.devices[0]?.smActive.every((value) => value !== null && value >= 0 && value <= 1));
  const metrics = charts.series.map(({ metric }) => metric);
  assert.equal([...metrics].sort(), ['loss', 'samplesPerSecond', 'stepSeconds', 'util']);
  const drawn = charts.series.find(({ metric }) => metric === 'loss');
  assert.is(drawn?.values[3], null);
  assert.is(drawn?.notFinite, 1);
});

test('of too many executions the longest stay, and the page says so', () => {
  const timeline = gpuRun({ executions: 2000 });
  const { data, lanes } = pageOf(timeline, { mostExecutions: 300 });
  assert.is(sum(data.timeline.lanes.map(({ kept }) => kept)), 300);
  assert.match(data.timeline.omissions.join(' '), /300 longest of 2,\d+ executions/);
  const least = Math.min(...lanes.flatMap(({ durationNs }) => [...durationNs]));
  const longer = timeline.activity
    .flatMap(({ durationNs }) => [...durationNs])
    .filter((ns) => ns > least + 1);
  assert.ok(longer.length < 300);
  assert.ok(data.timeline.lanes.every(({ overview }) => overview.length > 1000));
});

test('executions that deflate badly are cut to the bytes that there are', () => {
  const timeline = gpuRun({ executions: 3000 });
  const { html, data } = pageOf(timeline, { mostBytes: 4000 });
  const base64 = /octet-stream" id="[^"]+">([^<]*)</.exec(html)?.[1] ?? '';
  assert.ok(base64.length <= 4000 * 1.34, `${base64.length} characters`);
  assert.ok(sum(data.timeline.lanes.map(({ kept }) => kept)) > 300);
  assert.match(data.timeline.omissions.join(' '), /longest of 3,\d+ executions/);
});

test('executions of equal length do not break the limit', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  addExecutions(
    timeline,
    Array.from({ length: 100 }, (_, at) => [0, at * 10, 5] as const),
  );
  const { data } = pageOf(timeline, { mostExecutions: 10 });
  assert.is(data.timeline.lanes[0]?.kept, 10);
  assert.is(data.timeline.lanes[0]?.total, 100);
});

test('a hundred thousand streams become a few lanes and a sentence', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch());
  const count = 100_000;
  timeline.addActivity({
    count,
    startNs: Float64Array.from({ length: count }, (_, at) => at),
    durationNs: new Float64Array(count).fill(10),
    launch: new Uint32Array(count),
    queue: Uint32Array.from({ length: count }, (_, at) => at),
  });
  const { data } = pageOf(timeline);
  assert.is(data.timeline.lanes.length, 48);
  assert.match(data.timeline.omissions.join(' '), /48 busiest of 100,000 streams/);
});

test('hostile names neither end an element nor pass uncleaned; a long one does not fill the page', () => {
  const hostile = '</script><script>alert(1)</script><!-- \u001b[31m \u2028 "\'&';
  const timeline = gpuRun({ executions: 100, names: [hostile, 'x'.repeat(1e6)] });
  timeline.damage.push(hostile);
  const { html, data } = pageOf(timeline);
  assert.is(html.match(/<script/g)?.length, 3);
  assert.is(html.match(/<\/script>/g)?.length, 3);
  assert.not.ok(html.includes('\u001b') || html.includes('\u2028') || html.includes('<!-- '));
  assert.ok(html.length < 500_000);
  assert.ok(data.report.topKernels.some(({ name }) => name.startsWith('</script><script>alert(1)')));
  assert.ok(data.report.topKernels.every(({ name, shortName }) => name.length + shortName.length < 4100));
  assert.match(data.report.damage[0] ?? '', /^<\/script><script>alert/);
});

test('the page forbids itself every connection, and lets only its own script run', () => {
  const { html } = pageOf(gpuRun({ executions: 100 }));
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
  assert.match(policy, /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
  assert.not.match(html, /https?:\/\//);
});

test('a run of nothing is a page too', () => {
  const { data } = pageOf(emptyTimeline());
  assert.is(data.timeline.spanNs, 0);
  assert.equal(data.timeline.lanes, []);
  assert.equal(data.charts.devices, []);
});

test.run();
