import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvml } from '../../../collectors/nvml/index.ts';
import { loadNvml } from '../../../collectors/nvml/library.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';
import { needs } from '../../support/needs.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('libnvidia-ml through koffi');
const withCompiler = needs('cc', test);

function tinyDriver(): string {
  const library = join(temporaryDirectory(), 'libtiny-nvml.so');
  const source = join(import.meta.dirname, 'tiny-driver.c');
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source]);
  assert.is(status, 0, String(stderr));
  return library;
}

withCompiler('handles, numbers and buffers arrive in the library, and its answers come back', async () => {
  const made = new MemoryRecording(describeRun('test', [], {}, []));
  const writer = made.openStream('nvml');
  const collector = await createNvml(tinyDriver()).start({
    writer,
    intervalMs: 1000,
    settings: {},
    deviceOf: () => null,
  });
  assert.is(collector.why, '');
  await collector.firstLook;
  await collector.stop();
  writer.flush();
  made.poll();
  const firstOf = (metric: string) =>
    made.timeline.series.find(({ series }) => series.metric === metric)?.values[0];
  assert.is(firstOf('util'), 0.97);
  assert.is(firstOf('smClockMegahertz'), 1410);
  assert.is(firstOf('memoryClockMegahertz'), 1215);
  assert.is(firstOf('energyJoules'), 123_456_789.012);
  const whyNot = (metric: string) => made.timeline.absences.find((absence) => absence.metric === metric)?.why;
  assert.match(whyNot('smActive') ?? '', /This driver \(470\.57\) has no nvmlGpm/);
  assert.match(whyNot('powerWatts') ?? '', /nvmlDeviceGetPowerUsage/);
  assert.is(whyNot('processUtil'), undefined);
});

withCompiler('a function that the library lacks is known to be missing, and is not called', async () => {
  const library = await loadNvml(tinyDriver());
  assert.ok(library.has('nvmlDeviceGetUtilizationRates'));
  assert.not(library.has('nvmlGpmSampleAlloc'));
});

test('a file that is no library is told apart from one that is missing', async () => {
  const path = join(temporaryDirectory(), 'libnvidia-ml.so.1');
  writeFileSync(path, 'this is no library');
  const { works, detail } = await createNvml(path).examine({});
  assert.not(works);
  assert.match(detail, /cannot be loaded/);
});

test.run();
