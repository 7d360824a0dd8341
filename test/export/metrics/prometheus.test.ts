import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePrometheusText } from '../../../collectors/dcgm/prometheus-text.ts';
import type { Snapshot } from '../../../src/analysis/snapshot.ts';
import type { MetricsMoment } from '../../../src/export/metrics/moment.ts';
import { printMetrics } from '../../../src/export/metrics/prometheus.ts';
import { gpuDevice, hopper } from '../../dashboards/device-views.ts';
import { gpus, hungGpu, mig } from '../../dashboards/gpu-snapshots.ts';
import { nanLoss, running } from '../../dashboards/snapshots.ts';
import { needs } from '../../support/needs.ts';
import { momentOf } from './moments.ts';

const test = suite('metrics for Prometheus');
const withPromtool = needs('promtool', test);
const idle = { util: 0, smActive: 0, occupancy: 0, tensor: 0, dram: 0, gap: '' };

withPromtool('promtool has no word against them', async () => {
  const runs = [{ name: 'r1', snapshot: nanLoss() }];
  for (const machine of [gpus(8), gpus(0), mig, hungGpu]) {
    const text = await printMetrics(momentOf(machine, runs), 'text');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    assert.is(status, 0, stderr);
    assert.is(stdout + stderr, '');
  }
});

test('OpenMetrics says the same with a counter family without its ending, and has an end', async () => {
  const text = await printMetrics(momentOf(), 'openmetrics');
  assert.match(text, /^# TYPE warpwatch_gpu_energy_joules counter$/m);
  assert.match(text, /^warpwatch_gpu_energy_joules_total\{/m);
  assert.ok(text.endsWith('\n# EOF\n'));
  const lines = (page: string) => page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(lines(text), lines(await printMetrics(momentOf(), 'text')));
});

test('values are short, counters and bytes whole', async () => {
  const machine = gpus(1);
  const text = await printMetrics(momentOf({ ...machine, elapsedSeconds: 1 }), 'text');
  assert.match(text, /^warpwatch_gpu_energy_joules_total\{[^}]*\} 3100000000$/m);
  assert.match(text, /^warpwatch_gpu_memory_util_ratio\{[^}]*\} 0\.146667$/m);
});

test('of values that are no numbers only a loss is told', async () => {
  const { training } = nanLoss();
  const input = { waitShare: Number.NaN, queueDepth: null, queueCapacity: null };
  const snapshot = { ...nanLoss(), training: training && { ...training, input } };
  const text = await printMetrics(momentOf(gpus(0), [{ name: 'r1', snapshot }]), 'text');
  assert.match(text, /^warpwatch_training_loss\{[^}]*\} nan$/im);
  assert.not.match(text, /input_wait/);
});

test('a family that has nothing to tell is not there', async () => {
  const text = await printMetrics(momentOf(gpus(0)), 'text');
  assert.not.match(text, /warpwatch_gpu_|warpwatch_training_/);
});

test('whatever others write into a label, each line is one sample with clean and short labels', async () => {
  const wild = fc
    .oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
      fc.constantFrom('a\nb 1\n', '"} 7', 'back\\slash\\', '\u001b[2J', '\ud800', 'x'.repeat(1 << 20), ''),
    )
    .filter((text) => text.length < 100 || text.startsWith('x'));
  await fc.assert(
    fc.asyncProperty(wild, wild, wild, async (first, second, third) => {
      const moment = hostile(first, second, third);
      const text = await printMetrics(moment, 'text');
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      const { samples, damagedLines } = parsePrometheusText(text);
      assert.is(damagedLines, 0);
      assert.is(samples.length, lines.length);
      for (const { labels } of samples) {
        for (const value of labels.values()) {
          assert.ok(value.length > 0 && value.length <= 128, value);
          assert.not.match(value, /[\p{Cc}\p{Cs}]/u);
        }
      }
      assert.is(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size, lines.length);
    }),
    { numRuns: 15 },
  );
});

test('ten thousand devices, kernels and findings are a bounded page that says what it leaves out', async () => {
  const view = hopper(0, idle, 1);
  const devices = Array.from({ length: 10_000 }, (_, index) => ({ ...view, device: gpuDevice(index) }));
  const snapshot: Snapshot = {
    ...running(),
    kernels: running().kernels.flatMap((row) =>
      Array.from({ length: 1000 }, (_, n) => ({ ...row, device: `d${n}` })),
    ),
    findings: Array.from({ length: 5000 }, (_, n) => ({
      id: `f${n}`,
      severity: 'warn',
      title: '',
      evidence: '',
      remedy: '',
    })),
  };
  const text = await printMetrics(momentOf({ ...gpus(1), devices }, [{ name: 'r', snapshot }]), 'text');
  assert.ok(text.split('\n').length < 30_000, `${text.split('\n').length} lines`);
  const omitted = /^warpwatch_omitted_series\{[^}]*\} (\d+)$/m.exec(text)?.[1];
  assert.ok(Number(omitted) > 300_000, omitted);
});

function hostile(first: string, second: string, third: string): MetricsMoment {
  const machine = gpus(2);
  const devices = machine.devices.map((view, index) => ({
    ...view,
    device: { ...view.device, name: first, uuid: second, id: index === 0 ? 'cpu' : third },
  }));
  const snapshot = { ...running(), title: second, training: null };
  const runs = [first, second, 'a,workload:b'].map((name) => ({ name, snapshot }));
  return { ...momentOf({ ...machine, devices }, runs), host: third };
}

test.run();
