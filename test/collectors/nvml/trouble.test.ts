import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvml } from '../../../collectors/nvml/index.ts';
import { collect, ScriptedDriver } from './scripted-driver.ts';

const test = suite('NVML in trouble');

/** Two GPUs, of which the first gets into trouble. */
function two() {
  const driver = new ScriptedDriver(2);
  const [first] = driver.gpus;
  assert.ok(first);
  return { driver, first };
}

test('a driver that cannot be used is told with what to do, and tried again', async () => {
  for (const [code, remedy] of [
    [9, /modprobe nvidia/],
    [18, /reboot or reload/],
    [4, /permission/i],
    [999, /dmesg/],
  ] as const) {
    const driver = new ScriptedDriver(1);
    driver.initCode = code;
    const { collector, absenceOf, valuesOf, until } = await collect(driver);
    assert.not(collector.works);
    assert.match(collector.why, remedy);
    assert.is(absenceOf(null, 'gpus'), collector.why);
    await collector.firstLook;
    driver.initCode = 0;
    await until(() => valuesOf('gpu0', 'util').length > 0);
    assert.ok(collector.works);
    await collector.stop();
  }
});

test('a driver that hangs while it is initialised is told, and used when it answers', async () => {
  const driver = new ScriptedDriver(1);
  driver.initHangs = true;
  const { collector, absenceOf, valuesOf, until } = await collect(driver);
  assert.ok(collector.hangs);
  assert.match(absenceOf(null, 'gpus') ?? '', /has not answered nvmlInit/);
  await collector.firstLook;
  driver.release();
  await until(() => valuesOf('gpu0', 'smActive').length > 0);
  assert.not(collector.hangs);
  await collector.stop();
  const another = new ScriptedDriver(1);
  another.initHangs = true;
  const report = await createNvml(async () => another.load(), { initMs: 20 }).examine({});
  assert.ok(report.hangs);
  assert.not(report.works);
});

test('a machine without the library is told so', async () => {
  const report = await createNvml('libwarpwatch-is-not-here.so.1').examine({});
  assert.not(report.works);
  assert.match(report.detail, /No NVIDIA driver is installed here/);
});

test('a driver without GPUs is told so', async () => {
  const { collector, absenceOf } = await collect(new ScriptedDriver(0));
  assert.not(collector.works);
  assert.match(absenceOf(null, 'gpus') ?? '', /finds no GPU/);
  await collector.stop();
});

test('a GPU that is lost is a state, has no figures any more, and leaves the others', async () => {
  const { driver, first } = two();
  const { collector, valuesOf, statesOf, absenceOf, until } = await collect(driver);
  await collector.firstLook;
  first.everyCode = 15;
  await until(() => statesOf('gpu0').at(-1) === 'lost');
  assert.match(absenceOf('gpu0', 'util') ?? '', /lost/);
  const [mine, others] = [valuesOf('gpu0', 'util').length, valuesOf('gpu1', 'util').length];
  await until(() => valuesOf('gpu1', 'util').length > others + 3);
  assert.is(valuesOf('gpu0', 'util').length, mine);
  first.everyCode = undefined;
  await until(() => statesOf('gpu0').at(-1) === 'present');
  assert.equal(statesOf('gpu1'), []);
  await collector.stop();
});

test('a GPU that hangs in a call is a state, the others go on, and it comes back', async () => {
  const { driver, first } = two();
  const { collector, valuesOf, statesOf, absenceOf, until } = await collect(driver);
  await collector.firstLook;
  first.hangsIn = 'nvmlDeviceGetPowerUsage';
  await until(() => statesOf('gpu0').at(-1) === 'hung');
  assert.match(absenceOf('gpu0', 'util') ?? '', /nvmlDeviceGetPowerUsage/);
  assert.ok(collector.hangs);
  const others = valuesOf('gpu1', 'util').length;
  await until(() => valuesOf('gpu1', 'util').length > others + 5);
  driver.release();
  await until(() => statesOf('gpu0').at(-1) === 'present');
  assert.not(collector.hangs);
  assert.equal(statesOf('gpu1'), []);
  await collector.stop();
  assert.is(driver.openSamples, 0);
});

test('a GPU that hangs from the start delays neither the first look nor the end', async () => {
  const { driver, first } = two();
  first.hangsIn = 'nvmlDeviceGetName';
  const { collector, valuesOf, statesOf } = await collect(driver);
  await collector.firstLook;
  assert.is(valuesOf('gpu1', 'util').length > 0, true);
  assert.equal(statesOf('gpu0'), ['hung']);
  await collector.stop();
  assert.ok(collector.hangs);
  driver.release();
});

test('where too many hang no further call is made, and that is said', async () => {
  const driver = new ScriptedDriver(5);
  for (const gpu of driver.gpus) gpu.hangsIn = 'nvmlDeviceGetUtilizationRates';
  const { collector, statesOf, absenceOf } = await collect(driver);
  await collector.firstLook;
  for (let index = 0; index < 5; index++) assert.equal(statesOf(`gpu${index}`), ['hung']);
  assert.match(absenceOf('gpu4', 'util') ?? '', /3 calls hang/);
  await collector.stop();
  driver.release();
});

test('errors of a GPU are written as they happen', async () => {
  const { driver, first } = two();
  const { collector, valuesOf, until } = await collect(driver);
  await collector.firstLook;
  first.xids.push(79, 31);
  await until(() => valuesOf('gpu0', 'xid').length === 2);
  assert.equal(valuesOf('gpu0', 'xid'), [79, 31]);
  await collector.stop();
});

test('processes: both kinds in one list, with names, shares and what is not known', async () => {
  const { driver, first } = two();
  const gone = 2 ** 30;
  first.compute = [
    { pid: process.pid, bytes: 1000n },
    { pid: gone, bytes: 0xffff_ffff_ffff_ffffn },
  ];
  first.graphics = [{ pid: process.pid, bytes: 1000n }];
  first.shares = [{ pid: process.pid, time: 5n, sm: 37 }];
  const { collector, look } = await collect(driver);
  await collector.firstLook;
  const list = look().processes.find(({ device }) => device === 'gpu0')?.processes ?? [];
  const [own, other] = list;
  assert.is(own?.kind, 'both');
  assert.is(own?.memoryBytes.value, 1000);
  assert.is(own?.util.value, 0.37);
  assert.ok(own?.name !== '');
  assert.is(other?.name, '');
  assert.is(other?.memoryBytes.value, null);
  await collector.stop();
});

test('more processes than there was room for are all listed', async () => {
  const { driver, first } = two();
  first.compute = Array.from({ length: 300 }, (_, at) => ({ pid: 2 ** 30 + at, bytes: 1n }));
  const { collector, look } = await collect(driver);
  await collector.firstLook;
  assert.is(look().processes.find(({ device }) => device === 'gpu0')?.processes.length, 300);
  await collector.stop();
});

test.run();
