import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: GPUs in trouble');
const withCompiler = needs('cc', test);
const lanes = { callMs: 80, lookMs: 300, mostStuck: 3 };

withCompiler('a call that takes long holds up that GPU alone, and it comes back', async () => {
  const script = h200() + h200('hang nvmlDeviceGetPowerUsage 600');
  const { collector, valuesOf, stateOf, until } = await watchFake(script, [], { lanes });
  await collector.firstLook;
  assert.is(stateOf('gpu1')?.condition, 'hung');
  assert.match(stateOf('gpu1')?.why ?? '', /nvmlDeviceGetPowerUsage/);
  const before = valuesOf('gpu0', 'util').length;
  await until(() => valuesOf('gpu0', 'util').length > before + 3);
  assert.is(stateOf('gpu0'), null);
  await until(() => !collector.hangs);
  await collector.stop();
});

withCompiler('a GPU that is slow in every call does not hold up the other', async () => {
  const script = h200() + h200('latency-us 60000');
  const { collector, rewrite, valuesOf, stateOf, until } = await watchFake(script, [], { lanes });
  await collector.firstLook;
  assert.is(stateOf('gpu1')?.condition, 'hung');
  const before = valuesOf('gpu0', 'util').length;
  await until(() => valuesOf('gpu0', 'util').length > before + 3);
  assert.ok(collector.hangs, 'the slow look is still under way');
  assert.is(stateOf('gpu0'), null);
  rewrite(h200() + h200());
  await until(() => stateOf('gpu1')?.condition === 'present');
  await until(() => valuesOf('gpu1', 'util').length > 0);
  await collector.stop();
});

withCompiler('a GPU that is a little slow is no trouble', async () => {
  const { collector, valuesOf, stateOf } = await watchFake(h200() + h200('latency-us 3000'));
  await collector.firstLook;
  assert.is(stateOf('gpu1'), null);
  assert.is(valuesOf('gpu1', 'util')[0], 0.97);
  assert.is(valuesOf('gpu1', 'smActive')[0], 0.41);
  await collector.stop();
});

withCompiler(
  'a GPU that is lost in the middle is a state, and one that is found again is present',
  async () => {
    const { collector, rewrite, valuesOf, stateOf, absenceOf, until } = await watchFake(h200() + h200());
    await collector.firstLook;
    assert.is(stateOf('gpu0'), null);
    rewrite(h200('lost') + h200());
    await until(() => stateOf('gpu0')?.condition === 'lost');
    assert.match(stateOf('gpu0')?.why ?? '', /fell off the bus.*dmesg/);
    for (const metric of ['util', 'powerWatts', 'smActive']) {
      assert.match(absenceOf('gpu0', metric), /The GPU is lost/, metric);
    }
    const [lost, other] = [valuesOf('gpu0', 'util').length, valuesOf('gpu1', 'util').length];
    await until(() => valuesOf('gpu1', 'util').length > other + 3);
    assert.is(valuesOf('gpu0', 'util').length, lost);
    assert.is(stateOf('gpu1'), null);
    rewrite(h200('util 11', 'gpm 2 7') + h200());
    await until(() => stateOf('gpu0')?.condition === 'present');
    await until(() => valuesOf('gpu0', 'smActive').at(-1) === 0.07);
    assert.is(valuesOf('gpu0', 'util').at(-1), 0.11);
    await collector.stop();
  },
);

withCompiler('a GPU that is lost from the start has a state, and its name is not made up', async () => {
  const { collector, valuesOf, stateOf, look } = await watchFake(h200('lost') + h200());
  await collector.firstLook;
  assert.is(stateOf('gpu0')?.condition, 'lost');
  const device = look().devices.find(({ id }) => id === 'gpu0');
  assert.is(device?.name, 'NVIDIA GPU 0');
  assert.is(device?.memoryBytes.value, null);
  assert.is(valuesOf('gpu1', 'util')[0], 0.97);
  await collector.stop();
});

withCompiler('a GPU that is lost while it tells of itself is asked again when it is back', async () => {
  const script = h200('error nvmlDeviceGetName 15');
  const { collector, rewrite, valuesOf, stateOf, look, until } = await watchFake(script);
  await collector.firstLook;
  assert.is(stateOf('gpu0')?.condition, 'lost');
  assert.is(look().devices[0]?.name, 'NVIDIA GPU 0');
  rewrite(h200());
  await until(() => stateOf('gpu0')?.condition === 'present');
  await until(() => valuesOf('gpu0', 'util').length > 0);
  assert.is(look().devices[0]?.name, 'NVIDIA H200');
  assert.is(look().devices[0]?.smCount.value, 132);
  await collector.stop();
});

withCompiler('a driver whose start takes long is told, and used when it answers', async () => {
  const script = `hang nvmlInit_v2 300\n${h200()}`;
  const { collector, absenceOf, valuesOf, until } = await watchFake(script, [], { initMs: 50 });
  assert.ok(collector.hangs);
  assert.match(absenceOf(null, 'gpus'), /has not answered nvmlInit for 0\.05 s/);
  await until(() => valuesOf('gpu0', 'smActive').length > 0);
  assert.ok(collector.works);
  await collector.stop();
});

test.run();
