import koffi from 'koffi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: GPUs that come and go');
const withCompiler = needs('cc', test);

withCompiler('a GPU that is added is taken in, with its figures and the id of its place', async () => {
  const { collector, rewrite, valuesOf, stateOf, look, until } = await watchFake(h200());
  await collector.firstLook;
  assert.equal(
    look().devices.map(({ id }) => id),
    ['gpu0'],
  );
  rewrite(h200() + h200('name NVIDIA B200', 'util 33', 'gpm 2 12'));
  await until(() => valuesOf('gpu1', 'smActive').length > 0);
  assert.is(look().devices.find(({ id }) => id === 'gpu1')?.name, 'NVIDIA B200');
  assert.is(valuesOf('gpu1', 'util')[0], 0.33);
  assert.is(valuesOf('gpu1', 'smActive')[0], 0.12);
  assert.is(stateOf('gpu0'), null);
  await collector.stop();
});

withCompiler('the last GPU that is taken away is a state; the samples of both are given back', async () => {
  const { collector, library, rewrite, valuesOf, stateOf, absenceOf, until } = await watchFake(
    h200() + h200(),
  );
  const openSamples = koffi.load(library).func('int nvmlFakeOpenSamples(void)');
  await collector.firstLook;
  assert.is(openSamples(), 4);
  rewrite(h200());
  await until(() => stateOf('gpu1')?.condition === 'removed');
  assert.match(stateOf('gpu1')?.why ?? '', /no longer lists this GPU/);
  assert.match(absenceOf('gpu1', 'util'), /no longer lists/);
  const [gone, stays] = [valuesOf('gpu1', 'util').length, valuesOf('gpu0', 'util').length];
  await until(() => valuesOf('gpu0', 'util').length > stays + 3);
  assert.is(valuesOf('gpu1', 'util').length, gone);
  assert.is(stateOf('gpu0'), null);
  assert.is(openSamples(), 2);
  await collector.stop();
  assert.is(openSamples(), 0);
});

withCompiler(
  'where the first of two GPUs goes the other keeps its id, and the first gets its own back',
  async () => {
    const first = h200('uuid GPU-a', 'util 10');
    const second = h200('uuid GPU-b', 'util 80');
    const { collector, rewrite, valuesOf, stateOf, look, until } = await watchFake(first + second);
    await collector.firstLook;
    rewrite(second);
    await until(() => stateOf('gpu0')?.condition === 'removed');
    const before = valuesOf('gpu1', 'util').length;
    await until(() => valuesOf('gpu1', 'util').length > before + 2);
    assert.is(valuesOf('gpu1', 'util').at(-1), 0.8);
    assert.is.not(stateOf('gpu1')?.condition, 'removed');
    rewrite(first + second);
    await until(() => stateOf('gpu0')?.condition === 'present');
    await until(() => valuesOf('gpu0', 'util').at(-1) === 0.1);
    assert.equal(
      look().devices.map(({ id, uuid }) => [id, uuid]),
      [
        ['gpu0', 'GPU-a'],
        ['gpu1', 'GPU-b'],
      ],
    );
    await collector.stop();
  },
);

withCompiler('a driver without GPUs says so, and shows the one that comes', async () => {
  const { collector, rewrite, absenceOf, valuesOf, until } = await watchFake('driver 550.54.15\n');
  assert.not(collector.works);
  assert.match(absenceOf(null, 'gpus'), /loaded and finds no GPU/);
  rewrite(`driver 550.54.15\n${h200()}`);
  await until(() => valuesOf('gpu0', 'util').length > 0);
  assert.ok(collector.works);
  await collector.stop();
});

test.run();
