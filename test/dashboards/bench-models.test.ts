import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sampleCharts, scalingCharts, timeCharts } from '../../dashboards/web/bench/bench-charts.ts';
import { runStyles } from '../../dashboards/web/bench/run-style.ts';
import { byReplicas, overSamples, overTime } from '../../dashboards/web/charts/chart-axis.ts';
import { chartRows, chartSummary } from '../../dashboards/web/charts/chart-model.ts';
import { measuredResult, simulatedResult } from '../support/bench-results.ts';

const test = suite('models of the page of bench');

test('curves are drawn over time and over samples, a line a run', () => {
  for (const [charts, head] of [
    [timeCharts(measuredResult()), 'seconds'],
    [sampleCharts(measuredResult()), 'samples'],
  ] as const) {
    assert.equal(
      charts.map(({ title, lines }) => [title, lines.length]),
      [
        ['Loss', 3],
        ['Accuracy', 3],
      ],
    );
    const [loss] = charts;
    assert.ok(loss);
    assert.equal(chartRows(loss).head, [head, 'single', 'sync, 2 replicas', 'async, 2 replicas']);
    assert.match(chartSummary(loss), `Loss over ${head === 'seconds' ? 'time' : head}: single from 0.`);
  }
  assert.equal(timeCharts(simulatedResult()), []);
});

test('scaling begins at one replica, and needs more than one number of them', () => {
  const [throughput, efficiency] = scalingCharts(measuredResult());
  assert.equal(
    efficiency?.lines.map(({ word, x, values }) => [word, x, values]),
    [
      ['sync', [1, 2], [1, 0.51]],
      ['async', [1, 2], [1, 0.73]],
    ],
  );
  assert.equal(throughput?.lines[0]?.values, [118, 121]);
  assert.is(scalingCharts(simulatedResult())[0]?.lines[0]?.x.length, 11);
  const result = measuredResult();
  assert.equal(scalingCharts({ ...result, runs: result.runs.slice(1) }), []);
});

test('runs differ in their dashes, not in colour alone', () => {
  const styles = runStyles(measuredResult().runs);
  assert.is(new Set(styles.map(({ dash }) => dash.join())).size, 3);
  assert.is(new Set(styles.map(({ colour }) => colour)).size, 3);
});

test('ticks of an axis lie on it, apart enough to be read', () => {
  assert.equal(byReplicas.ticks(1, 1024, 1000), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
  assert.equal(byReplicas.ticks(1, 1024, 250), [1, 4, 16, 64, 256, 1024]);
  assert.equal(overSamples.ticks(0, 4000, 400), [0, 1000, 2000, 3000, 4000]);
  const ticks = overTime.ticks(0, 32, 400);
  assert.equal(
    ticks.map((at) => overTime.text(at, ticks)),
    ['0 s', '10 s', '20 s', '30 s'],
  );
  assert.is(overTime.text(12, [12]), '12 s');
});

test.run();
