import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figureNames } from '../../../src/analysis/device-figures.ts';
import type { DeviceView, Snapshot } from '../../../src/analysis/snapshot.ts';
import { metricFamilies } from '../../../src/export/metrics/families.ts';
import { absent, known } from '../../../src/model/measured.ts';
import { otlpName, otlpUnit, prometheusName } from '../../../src/model/metric-names.ts';
import { gpus, hungGpu, lostGpu, mig, noCounters } from '../../dashboards/gpu-snapshots.ts';
import { absentFigures, nanLoss, running } from '../../dashboards/snapshots.ts';
import { momentOf, samplesOf } from './moments.ts';

const test = suite('metric families');

test('every figure of the device row is a metric, in base units and with its type', () => {
  const names = metricFamilies.map(prometheusName);
  assert.is(new Set(names).size, names.length);
  assert.is(names.filter((name) => name.startsWith('warpwatch_gpu_')).length, figureNames.length + 3);
  for (const name of [
    'warpwatch_gpu_util_ratio',
    'warpwatch_gpu_sm_active_ratio',
    'warpwatch_gpu_memory_used_bytes',
    'warpwatch_gpu_energy_joules_total',
    'warpwatch_gpu_sm_clock_max_hertz',
    'warpwatch_gpu_pcie_transmit_bytes_per_second',
    'warpwatch_gpu_flops_per_second',
    'warpwatch_gpu_ecc_corrected_errors_total',
    'warpwatch_gpu_throttled',
    'warpwatch_gpu_last_xid',
    'warpwatch_gpu_last_xid_timestamp_seconds',
    'warpwatch_training_samples_per_second',
    'warpwatch_training_step_seconds',
    'warpwatch_kernel_seconds_total',
    'warpwatch_finding',
  ]) {
    assert.ok(names.includes(name), name);
  }
});

test('Prometheus makes the same name of what OpenTelemetry is told', () => {
  for (const family of metricFamilies) assert.is(translated(family), prometheusName(family));
});

test('a sample has only the labels that its family declares, and says where a figure is from', () => {
  const runs = [{ name: 'run', snapshot: nanLoss() }];
  for (const family of metricFamilies) {
    for (const { labels } of family.samples(momentOf(gpus(2), runs))) {
      for (const label of Object.keys(labels)) {
        assert.ok(
          family.labels.some((name) => name === label),
          `${family.name} ${label}`,
        );
      }
    }
  }
  assert.equal(samplesOf('warpwatch_gpu_util_ratio', momentOf())[1], {
    labels: {
      gpu: '1',
      uuid: 'GPU-11111111-1c2d-4e5f-8a9b-0123456789ab',
      model: 'NVIDIA H200',
      host: 'node17',
      source: 'nvml',
    },
    value: 1,
  });
  const [sm] = samplesOf('warpwatch_gpu_sm_active_ratio', momentOf());
  assert.is(sm?.labels.source, 'nvml.gpm');
  const [compute] = samplesOf('warpwatch_gpu_compute_throughput_ratio', momentOf());
  assert.is(compute?.labels.source, 'derived');
});

test('units are those of the name', () => {
  const [clock] = samplesOf('warpwatch_gpu_sm_clock_hertz', momentOf());
  assert.is(clock?.value, 1980e6);
  const values = samplesOf('warpwatch_gpu_throttled', momentOf(gpus(3))).map(({ value }) => value);
  assert.equal(
    values,
    gpus(3)
      .devices.slice(1)
      .map(({ powerWatts }) => ((powerWatts.value ?? 0) > 540 ? 1 : 0)),
  );
});

test('idle and chosen clocks are no throttling', () => {
  const throttled = (bits: number): readonly number[] => {
    const machine = gpus(1);
    const devices = machine.devices.map(
      (view): DeviceView => ({ ...view, throttleReasons: known(bits, 'nvml') }),
    );
    return samplesOf('warpwatch_gpu_throttled', momentOf({ ...machine, devices })).map(({ value }) => value);
  };
  assert.equal(throttled(0x1 + 0x2), [0]);
  assert.equal(throttled(0x1 + 0x40), [1]);
});

test('what is unknown has no sample', () => {
  assert.equal(samplesOf('warpwatch_gpu_sm_active_ratio', momentOf(noCounters)), []);
  assert.equal(samplesOf('warpwatch_gpu_last_xid_timestamp_seconds', momentOf()), []);
  assert.equal(samplesOf('warpwatch_training_steps_total', momentOf()), []);
  const silent = {
    ...momentOf(),
    sources: [{ id: 'dcgm', works: false, why: 'down', lookSeconds: absent('down') }],
  };
  assert.equal(samplesOf('warpwatch_source_scrape_duration_seconds', silent), []);
  assert.equal(samplesOf('warpwatch_source_up', silent), [
    { labels: { host: 'node17', source: 'dcgm' }, value: 0 },
  ]);
});

test('a GPU that is lost or hangs is not up, and has no figures', () => {
  assert.equal(
    samplesOf('warpwatch_gpu_up', momentOf(lostGpu)).map(({ value }) => value),
    [1, 1, 1, 0, 1, 1, 1, 1],
  );
  assert.equal(samplesOf('warpwatch_gpu_util_ratio', momentOf(hungGpu)).length, 1);
  const ended: Snapshot = { ...gpus(2), state: 'ended' };
  for (const name of ['warpwatch_gpu_up', 'warpwatch_gpu_util_ratio'])
    assert.equal(samplesOf(name, momentOf(ended)), [], 'a recording that has ended says nothing of now');
});

test('a MIG device is told by the number of its GPU and its own id', () => {
  const labels = samplesOf('warpwatch_gpu_sm_active_ratio', momentOf(mig)).map((sample) => sample.labels);
  assert.equal(
    labels.map(({ gpu, mig: part }) => [gpu, part]),
    [
      ['0', undefined],
      ['1', undefined],
      ['0', 'gpu0.0'],
      ['0', 'gpu0.1'],
    ],
  );
});

test('the last XID has its time', () => {
  const machine = gpus(1);
  const devices = machine.devices.map(
    (view): DeviceView => ({ ...view, xid: known(79, 'nvml'), xidUnixSeconds: 1_790_000_000.5 }),
  );
  const moment = momentOf({ ...machine, devices });
  assert.is(samplesOf('warpwatch_gpu_last_xid', moment)[0]?.value, 79);
  assert.is(samplesOf('warpwatch_gpu_last_xid_timestamp_seconds', moment)[0]?.value, 1_790_000_000.5);
});

test('kernel records of a run tell what the machine does not, with the run beside it', () => {
  const runs = [{ name: 'tune', snapshot: absentFigures() }];
  const busy = samplesOf('warpwatch_gpu_kernel_busy_ratio', momentOf(gpus(2), runs));
  assert.equal(
    busy.map(({ labels }) => [labels.gpu, labels.run, labels.source]),
    [['0', 'tune', 'launches']],
  );
  // The machine counts SM active itself.
  const counted = samplesOf('warpwatch_gpu_sm_active_ratio', momentOf(gpus(2), runs));
  assert.equal(
    counted.map(({ labels }) => labels.run),
    [undefined, undefined],
  );
});

test('findings and losses of a recording that is shown as a machine are told once', () => {
  const snapshot = { ...running(), lostRecords: 7 };
  const moment = momentOf(snapshot, [{ name: 'first', snapshot }]);
  assert.equal(samplesOf('warpwatch_lost_records_total', moment), [
    { labels: { host: 'node17', run: 'first' }, value: 7 },
  ]);
  const findings = samplesOf('warpwatch_finding', moment);
  assert.equal(
    findings.map(({ labels }) => [labels.run, labels.finding, labels.severity]),
    [
      ['first', 'small-kernels', 'warn'],
      ['first', 'low-arithmetic', 'warn'],
    ],
  );
});

/** By Prometheus's translation of OTLP: the unit in words, unless the name has it, then `_total` or `_ratio`. */
function translated(family: (typeof metricFamilies)[number]): string {
  const words: Readonly<Record<string, string>> = {
    By: 'bytes',
    W: 'watts',
    J: 'joules',
    Hz: 'hertz',
    Cel: 'celsius',
    s: 'seconds',
  };
  const unit = otlpUnit(family);
  const tokens = otlpName(family).split(/[^a-zA-Z0-9]/);
  const [main = '', per] = unit.split('/');
  const word = /[{}]/.test(main) ? '' : (words[main] ?? '');
  if (word !== '' && !tokens.includes(word)) tokens.push(word);
  if (per !== undefined) tokens.push(`per_${per === 's' ? 'second' : per}`);
  if (family.type === 'counter') return [...tokens.filter((token) => token !== 'total'), 'total'].join('_');
  if (unit === '1') return [...tokens.filter((token) => token !== 'ratio'), 'ratio'].join('_');
  return tokens.join('_');
}

test.run();
