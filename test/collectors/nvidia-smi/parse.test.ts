import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseNvidiaSmi, type SmiGpu } from '../../../collectors/nvidia-smi/parse.ts';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { smiAnswer, smiCapture } from '../../support/fake-smi.ts';

const test = suite('parseNvidiaSmi');

function onlyGpu(text: string): SmiGpu {
  const [gpu] = parseNvidiaSmi(smiAnswer(text)).gpus;
  if (gpu === undefined) throw new Error('no GPU was read');
  return gpu;
}

function figure(gpu: Pick<SmiGpu, 'figures'>, metric: string) {
  return gpu.figures.find((one) => one.metric === metric);
}

test('a document of v13 gives every figure in the units of the metrics', () => {
  const report = parseNvidiaSmi(smiAnswer(smiCapture('rtx-3080-v13')));
  const [gpu] = report.gpus;
  assert.ok(gpu);
  assert.is(gpu.name, 'NVIDIA GeForce RTX 3080');
  assert.match(gpu.uuid, /^GPU-/);
  assert.match(gpu.pciBusId, /^0000:[0-9a-f]{2}:00\.0$/);
  assert.is(figure(gpu, 'util')?.value, 0.65);
  assert.is(figure(gpu, 'memoryUsedBytes')?.value, 9184 * 2 ** 20);
  assert.is(figure(gpu, 'memoryTotalBytes')?.value, 10240 * 2 ** 20);
  assert.is(figure(gpu, 'powerWatts')?.value, 139.62);
  assert.is(figure(gpu, 'powerLimitWatts')?.value, 320);
  assert.is(figure(gpu, 'smClockMegahertz')?.value, 1950);
  assert.is(figure(gpu, 'memoryClockMegahertz')?.value, 9251);
  assert.is(figure(gpu, 'throttleReasons')?.value, 0);
  assert.is(figure(gpu, 'eccCorrectedErrors')?.value, null);
  assert.ok(report.driver.length > 0);
});

test('MIG devices have their own memory and SMs, and the util of their GPU is unknown', () => {
  const gpu = onlyGpu(smiCapture('a100-sxm4-v12'));
  assert.is(gpu.migDevices.length, 4);
  const [, second] = gpu.migDevices;
  assert.ok(second);
  assert.is(second.index, 1);
  assert.is(second.gpuInstance, '4');
  assert.is(second.smCount.value, 14);
  assert.is(figure(second, 'memoryTotalBytes')?.value, 19968 * 2 ** 20);
  assert.is(figure(second, 'util'), undefined);
  assert.is(figure(gpu, 'util')?.value, null);
  assert.match(figure(gpu, 'util')?.why ?? '', /does not give this/);
  assert.is(figure(gpu, 'powerWatts')?.value, 67.03);
  assert.is(figure(gpu, 'memoryTemperatureCelsius')?.value, 44);
  assert.is(figure(gpu, 'pcieTransmitBytesPerSecond')?.value, 4_000_000);
  assert.is(figure(gpu, 'eccUncorrectedErrors')?.value, 0);
  assert.is(gpu.properties['mig'], 'on');
});

test('processes come with kind and memory', () => {
  const { processes } = onlyGpu(smiCapture('tesla-t4'));
  assert.ok(typeof processes !== 'string');
  assert.equal(
    processes.map(({ pid, name, kind, memoryBytes }) => [pid, name, kind, memoryBytes.value]),
    [
      [675, 'Xorg', 'graphics', 22 * 2 ** 20],
      [5762, 'python', 'compute', 1005 * 2 ** 20],
    ],
  );
});

test('a process on a MIG device is listed there and not on the GPU', () => {
  const text = smiCapture('tesla-t4').replace(
    '</mig_devices>',
    '<mig_device><index>0</index><gpu_instance_id>3</gpu_instance_id><compute_instance_id>0</compute_instance_id></mig_device></mig_devices>',
  );
  const own =
    '<gpu_instance_id>N/A</gpu_instance_id>\\s*<compute_instance_id>N/A</compute_instance_id>\\s*<pid>5762';
  const placed = text.replace(
    new RegExp(own),
    '<gpu_instance_id>3</gpu_instance_id><compute_instance_id>0</compute_instance_id><pid>5762',
  );
  const gpu = onlyGpu(placed);
  const pidsOf = (list: SmiGpu['processes'] | undefined) =>
    typeof list === 'object' ? list.map(({ pid }) => pid) : list;
  assert.equal(pidsOf(gpu.processes), [675]);
  assert.equal(pidsOf(gpu.migDevices[0]?.processes), [5762]);
});

test('one that is listed for both kinds is one process', () => {
  const text = smiCapture('tesla-t4').replace('<pid>675<', '<pid>5762<');
  const { processes } = onlyGpu(text);
  assert.ok(typeof processes !== 'string');
  assert.is(processes.length, 1);
  assert.is(processes[0]?.kind, 'both');
  assert.is(processes[0]?.memoryBytes.value, 1005 * 2 ** 20);
});

test('a document with few elements says of the rest that it is not written', () => {
  const gpu = onlyGpu(smiCapture('gtx-1070-ti'));
  assert.is(gpu.pciBusId, '0000:01:00.0');
  assert.is(figure(gpu, 'fanSpeed')?.value, 1);
  assert.is(figure(gpu, 'util')?.value, 0);
  assert.is(figure(gpu, 'pcieWidth')?.value, 16);
  assert.is(figure(gpu, 'memoryClockMaxMegahertz')?.value, null);
  assert.match(figure(gpu, 'memoryClockMaxMegahertz')?.why ?? '', /does not write/);
  assert.type(gpu.processes, 'string');
});

for (const name of ['quadro-p400', 'a10g', 'tesla-t4', 'a100-sxm4-v12', 'rtx-3080-v13', 'gtx-1070-ti']) {
  test(`${name} has a name, a UUID and memory, and a reason for each figure that is missing`, () => {
    const gpu = onlyGpu(smiCapture(name));
    assert.is.not(gpu.name, 'NVIDIA GPU');
    assert.match(gpu.uuid, /^GPU-/);
    assert.ok((figure(gpu, 'memoryTotalBytes')?.value ?? 0) > 2 ** 30);
    for (const { value, why } of gpu.figures) {
      assert.ok(value === null ? /^(nvidia-smi does not|This )/.test(why) : why === '', why);
    }
  });
}

test('active reasons become the bits of NVML, by the old name and the new', () => {
  const old = smiCapture('tesla-t4').replace(
    '<clocks_throttle_reason_sw_power_cap>Not Active',
    '<clocks_throttle_reason_sw_power_cap>Active',
  );
  const asNew = smiCapture('rtx-3080-v13').replace(
    '<clocks_event_reason_hw_thermal_slowdown>Not Active',
    '<clocks_event_reason_hw_thermal_slowdown>Active',
  );
  const idle = figure(onlyGpu(smiCapture('tesla-t4')), 'throttleReasons')?.value ?? Number.NaN;
  assert.is(figure(onlyGpu(old), 'throttleReasons')?.value, idle | 0x4);
  assert.is(figure(onlyGpu(asNew), 'throttleReasons')?.value, 0x40);
});

for (const word of [
  'N/A',
  '[N/A]',
  '[Unknown Error]',
  'GPU is lost',
  'Requested functionality has been deprecated',
  'Insufficient Permissions',
  '101 %',
  '-1 %',
  '65',
  '65 W',
  'NaN %',
]) {
  test(`"${word}" in place of util is unknown and has a reason`, () => {
    const text = smiCapture('rtx-3080-v13').replace('<gpu_util>65 %<', `<gpu_util>${word}<`);
    const util = figure(onlyGpu(text), 'util');
    assert.is(util?.value, null);
    assert.match(util?.why ?? '', /\.$/);
  });
}

test('a GPU that is lost says so', () => {
  const text = smiCapture('tesla-t4').replace('<fan_speed>N/A<', '<fan_speed>GPU is lost<');
  assert.is(onlyGpu(text).lost, true);
  assert.is(onlyGpu(smiCapture('tesla-t4')).lost, false);
});

test('what is no answer of nvidia-smi is refused with bad-data', () => {
  for (const answer of [undefined, null, '', 'NVIDIA-SMI has failed', {}, [], { nvidia_smi_log: '' }]) {
    assert.throws(
      () => parseNvidiaSmi(answer),
      (error: unknown) => error instanceof WarpwatchError && error.code === 'bad-data',
    );
  }
});

test('whatever the document holds, it is read or refused, and each figure has a value or a reason', () => {
  const anything = fc.anything({ maxDepth: 4 });
  fc.assert(
    fc.property(fc.oneof(anything, fc.record({ nvidia_smi_log: fc.record({ gpu: anything }) })), (answer) => {
      try {
        for (const { figures } of parseNvidiaSmi(answer).gpus) {
          for (const { value, why } of figures)
            assert.ok(value === null ? why !== '' : Number.isFinite(value));
        }
      } catch (error) {
        assert.instance(error, WarpwatchError);
      }
    }),
  );
});

test('any text in any element of a capture is read', () => {
  const whole = smiCapture('a100-sxm4-v12');
  const spots = [...whole.matchAll(/>([^<>\n]+)</g)];
  fc.assert(
    fc.property(fc.nat(spots.length - 1), fc.stringMatching(/^[\w %./[\]-]{0,20}$/), (at, text) => {
      const spot = spots[at];
      assert.ok(spot);
      const start = spot.index + 1;
      const changed = whole.slice(0, start) + text + whole.slice(start + (spot[1]?.length ?? 0));
      for (const { value, why } of onlyGpu(changed).figures) assert.ok(value !== null || why !== '');
    }),
    { numRuns: 60 },
  );
});

test.run();
