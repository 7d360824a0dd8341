import koffi from 'koffi';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvml } from '../../../collectors/nvml/index.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';
import { fakeNvmlEnvironment, h200 } from '../../support/fake-nvml.ts';
import { needs } from '../../support/needs.ts';

const test = suite('NVML collector on the fake library');
const withCompiler = needs('cc', test);

async function watch(script: string, missing: readonly string[] = []) {
  const { env, library } = fakeNvmlEnvironment(script, missing);
  process.env['FAKE_NVML'] = env.FAKE_NVML;
  const made = new MemoryRecording(describeRun('test', [], {}, []));
  const writer = made.openStream('nvml');
  const timing = { lanes: { callMs: 80, lookMs: 500, mostStuck: 3 }, secondMs: 50, rarelyMs: 100 };
  const collector = await createNvml(library, timing).start({
    writer,
    intervalMs: 50,
    settings: {},
    deviceOf: () => null,
  });
  const look = () => {
    writer.flush();
    made.poll();
    return made.timeline;
  };
  const until = async (condition: () => boolean) => {
    for (let tries = 0; tries < 600 && !condition(); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(condition(), String(condition));
  };
  const seriesOf = (device: string, metric: string) =>
    look().series.find(({ series }) => series.device === device && series.metric === metric);
  const stateOf = (device: string) =>
    look()
      .deviceStates.filter((state) => state.device === device)
      .at(-1)?.condition;
  return { collector, library, look, until, seriesOf, stateOf };
}

withCompiler('util and SM active of one GPU, with their sources; nothing is left open', async () => {
  const { collector, library, seriesOf } = await watch(h200());
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

withCompiler('a call that takes long holds up that GPU alone, and it comes back', async () => {
  const { collector, seriesOf, stateOf, until } = await watch(
    h200() + h200('hang nvmlDeviceGetPowerUsage 600'),
  );
  await collector.firstLook;
  assert.is(stateOf('gpu1'), 'hung');
  const before = seriesOf('gpu0', 'util')?.values.length ?? 0;
  await until(() => (seriesOf('gpu0', 'util')?.values.length ?? 0) > before + 3);
  assert.is(stateOf('gpu0'), undefined);
  await until(() => !collector.hangs);
  await collector.stop();
});

withCompiler('a GPU that is lost in the middle is a state', async () => {
  const { collector, seriesOf, stateOf, until } = await watch(h200('lost after-ms 300') + h200());
  await collector.firstLook;
  await until(() => stateOf('gpu0') === 'lost');
  const before = seriesOf('gpu1', 'util')?.values.length ?? 0;
  await until(() => (seriesOf('gpu1', 'util')?.values.length ?? 0) > before + 3);
  assert.is(stateOf('gpu1'), undefined);
  await collector.stop();
});

withCompiler('a driver without GPM says so and gives the rest', async () => {
  const { collector, seriesOf, look } = await watch(h200(), [
    'nvmlGpmSampleAlloc',
    'nvmlDeviceGetMemoryInfo_v2',
  ]);
  await collector.firstLook;
  assert.is(seriesOf('gpu0', 'util')?.values[0], 0.97);
  assert.ok((seriesOf('gpu0', 'memoryUsedBytes')?.values[0] ?? 0) > 0);
  assert.match(look().absences.find(({ metric }) => metric === 'smActive')?.why ?? '', /nvmlGpmSampleAlloc/);
  await collector.stop();
});

test.run();
