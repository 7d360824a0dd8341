import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exporterMetrics } from '../../../collectors/prometheus/index.ts';
import { ownMetrics } from '../../../src/analysis/fleet/own-metrics.ts';
import { readersOf } from '../../../src/analysis/fleet/readers.ts';
import { metricFamilies } from '../../../src/export/metrics/families.ts';
import { prometheusName } from '../../../src/model/metric-names.ts';

const test = suite('own metrics');
const exported = new Set(metricFamilies.map(prometheusName));

test('every figure is read under the name that serve gives it', () => {
  const missing = ownMetrics.filter(({ name }) => !exported.has(name)).map(({ name }) => name);
  assert.equal(missing, []);
  const read = new Set(ownMetrics.map(({ name }) => name));
  const unread = [...exported].filter((name) => name.startsWith('warpwatch_gpu_') && !read.has(name)).sort();
  assert.equal(unread, [
    'warpwatch_gpu_last_xid_timestamp_seconds',
    'warpwatch_gpu_processes',
    'warpwatch_gpu_throttled',
    'warpwatch_gpu_up',
  ]);
});

test('whatever else is read of serve is a metric of serve', () => {
  const own = [...readersOf(exporterMetrics).values()].filter(({ exporter }) => exporter === 'warpwatch');
  assert.ok(own.length > ownMetrics.length);
  assert.equal(
    own.filter(({ name }) => !exported.has(name)).map(({ name }) => name),
    [],
  );
});

test('a clock comes back in megahertz', () => {
  const clock = ownMetrics.find(({ name }) => name === 'warpwatch_gpu_sm_clock_hertz');
  assert.equal([clock?.figure, clock?.scale], ['smClockMegahertz', 1e6]);
});

test.run();
