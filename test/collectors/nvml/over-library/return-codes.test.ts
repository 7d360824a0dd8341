import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvml } from '../../../../collectors/nvml/index.ts';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { scriptFake, watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: return codes');
const withCompiler = needs('cc', test);

/** The codes that a GPU survives, and what its figure says then. */
const codes: readonly (readonly [code: number, says: RegExp])[] = [
  [3, /does not give this figure/],
  [4, /No permission for .*root/],
  [9, /not loaded.*modprobe nvidia/],
  [13, /does not implement .*update the driver/],
  [25, /does not know the form .*update the driver/],
  [999, /failed inside .*dmesg/],
];
const lost = 15;

withCompiler('whatever nvmlInit answers, the reason says what to do', async () => {
  const remedies: readonly (readonly [code: number, says: RegExp])[] = [
    [3, /nvmlInit_v2: not supported/],
    [4, /\/dev\/nvidiactl/],
    [9, /modprobe nvidia/],
    [13, /update the driver/],
    [15, /dmesg.*restart/],
    [18, /different versions.*reboot or reload/],
    [25, /update the driver/],
    [999, /dmesg/],
  ];
  for (const [code, says] of remedies) {
    const { collector, absenceOf, look } = await watchFake(`init-error ${code}\n`);
    assert.not(collector.works, String(code));
    assert.match(collector.why, says);
    assert.is(absenceOf(null, 'gpus'), collector.why);
    assert.not(look().devices.some(({ kind }) => kind === 'gpu'));
    await collector.stop();
  }
});

withCompiler('a driver that is loaded later is taken into use', async () => {
  const { collector, rewrite, valuesOf, until } = await watchFake('init-error 9\n');
  assert.not(collector.works);
  rewrite(h200());
  await until(() => valuesOf('gpu0', 'smActive').length > 0);
  assert.is(valuesOf('gpu0', 'util')[0], 0.97);
  assert.is(collector.why, '');
  await collector.stop();
});

withCompiler('a code for one figure leaves the others of the GPU', async () => {
  const script = codes.map(([code]) => h200(`error nvmlDeviceGetPowerUsage ${code}`)).join('');
  const { collector, valuesOf, absenceOf, stateOf } = await watchFake(script);
  await collector.firstLook;
  for (const [index, [code, says]] of codes.entries()) {
    const gpu = `gpu${index}`;
    assert.equal(valuesOf(gpu, 'powerWatts'), [], String(code));
    assert.match(absenceOf(gpu, 'powerWatts'), says);
    assert.is(valuesOf(gpu, 'util')[0], 0.97);
    assert.is(valuesOf(gpu, 'smActive')[0], 0.41);
    assert.is(stateOf(gpu), null);
  }
  await collector.stop();
});

withCompiler('a code for the counters leaves the figures of the driver', async () => {
  const script = codes.map(([code]) => h200(`error nvmlGpmSampleGet ${code}`)).join('');
  const { collector, valuesOf, absenceOf, stateOf } = await watchFake(script);
  await collector.firstLook;
  for (const [index, [code, says]] of codes.entries()) {
    const gpu = `gpu${index}`;
    assert.equal(valuesOf(gpu, 'smActive'), [], String(code));
    // Here "not supported" has a reason that says more.
    assert.match(absenceOf(gpu, 'smActive'), code === 3 ? /Hopper GPU or newer.*--dcgm/ : says);
    assert.is(valuesOf(gpu, 'util')[0], 0.97);
    assert.is(stateOf(gpu), null);
  }
  await collector.stop();
});

withCompiler('a code for one counter leaves the other counters', async () => {
  const script = codes.map(([code]) => h200(`gpm 5 error ${code}`)).join('');
  const { collector, valuesOf, absenceOf } = await watchFake(script);
  await collector.firstLook;
  for (const [index, [code, says]] of codes.entries()) {
    const gpu = `gpu${index}`;
    assert.equal(valuesOf(gpu, 'tensorActive'), [], String(code));
    assert.match(absenceOf(gpu, 'tensorActive'), says);
    assert.is(valuesOf(gpu, 'smActive')[0], 0.41);
  }
  await collector.stop();
});

withCompiler('a form of a call that the driver does not know gives way to the older one', async () => {
  const forms = [13, 25].map((code) => h200('memory-used 7', `error nvmlDeviceGetMemoryInfo_v2 ${code}`));
  const { collector, valuesOf } = await watchFake(forms.join(''));
  await collector.firstLook;
  for (const gpu of ['gpu0', 'gpu1']) assert.is(valuesOf(gpu, 'memoryUsedBytes')[0], 7);
  await collector.stop();
});

withCompiler('a GPU that is lost is lost whichever function says it first', async () => {
  const functions = ['nvmlDeviceGetName', 'nvmlDeviceGetPowerUsage', 'nvmlGpmSampleGet', 'nvmlGpmMetricsGet'];
  const script = functions.map((name) => h200(`error ${name} ${lost}`)).join('');
  const { collector, valuesOf, stateOf } = await watchFake(script + h200());
  await collector.firstLook;
  for (const [index, name] of functions.entries()) {
    assert.is(stateOf(`gpu${index}`)?.condition, 'lost', name);
    assert.match(stateOf(`gpu${index}`)?.why ?? '', /restart the machine/);
  }
  assert.is(stateOf('gpu4'), null);
  assert.is(valuesOf('gpu4', 'smActive')[0], 0.41);
  await collector.stop();
});

withCompiler('a GPU whose handle is refused says why, beside one that works', async () => {
  const script = codes.map(([code]) => h200(`error nvmlDeviceGetHandleByIndex_v2 ${code}`)).join('');
  const { collector, valuesOf, stateOf } = await watchFake(script + h200());
  await collector.firstLook;
  for (const [index, [code, says]] of codes.entries()) {
    if (code !== 3) assert.match(stateOf(`gpu${index}`)?.why ?? '', says);
    assert.is(stateOf(`gpu${index}`)?.condition, code === lost ? 'lost' : 'refused', String(code));
    assert.equal(valuesOf(`gpu${index}`, 'util'), []);
  }
  assert.is(valuesOf(`gpu${codes.length}`, 'util')[0], 0.97);
  await collector.stop();
});

withCompiler('a driver that cannot count its GPUs says why', async () => {
  for (const [code, says] of codes.filter(([each]) => each !== 3)) {
    const { collector } = await watchFake(`error nvmlDeviceGetCount_v2 ${code}\n${h200()}`);
    assert.not(collector.works, String(code));
    assert.match(collector.why, says);
    await collector.stop();
  }
});

withCompiler('an examination tells of a figure, a GPU and a driver that fail', async () => {
  const fails = `${h200('error nvmlDeviceGetPowerUsage 4')}${h200('error nvmlDeviceGetHandleByIndex_v2 999')}`;
  const { library } = scriptFake(`driver 535.1.2\n${fails}`);
  const { works, detail, devices } = await createNvml(library).examine({});
  assert.ok(works);
  assert.match(detail, /driver 535\.1\.2, 2 GPUs; GPU 1: .*dmesg/);
  assert.equal(
    devices.map(({ device }) => device.id),
    ['gpu0'],
  );
  const lacks = devices[0]?.lacks.find(({ metric }) => metric === 'powerWatts');
  assert.match(lacks?.why ?? '', /No permission/);
  scriptFake('init-error 25\n');
  const refused = await createNvml(library).examine({});
  assert.not(refused.works);
  assert.match(refused.detail, /update the driver/);
});

test.run();
