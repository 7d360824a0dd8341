import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { absent } from '../../src/model/measured.ts';
import { buildReport } from '../../src/report/build.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { summaryLines } from '../../src/report/summary.ts';
import { reportText } from '../../src/report/text.ts';
import {
  addExecutions,
  addSamples,
  addSteps,
  type Execution,
  emptyTimeline,
  testDevice,
  testLaunch,
  testWorkload,
} from '../support/timelines.ts';

const test = suite('report');
const second = 1e9;

/** Ten steps of a second, each half filled by one kernel of 10 GFLOP. */
function trained() {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload();
  timeline.addLaunch(testLaunch({ flops: 10e9 }));
  addSteps(
    timeline,
    Array.from({ length: 10 }, () => second),
  );
  addExecutions(
    timeline,
    Array.from({ length: 10 }, (_, i): Execution => [0, i * second, 0.5 * second]),
  );
  addSamples(timeline, 'cpu', 'util', [
    [second, 0.9],
    [2 * second, 1],
  ]);
  addSamples(timeline, null, 'loss', [
    [0.5 * second, 4.6],
    [9.5 * second, 3.2],
  ]);
  return timeline;
}

test('it carries every key of the contract, and a source or a reason with each figure', () => {
  const report = buildReport(trained());
  assert.is(report.schema, 'warpwatch.report/1');
  assert.equal(report.source, { path: 'made-up', format: 'recording' });
  assert.equal(report.window, { startNs: '0', endNs: '10000000000', seconds: 10 });
  const [cpu] = report.devices;
  assert.ok(cpu);
  for (const figure of [
    'util',
    'kernelBusy',
    'gpuBusy',
    'smActive',
    'occupancy',
    'kernelOccupancy',
    'tensorActive',
    'dramActive',
    'mfu',
  ] as const) {
    const measured = cpu[figure];
    assert.ok(measured.value === null ? measured.why.length > 20 : measured.from.length > 2, figure);
  }
  // From the first kernel's start to the last one's end: 9.5 s, of which 5 are busy.
  assert.ok(Math.abs((cpu.kernelBusy.value ?? 0) - 5 / 9.5) < 1e-12);
  assert.is(cpu.util.value, 0.95);
  assert.is(cpu.kernels, 10);
  assert.is(cpu.kernelSeconds, 5);
  assert.is(cpu.idle.seconds.value, 4.5);
  assert.is(report.steps.count, 10);
  assert.is(report.steps.samplesPerSecond, 32);
  assert.is(report.steps.util.value, 0.5);
  assert.is(report.topKernels[0]?.share, 1);
});

test('a run of nothing reports nothing, with reasons', () => {
  const report = buildReport(emptyTimeline());
  assert.is(report.window, null);
  assert.is(report.steps.count, 0);
  assert.ok((report.steps.why ?? '').length > 20);
  assert.is(report.devices[0]?.kernelBusy.value, null);
  for (const text of [reportText(report), reportMarkdown(report), summaryLines(report).join('\n')]) {
    assert.not.match(text, /NaN|undefined|null|Infinity/);
  }
});

test('kernels that nobody recorded are not told as none, but with the reason that was given', () => {
  const timeline = emptyTimeline();
  const why = 'Kernels are not recorded here.';
  timeline.absences.push({ device: timeline.devices[0]?.id ?? '', metric: 'kernelBusy', why });
  const report = buildReport(timeline);
  for (const text of [reportText(report), reportMarkdown(report)]) {
    assert.not.match(text, /\b0 kernels/);
    assert.ok(text.includes(why), text);
  }
});

test('the summary has six lines, and calls synthetic data so', () => {
  const lines = summaryLines(buildReport(trained()));
  assert.is(lines.length, 6);
  assert.match(lines[0] ?? '', /resnet20.*10 steps of 32.*synthetic data/);
  assert.match(lines[1] ?? '', /4\.60 → 3\.20/);
  assert.match(lines[3] ?? '', /^cpu .*util 95%, kernelBusy 53%/);
});

/** Steps by turns in two ways, of a run that tells no loss. */
function byTurns() {
  const timeline = emptyTimeline();
  timeline.workload = testWorkload({ name: 'resnet20 inference' });
  timeline.addLaunch(testLaunch({ name: 'FusedConv2D', phase: 'fused', bytes: 2 ** 20 }));
  timeline.addLaunch(testLaunch({ phase: 'unfused|<b>', bytes: 2 ** 20 }));
  timeline.addLaunch(testLaunch({ name: 'Relu', phase: 'unfused|<b>', bytes: 2 ** 20 }));
  addSteps(timeline, [second, 2 * second]);
  addExecutions(timeline, [
    [0, 0, 0.5 * second],
    [1, second, 0.5 * second],
    [2, 1.5 * second, 0.25 * second],
  ]);
  return timeline;
}

test('a run without a loss has its phases side by side, and no accuracy', () => {
  const lines = summaryLines(buildReport(byTurns()));
  assert.is(lines.length, 6);
  assert.match(lines[0] ?? '', /^ran {7}resnet20 inference on .*: 2 steps of 32/);
  assert.is(
    lines[1],
    'phases    fused 1 kernels, 500 ms, 1.00 MiB, 32.0 samples/s; unfused|<b> 2 kernels, 750 ms, 2.00 MiB, 16.0 samples/s',
  );
  const silent = emptyTimeline();
  silent.workload = testWorkload();
  assert.is(summaryLines(buildReport(silent))[1], 'learned   nothing: no loss was reported');
});

test('phases have a table in each form, with what is known of them', () => {
  const report = buildReport(byTurns());
  assert.equal(
    report.phases.map(({ phase, kernels }) => [phase, kernels]),
    [
      ['fused', 1],
      ['unfused|<b>', 2],
    ],
  );
  const text = reportText(report);
  assert.match(text, /^phase +share +steps +kernels a step +time a step .* samples\/s$/m);
  assert.match(text, /^unfused\|<b> +60% +1 +2 +750 ms .* 2\.00 MiB +2\.67 MiB\/s +16\.0$/m);
  const markdown = reportMarkdown(report);
  assert.match(markdown, /## Phases\n\n\| phase \| share \|/);
  assert.not.match(markdown, /<b>/);
  const none = emptyTimeline();
  none.addLaunch(testLaunch({ phase: '' }));
  addExecutions(none, [[0, 0, second]]);
  assert.not.match(reportText(buildReport(none)), /^phase /m);
});

test('an unknown peak shows as a dash and its reason, never as 0', () => {
  const timeline = emptyTimeline([testDevice('cpu', absent('Nobody measured it.'))]);
  timeline.addLaunch(testLaunch());
  addExecutions(timeline, [[0, 0, second]]);
  const report = buildReport(timeline);
  assert.equal(report.devices[0]?.peakShare, { value: null, why: 'Nobody measured it.' });
  assert.match(reportMarkdown(report), /\| peakShare \| – \| Nobody measured it\. \|/);
});

test('a hostile kernel name reaches neither the terminal nor the page', () => {
  const timeline = emptyTimeline();
  timeline.addLaunch(testLaunch({ name: `\u001b[2J<script>alert(1)</script>|${'x'.repeat(1e6)}` }));
  addExecutions(timeline, [[0, 0, second]]);
  const report = buildReport(timeline);
  const [text, markdown] = [reportText(report), reportMarkdown(report)];
  assert.not.ok(text.includes('\u001b'));
  assert.ok(text.length < 5000);
  assert.not.match(markdown, /<script>/);
});

test('what is missing is said in every form', () => {
  const timeline = trained();
  timeline.losses.dropped = 1234;
  timeline.damage = ['training.stream was cut.'];
  const report = buildReport(timeline);
  assert.match(reportText(report), /1,234 dropped/);
  assert.match(reportText(report), /training\.stream was cut/);
  assert.match(reportMarkdown(report), /training\.stream was cut/);
  assert.is(report.loss.dropped, 1234);
});

test('a detector: the parts of its loss and its mean average precision stand in every form', () => {
  const timeline = trained();
  const figures = {
    classLoss: [4, 3],
    boxLoss: [0.6, 0.2],
    validationMeanAveragePrecision: [0.311],
    validationMeanAveragePrecision50: [0.57],
  };
  for (const [name, values] of Object.entries(figures)) {
    addSamples(
      timeline,
      null,
      name,
      values.map((value, at) => [(at + 0.5) * second, value]),
    );
  }
  const report = buildReport(timeline);
  assert.equal(report.training.lossParts, [
    { name: 'classLoss', first: 4, last: 3 },
    { name: 'boxLoss', first: 0.6, last: 0.2 },
  ]);
  assert.is(report.training.validationMeanAveragePrecision, 0.311);
  assert.match(reportText(report), /loss 4\.60 → 3\.20 \(classLoss 4\.00 → 3\.00, boxLoss 0\.600 → 0\.200\)/);
  for (const text of [reportText(report), reportMarkdown(report), summaryLines(report).join('\n')]) {
    assert.match(text, /mean average precision 31% in evaluation, 57% at an overlap of 0\.5/);
  }
});

test.run();
