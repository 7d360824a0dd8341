import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mostDevices } from '../../../src/analysis/fleet/drafts.ts';
import { gather } from '../../../src/analysis/fleet/gather.ts';
import { hostSnapshot } from '../../../src/analysis/fleet/host-snapshot.ts';
import type { DeviceView, Snapshot } from '../../../src/analysis/snapshot.ts';
import type { LabelledValue } from '../../../src/model/labelled.ts';
import { absences, hostsOf, readers, sample, samplesOf } from '../../support/prometheus-captures.ts';

const test = suite('hosts of a Prometheus');
const recorded = hostsOf(samplesOf('overview.json'));
const snapshotOf = (samples: readonly LabelledValue[], name?: string): Snapshot => {
  const hosts = hostsOf(samples);
  const host = name === undefined ? hosts[0] : hosts.find((one) => one.name === name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return hostSnapshot(host, absences);
};
const deviceOf = ({ devices }: Snapshot, id: string): DeviceView => {
  const found = devices.find(({ device }) => device.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

test('a machine that two exporters see is one host, and its GPU is one', () => {
  assert.equal(
    recorded.map(({ name, exporters }) => [name, exporters]),
    [
      ['trainer-1', ['warpwatch', 'dcgm-exporter']],
      ['node-7', ['nvidia_gpu_exporter']],
    ],
  );
  const snapshot = snapshotOf(samplesOf('overview.json'), 'trainer-1');
  assert.equal(
    snapshot.devices.map(({ device }) => device.id),
    ['gpu0', 'gpu0/mig13', 'gpu1'],
  );
  const gpu = deviceOf(snapshot, 'gpu0');
  assert.equal(gpu.util, { value: 0.97, from: 'nvml via warpwatch' });
  assert.equal(gpu.tensorActive, { value: 0.92926, from: 'dcgm' });
  assert.is(gpu.computeThroughput.value, 0.92926);
  assert.is(gpu.gap, 'busy by util, but on a fifth of its SMs');
});

test('of two sources the more trusted one is heard, whichever exporter brings it', () => {
  const uuid = 'GPU-0a';
  const ours = { host: 'a', instance: 'a:9847', gpu: '0', uuid };
  const theirs = { Hostname: 'a', instance: 'a:9400', gpu: '0', UUID: uuid };
  const smActive = (source: string) =>
    deviceOf(
      snapshotOf([
        sample('warpwatch_gpu_sm_active_ratio', { ...ours, source }, 0.2),
        sample('DCGM_FI_PROF_SM_ACTIVE', theirs, 0.3),
      ]),
      'gpu0',
    ).smActive;
  assert.equal(smActive('nvml.gpm'), { value: 0.2, from: 'nvml.gpm via warpwatch' });
  assert.equal(smActive('launches'), { value: 0.3, from: 'dcgm' });
  assert.equal(smActive('\u001b[31m'), { value: 0.3, from: 'dcgm' });
});

test('names and GPUs of nvidia_gpu_exporter come from its info, MIG devices from their GPU', () => {
  const { devices } = snapshotOf(samplesOf('overview.json'), 'node-7');
  assert.equal(
    devices.map(({ device: { id, name, parent } }) => [id, name, parent]),
    [
      ['gpu0', 'NVIDIA H200', undefined],
      ['gpu1', 'NVIDIA H200', undefined],
      ['gpu1/mig7', 'NVIDIA H200 MIG 1g.18gb', 'gpu1'],
    ],
  );
  const [whole, , part] = devices;
  assert.equal(whole?.powerWatts, { value: 627.4, from: 'nvidia-smi' });
  assert.is(whole?.device.computeCapability.value, '9.0');
  assert.equal(part?.smActive, { value: 0.31, from: 'nvml.gpm via nvidia_gpu_exporter' });
  assert.match(
    whole?.smActive.value === null ? whole.smActive.why : '',
    /run dcgm-exporter or `warpwatch serve`/,
  );
});

test('what dcgm-exporter tells of a GPU only at its MIG devices is of the GPU', () => {
  const at = (name: string, mig: string, value: number) =>
    sample(
      `DCGM_FI_${name}`,
      { instance: 'a:1', gpu: '0', UUID: 'GPU-1', GPU_I_ID: mig, GPU_I_PROFILE: '1g' },
      value,
    );
  const { devices } = snapshotOf([
    at('DEV_POWER_USAGE', '1', 300),
    at('DEV_POWER_USAGE', '2', 300),
    at('PROF_SM_ACTIVE', '2', 0.3),
  ]);
  assert.equal(
    devices.map(({ device, powerWatts, smActive }) => [device.id, powerWatts.value, smActive.value]),
    [
      ['gpu0', 300, null],
      ['gpu0/mig2', null, 0.3],
    ],
  );
  const [whole] = devices;
  assert.match(whole?.smActive.value === null ? whole.smActive.why : '', /told of its MIG devices/);
});

test('what warpwatch tells of a host, its trainings and its findings is there', () => {
  const { title, training, findings, host, sourceTroubles } = snapshotOf(
    samplesOf('overview.json'),
    'trainer-1',
  );
  assert.is(title, 'resnet20 (synthetic data)');
  assert.is(training?.samplesPerSecond.value, 690);
  assert.is(training?.step, 1199);
  assert.equal(
    findings.map(({ id, title: words }) => [id, words]),
    [['loss-not-finite', 'A loss that became NaN or infinite']],
  );
  assert.is(host.cpuUtil.value, 0.34);
  assert.is(host.memoryTotalBytes, 5.4e11);
  assert.match(sourceTroubles.join(), /^dcgm gives no figures on that host/);
  assert.is(training?.loss.x.length, 0);
});

test('a GPU that its host calls gone has no figures, but its last XID', () => {
  const [host] = hostsOf(samplesOf('host.json'));
  if (host === undefined) throw new Error('the capture holds no host');
  const close = hostSnapshot(host, absences, true);
  const gone = deviceOf(close, 'gpu1');
  assert.is(gone.state.condition, 'lost');
  assert.is(gone.util.value, null);
  assert.equal(gone.xid, { value: 79, from: 'nvml via warpwatch' });
  const here = deviceOf(close, 'gpu0');
  assert.is(here.smClockMegahertz.value, 1410);
  assert.match(here.throttleReasons.value === null ? here.throttleReasons.why : '', /are held down/);
  assert.match(close.training?.loss.y.map(String).join() ?? '', /NaN/);
});

test('absent figures say why, by what would have to tell them', () => {
  const why = (
    name: string,
    labels: object,
    figure: 'smActive' | 'kernelBusy' | 'fanSpeed',
    close = false,
  ) => {
    const [host] = hostsOf([sample(name, { instance: 'a:1', gpu: '0', ...labels })]);
    const told = host && hostSnapshot(host, absences, close).devices[0]?.[figure];
    return told?.value === null ? told.why : 'known';
  };
  assert.match(
    why('DCGM_FI_DEV_GPU_UTIL', { UUID: 'GPU-1' }, 'smActive'),
    /not give DCGM_FI_PROF_SM_ACTIVE; add it/,
  );
  assert.match(
    why('DCGM_FI_DEV_GPU_UTIL', { UUID: 'GPU-1' }, 'fanSpeed'),
    /only of the host that is looked at/,
  );
  assert.match(why('DCGM_FI_DEV_GPU_UTIL', { UUID: 'GPU-1' }, 'kernelBusy', true), /Only recorded kernels/);
  assert.match(why('warpwatch_gpu_up', { host: 'a' }, 'smActive'), /`warpwatch devices` there says why/);
});

test('the memory of dcgm-exporter is the sum of its parts, once each', () => {
  const labels = { instance: 'a:1', gpu: '0', UUID: 'GPU-1' };
  const parts = ['USED', 'USED', 'FREE'].map((part, pod) =>
    sample(`DCGM_FI_DEV_FB_${part}`, { ...labels, pod: String(pod) }, 100),
  );
  assert.is(deviceOf(snapshotOf(parts), 'gpu0').memoryTotalBytes.value, null);
  const whole = snapshotOf([...parts, sample('DCGM_FI_DEV_FB_RESERVED', labels, 5)]);
  assert.is(deviceOf(whole, 'gpu0').memoryTotalBytes.value, 205 * 2 ** 20);
});

test('machines of one name are two where their clusters or their GPUs say so', () => {
  const gpu = (labels: object) => sample('warpwatch_gpu_util_ratio', { host: 'node-1', gpu: '0', ...labels });
  const names = (...samples: LabelledValue[]) =>
    hostsOf(samples).map(({ name, devices }) => `${name}: ${devices.length}`);
  const one = gpu({ instance: '10.0.0.1:9847', uuid: 'GPU-1a' });
  const other = gpu({ instance: '10.0.0.2:9847', uuid: 'GPU-1b' });
  const apart = ['node-1: 1', 'node-1 (10.0.0.2): 1'];
  assert.equal(names(one, other), apart);
  assert.equal(names(other, one), apart);
  assert.equal(names(one, gpu({ instance: '10.0.0.1:9848', uuid: 'GPU-1b' })), ['node-1: 2']);
  assert.equal(names(gpu({ instance: 'a:1' }), gpu({ instance: 'b:1' })), ['node-1: 1']);
  assert.equal(names(gpu({ instance: 'a:1', cluster: 'east' }), gpu({ instance: 'a:1', cluster: 'west' })), [
    'node-1 (east): 1',
    'node-1 (west): 1',
  ]);
});

test('what a pair of Prometheis scrapes twice is told once', () => {
  const once = [
    sample('warpwatch_training_steps_total', { run: 'r', rank: '0' }, 10),
    sample('warpwatch_training_samples_per_second', { run: 'r', rank: '0' }, 100),
    sample('warpwatch_training_samples_per_second', { run: 'r', rank: '1' }, 50),
    sample('warpwatch_lost_records_total', { run: 'r' }, 3),
    sample('warpwatch_lost_records_total', {}, 2),
    sample('warpwatch_finding', { run: 'r', finding: 'x', severity: 'warn' }),
    sample('warpwatch_finding', { run: 'q', finding: 'x', severity: 'warn' }),
  ].map(({ labels, value }) => ({ labels: { ...labels, host: 'a', instance: 'a:1' }, value }));
  const again = (labels: object) => once.map((told) => ({ ...told, labels: { ...told.labels, ...labels } }));
  for (const twice of [again({ prometheus_replica: 'b' }), again({ job: 'federate' })]) {
    const { training, lostRecords, findings } = snapshotOf([...once, ...twice]);
    assert.equal([training?.samplesPerSecond.value, lostRecords, findings.length], [150, 5, 2]);
  }
});

test('hosts are named by what tells most, and labels are cleaned and cut', () => {
  const name = (labels: object) => hostsOf([sample('warpwatch_build_info', { ...labels })])[0]?.name;
  assert.is(name({ host: 'a', Hostname: 'b', instance: 'c:1' }), 'a');
  assert.is(name({ node: 'n', instance: '10.0.0.1:9400' }), 'n');
  assert.is(name({ instance: '[::1]:9400' }), '[::1]');
  assert.is(name({}), 'without a name');
  assert.is(name({ host: '\u001b[2J\u202eevil\n' }), 'evil');
  assert.is(name({ host: 'x'.repeat(9999) })?.length, 128);
});

test('GPUs without a UUID of their own are told apart by their number, and one name twice gets two ids', () => {
  const redacted = '00000000-0000-0000-0000-000000000000';
  const two = hostsOf([
    sample('nvidia_smi_utilization_gpu_ratio', { instance: 'a:1', uuid: redacted }, 0),
    sample('nvidia_smi_utilization_gpu_ratio', { instance: 'b:1', uuid: redacted }, 0),
  ]);
  assert.is(two.length, 2);
  const ids = snapshotOf([
    sample('warpwatch_gpu_up', { host: 'same', instance: 'a:1', gpu: '0', uuid: 'GPU-aaaaaaaa-1' }),
    sample('warpwatch_gpu_up', { host: 'same', instance: 'a:2', gpu: '0', uuid: 'GPU-bbbbbbbb-1' }),
  ]).devices.map(({ device }) => device.id);
  assert.equal(ids, ['gpu0', 'gpu0 bbbbbbbb']);
});

test('more GPUs than a machine has, and more addresses than are kept, are counted', () => {
  const many = Array.from({ length: 200 }, (_, gpu) =>
    sample('warpwatch_gpu_up', { host: 'a', gpu: String(gpu), uuid: `GPU-${gpu}a` }),
  );
  const told = gather(many, readers);
  assert.is(told.targets[0]?.devices.size, mostDevices);
  assert.is(told.omittedDevices, 200 - mostDevices);
  const hosts = Array.from({ length: 10_000 }, (_, host) =>
    sample('warpwatch_build_info', { instance: `h${host}:1` }),
  );
  const kept = gather(hosts, readers);
  assert.is(kept.targets.length + kept.omittedTargets, 10_000);
  assert.ok(kept.targets.length < 5000);
});

test('whatever the labels and values are, there is a host with figures or reasons', () => {
  const text = fc.oneof(fc.constantFrom('', '0', '1', 'GPU-1', 'a', '\u001b[2J', '__proto__'), fc.string());
  const labels = fc.dictionary(
    fc.constantFrom(
      'host',
      'Hostname',
      'instance',
      'job',
      'gpu',
      'uuid',
      'UUID',
      'mig',
      'GPU_I_ID',
      'source',
      'run',
    ),
    text,
  );
  const one = fc
    .tuple(fc.constantFrom(...readers.keys()), labels, fc.oneof(fc.double(), fc.constantFrom(0, 1, 97)))
    .map(([name, own, value]) => sample(name, own, value));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (samples) => {
      for (const host of hostsOf(samples)) {
        const { devices } = hostSnapshot(host, absences, true);
        const ids = devices.map(({ device }) => device.id);
        assert.is(new Set(ids).size, ids.length);
        for (const { util } of devices) assert.ok(util.value === null ? util.why !== '' : util.value <= 2);
      }
    }),
  );
});

test.run();
