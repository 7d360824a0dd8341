import koffi from 'koffi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: MIG');
const withCompiler = needs('cc', test);

const small = 'mig-device 1g.18gb sms 16 memory 19000000000 used 1000000 gpm2 55 gpm3 30 gpm10 20';
const large = 'mig-device 3g.71gb sms 60 memory 76000000000 used 2000000 gpm2 12 gpm3 8 gpm10 90';

withCompiler('instances are devices under their GPU, each with its own figures', async () => {
  const { collector, look, valuesOf } = await watchFake(h200() + h200('mig', small, large));
  await collector.firstLook;
  assert.equal(
    look().devices.map(({ id, parent, name, smCount, memoryBytes, computeCapability }) => [
      id,
      parent,
      name,
      smCount.value,
      memoryBytes.value,
      computeCapability.value,
    ]),
    [
      ['gpu0', undefined, 'NVIDIA H200', 132, 150_754_820_096, '9.0'],
      ['gpu1', undefined, 'NVIDIA H200', 132, 150_754_820_096, '9.0'],
      ['gpu1/mig0', 'gpu1', 'NVIDIA H200 MIG 1g.18gb', 16, 19_000_000_000, '9.0'],
      ['gpu1/mig1', 'gpu1', 'NVIDIA H200 MIG 3g.71gb', 60, 76_000_000_000, '9.0'],
    ],
  );
  const uuids = look().devices.map(({ uuid }) => uuid);
  assert.is(new Set(uuids).size, 4);
  for (const [id, used, smActive, occupancy, dramActive] of [
    ['gpu1/mig0', 1_000_000, 0.55, 0.3, 0.2],
    ['gpu1/mig1', 2_000_000, 0.12, 0.08, 0.9],
  ] as const) {
    assert.is(valuesOf(id, 'memoryUsedBytes')[0], used);
    assert.is(valuesOf(id, 'smActive')[0], smActive);
    assert.is(valuesOf(id, 'occupancy')[0], occupancy);
    assert.is(valuesOf(id, 'dramActive')[0], dramActive);
  }
  assert.is(valuesOf('gpu0', 'smActive')[0], 0.41);
  await collector.stop();
});

withCompiler('what MIG takes away is explained, for the GPU and for its instance', async () => {
  const { collector, valuesOf, absenceOf } = await watchFake(h200('mig', small));
  await collector.firstLook;
  for (const [device, metric, why] of [
    ['gpu0', 'util', /does not give this figure/],
    ['gpu0', 'smActive', /While MIG is on .* MIG devices/],
    ['gpu0/mig0', 'util', /no util for MIG devices; smActive/],
    ['gpu0/mig0', 'powerWatts', /whole GPU alone.* see gpu0/],
    ['gpu0/mig0', 'tensorActive', /nvmlGpmMetricsGet: not supported/],
  ] as const) {
    assert.equal(valuesOf(device, metric), [], metric);
    assert.match(absenceOf(device, metric), why);
  }
  assert.is(valuesOf('gpu0', 'powerWatts')[0], 400);
  await collector.stop();
});

withCompiler('instances that are made, destroyed, and MIG that is switched off', async () => {
  const { collector, library, rewrite, valuesOf, stateOf, until } = await watchFake(h200('mig', small));
  const openSamples = koffi.load(library).func('int nvmlFakeOpenSamples(void)');
  await collector.firstLook;
  rewrite(h200('mig', small, large));
  await until(() => valuesOf('gpu0/mig1', 'smActive').length > 0);
  assert.is(valuesOf('gpu0/mig1', 'smActive')[0], 0.12);
  rewrite(h200('mig', small));
  await until(() => stateOf('gpu0/mig1')?.condition === 'removed');
  assert.match(stateOf('gpu0/mig1')?.why ?? '', /no longer lists NVIDIA H200 MIG 3g\.71gb/);
  assert.is(stateOf('gpu0/mig0'), null);
  rewrite(h200());
  await until(() => stateOf('gpu0/mig0')?.condition === 'removed');
  await until(() => valuesOf('gpu0', 'smActive').at(-1) === 0.41);
  assert.is(valuesOf('gpu0', 'util').at(-1), 0.97);
  await collector.stop();
  assert.is(openSamples(), 0);
});

withCompiler('a GPU that is lost takes its instances with it', async () => {
  const { collector, rewrite, stateOf, absenceOf, until } = await watchFake(h200('mig', small));
  await collector.firstLook;
  rewrite(h200('mig', small, 'lost'));
  await until(() => stateOf('gpu0/mig0')?.condition === 'lost');
  assert.is(stateOf('gpu0')?.condition, 'lost');
  assert.match(absenceOf('gpu0/mig0', 'smActive'), /lost/);
  await collector.stop();
});

test.run();
