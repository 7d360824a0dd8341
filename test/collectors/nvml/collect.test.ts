import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvml } from '../../../collectors/nvml/index.ts';
import { collect, ScriptedDriver, scriptedGpu } from './scripted-driver.ts';

const test = suite('NVML collector');

test('after the first look util and SM active stand side by side, each with its source', async () => {
  const driver = new ScriptedDriver(1);
  const { collector, seriesOf, look } = await collect(driver);
  assert.ok(collector.works);
  await collector.firstLook;
  assert.is(seriesOf('gpu0', 'util')?.values[0], 0.97);
  assert.is(seriesOf('gpu0', 'util')?.series.from, 'nvml');
  assert.is(seriesOf('gpu0', 'smActive')?.values[0], 0.41);
  assert.is(seriesOf('gpu0', 'smActive')?.series.from, 'nvml.gpm');
  const [device] = look().devices;
  assert.is(device?.smCount.value, 132);
  assert.is(device?.computeCapability.value, '9.0');
  assert.is(device?.uuid, 'GPU-0');
  assert.is(device?.pciBusId, '0000:9b:00.0');
  await collector.stop();
});

test('eight GPUs each give figures of their own', async () => {
  const driver = new ScriptedDriver(8);
  for (const [index, gpu] of driver.gpus.entries()) {
    gpu.util = index * 10;
    gpu.counters[2] = index;
  }
  const { collector, valuesOf } = await collect(driver);
  await collector.firstLook;
  for (let index = 0; index < 8; index++) {
    assert.ok(Math.abs((valuesOf(`gpu${index}`, 'util')[0] ?? -1) - index / 10) < 1e-9);
    assert.ok(Math.abs((valuesOf(`gpu${index}`, 'smActive')[0] ?? -1) - index / 100) < 1e-9);
  }
  await collector.stop();
});

test('samples and event sets are given back and the driver is shut down at the end', async () => {
  const driver = new ScriptedDriver(2);
  const { collector } = await collect(driver);
  await collector.firstLook;
  assert.is(driver.openSamples, 4);
  await collector.stop();
  assert.is(driver.openSamples, 0);
  assert.is(driver.openEventSets, 0);
  assert.not(driver.isOpen);
  assert.not(driver.called.has('nvmlDeviceGetPcieThroughput'));
});

test('a function that says no leaves the other figures, whatever its code', async () => {
  for (const code of [1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 16, 17, 18, 25, 999, 4711]) {
    const driver = new ScriptedDriver(1);
    for (const gpu of driver.gpus) gpu.codes.nvmlDeviceGetPowerUsage = code;
    const { collector, absenceOf, valuesOf } = await collect(driver);
    await collector.firstLook;
    assert.is(valuesOf('gpu0', 'powerWatts').length, 0);
    assert.match(absenceOf('gpu0', 'powerWatts') ?? '', /\.$/);
    assert.is(valuesOf('gpu0', 'util')[0], 0.97);
    assert.is(valuesOf('gpu0', 'smActive')[0], 0.41);
    await collector.stop();
  }
});

test('counters that are no number or out of range are unknown, and the others stay', async () => {
  const driver = new ScriptedDriver(1);
  for (const gpu of driver.gpus) {
    gpu.counters[2] = Number.NaN;
    gpu.counters[3] = 4000;
    gpu.util = 300;
  }
  const { collector, absenceOf, valuesOf } = await collect(driver);
  await collector.firstLook;
  assert.match(absenceOf('gpu0', 'smActive') ?? '', /NaN/);
  assert.match(absenceOf('gpu0', 'occupancy') ?? '', /4000/);
  assert.match(absenceOf('gpu0', 'util') ?? '', /300/);
  for (const metric of ['smActive', 'occupancy', 'util']) assert.is(valuesOf('gpu0', metric).length, 0);
  assert.is(valuesOf('gpu0', 'tensorActive')[0], 0.1);
  await collector.stop();
});

test('an old driver gives what it has, by the forms that it has, and says what it lacks', async () => {
  const driver = new ScriptedDriver(1);
  for (const name of [
    'nvmlGpmSampleAlloc',
    'nvmlDeviceGetMemoryInfo_v2',
    'nvmlDeviceGetComputeRunningProcesses_v3',
    'nvmlDeviceGetGraphicsRunningProcesses_v3',
    'nvmlDeviceGetProcessUtilization',
  ] as const) {
    driver.missing.add(name);
  }
  for (const gpu of driver.gpus)
    gpu.compute = [
      { pid: process.pid, bytes: 7n },
      { pid: 1, bytes: 8n },
    ];
  const { collector, absenceOf, valuesOf, look } = await collect(driver);
  await collector.firstLook;
  assert.is(valuesOf('gpu0', 'memoryUsedBytes')[0], 25);
  assert.match(absenceOf('gpu0', 'smActive') ?? '', /550\.54\.15.*nvmlGpmSampleAlloc/);
  assert.match(absenceOf('gpu0', 'processUtil') ?? '', /nvmlDeviceGetProcessUtilization/);
  assert.equal(
    look().processes[0]?.processes.map(({ memoryBytes }) => memoryBytes.value),
    [7, 8],
  );
  assert.not(driver.called.has('nvmlDeviceGetMemoryInfo_v2'));
  await collector.stop();
});

test('MIG devices stand under their GPU, with counters of their own and without util', async () => {
  const driver = new ScriptedDriver(1);
  for (const gpu of driver.gpus) {
    gpu.migDevices = [
      { uuid: 'MIG-a', gpuInstance: 3, smActive: 60 },
      { uuid: 'MIG-b', gpuInstance: 5, smActive: 20 },
    ];
    gpu.codes.nvmlDeviceGetUtilizationRates = 3;
  }
  const { collector, absenceOf, valuesOf, look } = await collect(driver);
  await collector.firstLook;
  assert.equal(
    look().devices.map(({ id, parent, uuid }) => [id, parent, uuid]),
    [
      ['gpu0', undefined, 'GPU-0'],
      ['gpu0/mig0', 'gpu0', 'MIG-a'],
      ['gpu0/mig1', 'gpu0', 'MIG-b'],
    ],
  );
  assert.is(look().devices[1]?.smCount.value, 16);
  assert.is(valuesOf('gpu0/mig0', 'smActive')[0], 0.6);
  assert.is(valuesOf('gpu0/mig1', 'smActive')[0], 0.2);
  assert.is(valuesOf('gpu0/mig0', 'memoryUsedBytes')[0], 20);
  assert.match(absenceOf('gpu0/mig0', 'util') ?? '', /no util for MIG/);
  await collector.stop();
  assert.is(driver.openSamples, 0);
});

test('an examination tells what each GPU gives and lacks', async () => {
  const driver = new ScriptedDriver(2);
  const report = await createNvml(async () => driver.load()).examine({});
  assert.ok(report.works);
  assert.match(report.detail, /550\.54\.15, 2 GPUs/);
  const [first] = report.devices;
  assert.is(first?.properties['driver'], '550.54.15');
  assert.ok(first?.gives.includes('util') && first.gives.includes('smActive'));
  assert.match(first?.lacks.find(({ metric }) => metric === 'fanSpeed')?.why ?? '', /fan/);
  assert.is(driver.openSamples, 0);
  assert.not(driver.isOpen);
});

test('GPUs that come later are taken in, and those that go are told, and may come back', async () => {
  const driver = new ScriptedDriver(1);
  const { collector, valuesOf, statesOf, until } = await collect(driver);
  await collector.firstLook;
  driver.gpus = [...driver.gpus, scriptedGpu('GPU-1')];
  await until(() => valuesOf('gpu1', 'util').length > 0);
  const [stays, goes] = driver.gpus;
  assert.ok(stays && goes);
  driver.gpus = [stays];
  await until(() => statesOf('gpu1').includes('removed'));
  assert.equal(statesOf('gpu0'), []);
  driver.gpus = [stays, goes];
  await until(() => statesOf('gpu1').at(-1) === 'present');
  await collector.stop();
  assert.is(driver.openSamples, 0);
});

test.run();
