import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LiveView } from '../../src/analysis/live.ts';
import { buildReport } from '../../src/report/build.ts';
import { checkReport } from '../../src/report/check/check.ts';
import { parseRequirement } from '../../src/report/check/parse.ts';
import { reportMarkdown } from '../../src/report/markdown.ts';
import { summaryLines } from '../../src/report/summary.ts';
import { reportText } from '../../src/report/text.ts';
import { madeUpRun, outputAlone, stepNs } from '../analysis/advice/health/health-timelines.ts';

const test = suite('report of training health');

test('figures of health stand in the JSON, in lines of the text and in Markdown', () => {
  const report = buildReport(
    madeUpRun({ figures: { gradientCosine: () => 0.2, inputWaitSeconds: () => 0.012 } }),
  );
  const { health } = report.training;
  assert.ok(Math.abs((health?.gradientNoise ?? 0) - 4) < 1e-9);
  assert.ok(Math.abs((health?.noiseBatchSize ?? 0) - 128) < 1e-6);
  assert.ok(Math.abs((health?.inputWaitShare ?? 0) - 0.12) < 1e-9);
  assert.is(health?.queueCapacity, 4);
  assert.is(health?.duplicateShare, 0);
  const text = reportText(report);
  assert.match(
    text,
    /\n {2}gradient norm \d\.\d\d → \d\.\d\d, an update changes the weights by 0\.[34]% of their size\n {2}gradient noise 4\.00 times the signal; equal at a batch of 128\n/,
  );
  assert.match(
    text,
    /\n {2}the same batches in training and in inference mode: accuracy \d\d% and \d\d%, loss 3\.\d\d and 3\.\d\d\n/,
  );
  assert.match(
    text,
    '\n  input wait 12% of a step, queue 3.0 of 4 batches on average, empty at 0% of the fetches\n',
  );
  assert.match(reportMarkdown(report), '\n\ninput wait 12% of a step');
});

test('a run that reports none has none', () => {
  const report = buildReport(madeUpRun({ figures: outputAlone ?? {} }));
  assert.is(report.training.health, null);
  assert.not.match(reportText(report), /gradient|input wait|inference mode/);
});

test('norms that are no numbers stay visible, and means leave them out', () => {
  const report = buildReport(
    madeUpRun({
      figures: { gradientNorm: (step) => (step > 50 ? Number.NaN : 2), updateRatio: () => Number.NaN },
    }),
  );
  assert.is(report.training.health?.lastGradientNorm, 'NaN');
  assert.is(report.training.health?.updateRatio, null);
  assert.match(reportText(report), 'gradient norm 2.00 → NaN\n  gradient noise');
  assert.is(JSON.parse(JSON.stringify(report)).training.health.lastGradientNorm, 'NaN');
});

test('a requirement may ask for health', () => {
  const report = buildReport(madeUpRun());
  const holds = (text: string) => checkReport(report, [parseRequirement(text)]).passed;
  assert.is(holds('training.health.inputWaitShare<=10%'), true);
  assert.is(holds('training.health.inputWaitShare>10%'), false);
  assert.is(holds('advice.repeated-data==ok'), true);
  assert.is(holds('advice.frozen-layers==ok'), true);
});

test('a fault on purpose is told wherever the workload is', () => {
  const report = buildReport(madeUpRun({ workload: { fault: 'frozen-bn' } }));
  assert.match(reportText(report), 'batch 32; fault: frozen-bn (on purpose)');
  assert.match(summaryLines(report)[0] ?? '', /; fault: frozen-bn \(on purpose\)$/);
  assert.match(reportMarkdown(report), 'fault: frozen-bn (on purpose)');
  assert.not.match(reportText(buildReport(madeUpRun())), 'on purpose');
  const odd = buildReport(madeUpRun({ workload: { fault: '\u001b[2J<b>' } }));
  assert.ok(!reportText(odd).includes('\u001b'));
  assert.ok(!reportMarkdown(odd).includes('<b>'));
});

test('the live view tells how the last steps waited and how full the queue is', () => {
  const timeline = madeUpRun({
    figures: {
      inputWaitSeconds: (step) => (step > 80 ? 0.03 : 0),
      inputQueueDepth: (step) => (step === 100 ? 2 : 1),
    },
  });
  const view = new LiveView(timeline).snapshot(101 * stepNs);
  assert.ok(Math.abs((view.training?.input?.waitShare ?? 0) - 0.3) < 1e-9);
  assert.is(view.training?.input?.queueDepth, 2);
  assert.is(view.training?.input?.queueCapacity, 4);
  const without = madeUpRun({ figures: outputAlone ?? {} });
  assert.is(new LiveView(without).snapshot(stepNs).training?.input, null);
});

test.run();
