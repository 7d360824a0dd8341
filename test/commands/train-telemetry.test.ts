import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnown } from '../../src/model/measured.ts';
import { metrics } from '../../src/model/series.ts';
import { readRecording } from '../../src/recording/reader.ts';
import { warpwatch } from '../support/cli.ts';
import { fakeNvmlEnvironment } from '../support/fake-nvml.ts';
import { needsSoftwareGpu, softwareAdapter, softwareGpu } from '../support/software-gpu.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('GPU telemetry of train');
const withGpu = needsSoftwareGpu(test);
const directory = temporaryDirectory();

/** One pass on the software GPU beside a scripted driver. */
async function trainBeside(script: string, name: string) {
  const path = join(directory, name);
  const driver = fakeNvmlEnvironment(script);
  const libraries = [driver.env.LD_LIBRARY_PATH, softwareGpu['LD_LIBRARY_PATH']].join(':');
  const env = { ...process.env, ...softwareGpu, ...driver.env, LD_LIBRARY_PATH: libraries };
  const words = ['--backend', 'webgpu', '--adapter', softwareAdapter, '--batch', '1', '--steps', '1'];
  const small = ['--image', '8'];
  const { code, stdout, stderr } = await warpwatch(
    ['train', 'fusion', ...words, ...small, '--record', path, '--plain'],
    { env },
  );
  assert.is(code, 0, stderr);
  return { timeline: readRecording(path), stdout, stderr };
}

const gpu = (name: string) => `gpu\nname ${name}\nutil 97\ngpm 2 41.0\n`;

withGpu(
  'util of the driver and kernels of the training stand on one device where its name is the only one',
  async () => {
    const script = `${gpu('NVIDIA swiftshader device (Subzero)')}${gpu('NVIDIA H200')}`;
    const { timeline, stdout, stderr } = await trainBeside(script, 'joined');
    assert.equal(timeline.devices.map(({ id }) => id).toSorted(), ['cpu', 'gpu0', 'gpu1']);
    const device = timeline.devices.find(({ id }) => id === 'gpu0');
    assert.ok(device?.uuid, 'the driver tells it');
    assert.ok(device && isKnown(device.peakFlops), 'the training measures it');
    assert.ok(device && isKnown(device.smCount), 'the driver tells it');
    const sampled = timeline.series.flatMap(({ series }) =>
      series.device === 'gpu0' ? [series.metric] : [],
    );
    for (const metric of [metrics.util, metrics.smActive, metrics.powerWatts])
      assert.ok(sampled.includes(metric));
    assert.ok(timeline.launches.some(({ device: id, kind }) => id === 'gpu0' && kind === 'kernel'));
    assert.match(stdout, /gpu0 .*util 97%.* kernelBusy \d+%/);
    assert.not.match(stderr, /rows of their own/);
  },
);

withGpu('two GPUs of the name stay apart from the training, and it says why', async () => {
  const script = gpu('SwiftShader Device (Subzero)').repeat(2);
  const { timeline, stderr } = await trainBeside(script, 'apart');
  assert.equal(timeline.devices.map(({ id }) => id).toSorted(), ['cpu', 'gpu0', 'gpu1', 'webgpu0']);
  assert.ok(timeline.launches.every(({ device }) => device === 'webgpu0'));
  const why = /There are 2 GPUs of the name SwiftShader Device \(Subzero\) here .* rows of their own\./;
  assert.match(stderr, why);
  const absence = timeline.absences.find(
    ({ device, metric }) => device === 'webgpu0' && metric === metrics.util,
  );
  assert.match(absence?.why ?? '', why);
});

test.run();
