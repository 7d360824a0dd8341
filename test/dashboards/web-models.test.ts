import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chartRows, chartSummary, chartsOf } from '../../dashboards/web/charts/chart-model.ts';
import { csvText } from '../../dashboards/web/csv.ts';
import { kernelColumns, missingColumns } from '../../dashboards/web/kernels/kernel-columns.ts';
import { firstQuery, selectKernels, sortedBy } from '../../dashboards/web/kernels/kernel-table-model.ts';
import { stepsSentence, verdictsOf } from '../../dashboards/web/sections/verdict-model.ts';
import { shortestNs, TimeView, zoomStretch } from '../../dashboards/web/time-view.ts';
import { isLight } from '../../dashboards/web/timeline/launch-labels.ts';
import { axisTicks, layoutTimeline, tickText } from '../../dashboards/web/timeline/layout.ts';
import { words } from '../../dashboards/web/words.ts';
import { absent, known } from '../../src/model/measured.ts';
import { buildReport } from '../../src/report/build.ts';
import { pageCharts } from '../../src/report/html/charts.ts';
import type { PageData } from '../../src/report/html/page-data.ts';
import type { Report } from '../../src/report/report.ts';
import type { Piece } from '../../src/report/verdict.ts';
import { gpuRun } from '../support/gpu-run.ts';
import { replicaTimeline } from '../support/replica-runs.ts';
import { addSamples, emptyTimeline } from '../support/timelines.ts';

const test = suite('web models');
const timeline = gpuRun({ executions: 300 });
const report = buildReport(timeline, 500);

function pageOf(change: Partial<PageData> = {}): PageData {
  return {
    schema: 'warpwatch.page/1',
    report,
    unlisted: { kernels: 0, share: 0 },
    timeline: {
      spanNs: 1e9,
      lanes: [],
      launches: { names: [], name: [], category: [], kernel: [], shape: [], occupancy: [] },
      steps: { number: [], startNs: [], endNs: [] },
      omissions: [],
    },
    charts: pageCharts(timeline, new Float64Array(timeline.launches.length).fill(0.5)),
    ...change,
  };
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}

test('a view stays within its window, however it is zoomed and panned', () => {
  const move = fc.oneof(
    fc.tuple(
      fc.constant('zoom'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
    ),
    fc.tuple(fc.constant('pan'), fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(0)),
  );
  fc.assert(
    fc.property(fc.array(move), fc.integer({ min: 1, max: 1e12 }), (moves, spanNs) => {
      const view = new TimeView(spanNs);
      for (const [kind, first, second] of moves) {
        if (kind === 'zoom') view.zoom(first, second);
        else view.pan(first);
        const { startNs, endNs } = view.stretch;
        assert.ok(startNs >= 0 && endNs <= spanNs * (1 + 1e-9));
        assert.ok(endNs - startNs >= Math.min(shortestNs, spanNs) * (1 - 1e-9));
      }
      view.reset();
      assert.ok(view.isWhole);
    }),
  );
});

test('what is under the pointer stays there while zooming', () => {
  const { startNs, endNs } = zoomStretch({ startNs: 1000, endNs: 2000 }, 0.25, 2, 1e6);
  assert.is(startNs + (endNs - startNs) * 0.25, 1250);
  assert.is(endNs - startNs, 500);
});

test('axes have round ticks that can be told apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 100, max: 1e11 }), (fromNs, length) => {
      const { stepNs, ticks } = axisTicks(fromNs, fromNs + length, 800);
      assert.ok(ticks.length <= 10);
      const texts = ticks.map((at) => tickText(at, stepNs, fromNs + length));
      assert.is(new Set(texts).size, texts.length, texts.join());
    }),
  );
  assert.is(tickText(12_500_000, 500_000, 20e6), '12.5 ms');
});

test('rows of the timeline do not overlap; several devices have headings', () => {
  const lane = {
    queue: 7,
    total: 1,
    kept: 1,
    busySeconds: 1,
    communication: false,
    bytes: [0, 0, 0],
    overview: '',
  } as const;
  const lanes = ['gpu0', 'gpu0', 'gpu1'].map((device, at) => ({ ...lane, device, queue: at }));
  const data = pageOf();
  const layout = layoutTimeline({ ...data, timeline: { ...data.timeline, lanes } }, 400);
  const rows = [layout.axis, ...layout.headings, ...layout.lanes].sort((a, b) => a.top - b.top);
  assert.is(layout.headings.length, 2);
  for (const [at, row] of rows.entries())
    assert.ok(row.top + row.height <= (rows[at + 1]?.top ?? layout.height));
});

test('CSV quotes what it must, and a spreadsheet runs nothing', () => {
  const text = csvText(
    ['name', 'value'],
    [
      ['a,"b"', 1.5],
      ['=HYPERLINK()', null],
      ['two\nlines', Number.NaN],
    ],
  );
  assert.is(text, 'name,value\r\n"a,""b""",1.5\r\n\'=HYPERLINK(),\r\n"two\nlines",\r\n');
});

test('the verdict sets util against the real figures, with absences by reason', () => {
  const [verdict] = verdictsOf(report);
  assert.ok(verdict);
  const text = textOf(verdict.sentence);
  assert.match(text, /^Util says \d+%, kernels ran for \d+% of the time, SMs were active \d+%, /);
  assert.ok(verdict.absences.some(({ words }) => words.length > 1));
  assert.ok(verdict.absences.every(({ why }) => why.length > 10));
  for (const { word } of verdict.figures) assert.ok(words[word], `${word} is defined`);
});

test('without samples the verdict says what util would say; of nothing it says that', () => {
  const [device] = report.devices;
  assert.ok(device);
  const none = absent('Not in a test.');
  const bare = (change: object): Report => ({ ...report, devices: [{ ...device, ...change }] });
  const [would] = verdictsOf(bare({ util: none, kernelBusy: known(0.7, 'launches') }));
  assert.match(textOf(would?.sentence ?? []), /^Util would say 70%/);
  const all = { util: none, kernelBusy: none, smActive: none, occupancy: none };
  const [nothing] = verdictsOf(bare({ ...all, kernelOccupancy: none, tensorKernels: none, peakShare: none }));
  assert.is(textOf(nothing?.sentence ?? []), 'How this device was used is not known.');
  assert.match(textOf(stepsSentence(report)), /^\d+ steps: .* samples\/s, util \d+%, smActive/);
});

test('the kernel table sorts both ways with unknown values last, and filters by name and category', () => {
  const columns = kernelColumns(report.topKernels);
  const kernels = report.topKernels;
  const up = selectKernels(kernels, columns, { ...firstQuery, descending: false }).map(
    (at) => kernels[at]?.totalSeconds ?? 0,
  );
  assert.equal(
    up,
    [...up].sort((a, b) => a - b),
  );
  const half = kernels.map((kernel, at) => (at % 2 === 0 ? kernel : { ...kernel, wavesPerSm: null }));
  for (const descending of [true, false]) {
    const order = selectKernels(half, columns, { ...firstQuery, sortBy: 'wavesPerSm', descending });
    const unknown = order.map((at) => half[at]?.wavesPerSm === null);
    assert.equal(unknown, [...unknown].sort());
  }
  const found = selectKernels(kernels, columns, { ...firstQuery, filter: 'SGEMM' });
  assert.ok(found.length >= 1 && found.every((at) => /sgemm/i.test(kernels[at]?.name ?? '')));
  const gemm = selectKernels(kernels, columns, { ...firstQuery, category: 'gemm' });
  assert.ok(gemm.length > 0 && gemm.every((at) => kernels[at]?.category === 'gemm'));
  assert.equal(sortedBy(firstQuery, 'totalSeconds', false), { ...firstQuery, descending: false });
  assert.equal(sortedBy(firstQuery, 'name', true), { ...firstQuery, sortBy: 'name', descending: false });
  assert.match(missingColumns(kernels).join(' '), /Not known for any kernel: FLOP\/s, of peak/);
});

test('charts join coarse and real lines of a device; each line has its own rows', () => {
  const [chart, ...others] = chartsOf(pageOf());
  assert.ok(chart);
  assert.equal(
    chart.lines.map(({ word }) => word),
    ['util', 'kernelBusy', 'gpuBusy', 'smActive', 'kernelOccupancy'],
  );
  assert.equal(others.map(({ title }) => title).sort(), ['loss', 'samplesPerSecond', 'stepSeconds']);
  const { head, rows } = chartRows(chart);
  assert.is(head[0], 'seconds');
  assert.ok(rows.every((row, at) => at === 0 || (row[0] ?? 0) > (rows[at - 1]?.[0] ?? 0)));
  assert.match(chartSummary(chart), /util from 9\d(\.\d)?% to/);
});

test('charts of a training begin with what it learned, and single layers have none where not all fit', () => {
  const run = gpuRun({ executions: 300 });
  const value: [number, number][] = [[1e6, 1]];
  for (let layer = 0; layer < 30; layer++) addSamples(run, null, `gradientRms/layer${layer}`, value);
  for (const metric of ['inputQueueCapacity', 'powerWatts', 'learningRate', 'validationMeanAveragePrecision'])
    addSamples(run, null, metric, value);
  const { series, omissions } = pageCharts(run, new Float64Array(run.launches.length));
  const names = series.filter(({ device }) => device === null).map(({ metric }) => metric);
  const places = ['samplesPerSecond', 'loss', 'validationMeanAveragePrecision', 'learningRate', 'powerWatts'];
  assert.equal(
    names.filter((name) => places.includes(name)),
    places,
  );
  assert.is(names.at(-1), 'inputQueueCapacity');
  assert.equal(omissions, ['The 30 figures of single layers have no chart; a Perfetto export has them.']);
});

test('accuracies, precision and shares of a training are drawn as shares', () => {
  const data = pageOf();
  const named = (metric: string) => ({
    device: null,
    metric,
    from: 'workload',
    seconds: [1],
    values: [0.25],
    notFinite: 0,
  });
  const metrics = ['validationMeanAveragePrecision50', 'inferenceModeAccuracy', 'repeatShare', 'boxLoss'];
  const charts = chartsOf({ ...data, charts: { ...data.charts, devices: [], series: metrics.map(named) } });
  assert.equal(
    charts.map(({ isRatio }) => isRatio),
    [true, true, true, false],
  );
});

test('a run of nothing has no chart and no verdict of zeros', () => {
  const empty = emptyTimeline();
  const data = pageOf({ report: buildReport(empty), charts: pageCharts(empty, new Float64Array()) });
  assert.equal(chartsOf(data), []);
  for (const { figures } of verdictsOf(data.report))
    assert.ok(figures.every(({ figure }) => figure.value !== null));
});

test('text on boxes is dark on light colours and light on dark ones', () => {
  assert.ok(isLight('#ddcc77'));
  assert.not.ok(isLight('#332288'));
});

test('figures that ranks tell of themselves are one chart, with a line a rank; a checksum is none', () => {
  const steps = [
    { ms: 100, loss: 2 },
    { ms: 100, loss: 1 },
  ];
  const replicas = [
    { steps, checksum: 7 },
    { steps, checksum: 7 },
  ];
  const two = replicaTimeline({ parallel: { mode: 'sync' }, replicas });
  const charts = chartsOf(pageOf({ charts: pageCharts(two, new Float64Array()) }));
  assert.equal(
    charts.map(({ title, lines }) => [title, lines.map(({ word }) => word).join()]),
    ['stepSeconds', 'samplesPerSecond', 'loss'].map((title) => [title, 'rank 0,rank 1']),
  );
  const many = Array.from({ length: 30 }, () => ({ steps }));
  const data = pageCharts(
    replicaTimeline({ parallel: { mode: 'sync' }, replicas: many }),
    new Float64Array(),
  );
  assert.is(data.series.length, 3 * 8);
  assert.equal(data.omissions, ['The first 8 of 30 ranks have a line.']);
});

test.run();
