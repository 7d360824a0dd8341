import koffi from 'koffi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library');
const withCompiler = needs('cc', test);

withCompiler('util and SM active of one GPU, with their sources; nothing is left open', async () => {
  const { collector, library, seriesOf } = await watchFake(h200());
  assert.is(collector.why, '');
  await collector.firstLook;
  assert.is(seriesOf('gpu0', 'util')?.values[0], 0.97);
  assert.is(seriesOf('gpu0', 'util')?.series.from, 'nvml');
  assert.is(seriesOf('gpu0', 'smActive')?.values[0], 0.41);
  assert.is(seriesOf('gpu0', 'smActive')?.series.from, 'nvml.gpm');
  const fake = koffi.load(library);
  const openSamples = fake.func('int nvmlFakeOpenSamples(void)');
  assert.is(openSamples(), 2);
  await collector.stop();
  assert.is(openSamples(), 0);
  assert.is(fake.func('int nvmlFakeCalls(const char *)')('nvmlDeviceGetPcieThroughput'), 0);
});

withCompiler('figures of GPUs that differ are not mixed up', async () => {
  const scripts = [10, 20, 30].map((util) => h200(`util ${util}`, `gpm 2 ${util + 1}`, `power ${util}000`));
  const { collector, valuesOf } = await watchFake(scripts.join(''));
  await collector.firstLook;
  for (const [index, util] of [10, 20, 30].entries()) {
    assert.is(valuesOf(`gpu${index}`, 'util')[0], util / 100);
    assert.is(valuesOf(`gpu${index}`, 'smActive')[0], (util + 1) / 100);
    assert.is(valuesOf(`gpu${index}`, 'powerWatts')[0], util);
  }
  await collector.stop();
});

withCompiler('numbers that cannot be are unknown with a reason, and never shown', async () => {
  const allOnes = 2 ** 32 - 1;
  const bad: readonly (readonly [metric: string, line: string])[] = [
    ['util', 'util 300'],
    ['memoryUtil', `memory-util ${allOnes}`],
    ['powerWatts', `power ${allOnes}`],
    ['temperatureCelsius', `temperature ${allOnes}`],
    ['memoryTemperatureCelsius', `memory-temperature ${allOnes}`],
    ['memoryUsedBytes', 'memory-used 900000000000'],
    ['energyJoules', 'energy 18446744073709551615'],
    ['smClockMegahertz', `sm-clock ${allOnes}`],
    ['encoderUtil', 'encoder-util 101'],
    ['fanSpeed', `fan ${allOnes}`],
    ['pcieGeneration', 'pcie-generation 0'],
    ['smActive', 'gpm 2 nan'],
    ['occupancy', 'gpm 3 400'],
    ['tensorActive', 'gpm 5 -7'],
    ['dramActive', 'gpm 10 inf'],
    ['fp32Active', 'gpm 12 -nan'],
    ['pcieTransmitBytesPerSecond', 'gpm 20 1e12'],
    ['nvlinkReceiveBytesPerSecond', 'gpm 60 -1'],
  ];
  const { collector, valuesOf, absenceOf } = await watchFake(h200(...bad.map(([, line]) => line)));
  await collector.firstLook;
  for (const [metric] of bad) {
    assert.equal(valuesOf('gpu0', metric), [], metric);
    assert.match(absenceOf('gpu0', metric), /which cannot be|which is no measurement/, metric);
  }
  for (const metric of ['memoryTotalBytes', 'memoryClockMegahertz', 'decoderUtil', 'fp16Active']) {
    assert.ok(valuesOf('gpu0', metric).length > 0, metric);
  }
  await collector.stop();
});

withCompiler('a counter that comes to its senses is shown from then on', async () => {
  const { collector, rewrite, valuesOf, absenceOf, until } = await watchFake(h200('gpm 2 nan'));
  await collector.firstLook;
  assert.match(absenceOf('gpu0', 'smActive'), /NaN/);
  rewrite(h200('gpm 2 25'));
  await until(() => valuesOf('gpu0', 'smActive').length > 0);
  assert.is(valuesOf('gpu0', 'smActive')[0], 0.25);
  await collector.stop();
});

test.run();
