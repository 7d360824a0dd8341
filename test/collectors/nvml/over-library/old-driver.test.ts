import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { h200 } from '../../../support/fake-nvml.ts';
import { needs } from '../../../support/needs.ts';
import { watchFake } from './watch-fake.ts';

const test = suite('NVML collector on the fake library: old drivers');
const withCompiler = needs('cc', test);

const gpm = [
  'nvmlGpmQueryDeviceSupport',
  'nvmlGpmSampleAlloc',
  'nvmlGpmSampleFree',
  'nvmlGpmSampleGet',
  'nvmlGpmMigSampleGet',
  'nvmlGpmMetricsGet',
];
const pid = 2 ** 30;

withCompiler('without the newest forms of its calls a driver gives nearly everything', async () => {
  const missing = [
    ...gpm,
    'nvmlDeviceGetMemoryInfo_v2',
    'nvmlDeviceGetCurrentClocksEventReasons',
    'nvmlDeviceGetTemperatureV',
    'nvmlDeviceGetComputeRunningProcesses_v3',
    'nvmlDeviceGetComputeRunningProcesses_v2',
    'nvmlDeviceGetGraphicsRunningProcesses_v3',
    'nvmlDeviceGetGraphicsRunningProcesses_v2',
  ];
  const script = h200(
    'memory-used 5000',
    'throttle-reasons 4',
    'temperature 71',
    `process ${pid} compute 1000`,
    `process ${pid + 1} compute 2000 sm 30`,
    `process ${pid + 2} graphics 3000`,
  );
  const { collector, valuesOf, absenceOf, look } = await watchFake(`driver 470.57\n${script}`, missing);
  await collector.firstLook;
  assert.is(valuesOf('gpu0', 'util')[0], 0.97);
  assert.is(valuesOf('gpu0', 'memoryUsedBytes')[0], 5000);
  assert.is(valuesOf('gpu0', 'throttleReasons')[0], 4);
  assert.is(valuesOf('gpu0', 'temperatureCelsius')[0], 71);
  assert.match(absenceOf('gpu0', 'smActive'), /This driver \(470\.57\) has no nvmlGpm/);
  const [list] = look().processes;
  assert.equal(
    list?.processes.map((each) => [each.pid - pid, each.kind, each.memoryBytes.value]),
    [
      [0, 'compute', 1000],
      [1, 'compute', 2000],
      [2, 'graphics', 3000],
    ],
  );
  assert.is(list?.processes[1]?.util.value, 0.3);
  await collector.stop();
});

withCompiler('what a driver has in no form says which function is missing', async () => {
  const absent: readonly (readonly [metric: string, name: string])[] = [
    ['powerWatts', 'nvmlDeviceGetPowerUsage'],
    ['energyJoules', 'nvmlDeviceGetTotalEnergyConsumption'],
    ['memoryTemperatureCelsius', 'nvmlDeviceGetFieldValues'],
    ['processUtil', 'nvmlDeviceGetProcessUtilization'],
    ['xid', 'nvmlEventSetCreate'],
    ['smActive', 'nvmlGpmMetricsGet'],
  ];
  const missing = [...absent.map(([, name]) => name), 'nvmlDeviceGetNumGpuCores', 'nvmlDeviceGetMigMode'];
  const { collector, valuesOf, absenceOf, stateOf, look } = await watchFake(h200(), missing);
  await collector.firstLook;
  for (const [metric, name] of absent) {
    assert.equal(valuesOf('gpu0', metric), []);
    assert.match(absenceOf('gpu0', metric), new RegExp(name));
  }
  assert.is(look().devices[0]?.smCount.value, null);
  assert.is(valuesOf('gpu0', 'util')[0], 0.97);
  assert.is(stateOf('gpu0'), null);
  await collector.stop();
});

withCompiler('a driver that has only the newer form for the temperature gives it', async () => {
  const { collector, valuesOf } = await watchFake(h200('temperature 63'), ['nvmlDeviceGetTemperature']);
  await collector.firstLook;
  assert.is(valuesOf('gpu0', 'temperatureCelsius')[0], 63);
  await collector.stop();
});

withCompiler('a GPU before Hopper has no counters, and says where they can be had', async () => {
  const script = h200('name NVIDIA A100', 'capability-major 8', 'gpm-supported 0');
  const { collector, valuesOf, absenceOf } = await watchFake(script);
  await collector.firstLook;
  assert.is(valuesOf('gpu0', 'util')[0], 0.97);
  assert.equal(valuesOf('gpu0', 'smActive'), []);
  assert.match(absenceOf('gpu0', 'smActive'), /Hopper.*--dcgm/);
  await collector.stop();
});

test.run();
