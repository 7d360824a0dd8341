import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExporterMetric, exporterMetrics } from '../../../collectors/prometheus/index.ts';
import { isFigure } from '../../../src/analysis/device-figures.ts';

const test = suite('metrics of other exporters');
const of = (name: string): ExporterMetric => {
  const found = exporterMetrics.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`${name} is not read`);
  return found;
};

test('each name is read once, as a figure or a part of the memory', () => {
  const names = exporterMetrics.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const { name, metric, memoryPart } of exporterMetrics) {
    assert.ok(isFigure(metric) || memoryPart !== null, name);
    assert.match(name, /^[A-Za-z_]+\d*[A-Za-z0-9_]*$/);
  }
});

test('units are ours, and numbers that cannot be are none', () => {
  assert.is(of('DCGM_FI_DEV_GPU_UTIL').accept(97), 0.97);
  assert.is(of('DCGM_FI_DEV_MEMORY_TEMP').accept(9.2e18), null);
  assert.is(of('DCGM_FI_PROF_SM_ACTIVE').accept(1.001), 1);
  assert.is(of('nvidia_smi_utilization_gpu_ratio').accept(0.42), 0.42);
  assert.is(of('nvidia_smi_utilization_gpu_ratio').accept(42), null);
  assert.is(Math.round(of('nvidia_smi_clocks_current_sm_clock_hz').accept(1.98e9) ?? 0), 1980);
  assert.is(of('nvidia_smi_power_draw_watts').accept(Number.NaN), null);
  assert.is(of('DCGM_FI_DEV_FB_FREE').accept(2), 2 * 2 ** 20);
});

test.run();
