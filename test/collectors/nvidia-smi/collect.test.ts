import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createNvidiaSmi } from '../../../collectors/nvidia-smi/index.ts';
import { FakeSmiProgram } from '../../support/fake-smi.ts';
import { FakeWriter } from '../../support/fake-writer.ts';

const test = suite('nvidia-smi');
const path = process.env['PATH'];
const patient = createNvidiaSmi({ leastIntervalMs: 1_000_000 });

test.after.each(() => {
  process.env['PATH'] = path;
});

function onPath(...does: ConstructorParameters<typeof FakeSmiProgram>): FakeSmiProgram {
  const program = new FakeSmiProgram(...does);
  process.env['PATH'] = program.path;
  return program;
}

/** Whether it runs; one that has ended and waits for its parent does not. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const samplingTo = (writer: FakeWriter, deviceOf: (uuid: string) => string | null = () => null) => ({
  writer,
  intervalMs: 1_000_000,
  settings: {},
  deviceOf,
});

test('a program that answers is sampled: device, figures, processes', async () => {
  onPath({ prints: 'tesla-t4' });
  const writer = new FakeWriter();
  const running = await patient.start(samplingTo(writer));
  await running.firstLook;
  await running.stop();
  assert.is(running.works, true);
  assert.is(running.why, '');
  assert.equal(
    writer.devices.map(({ id, name }) => [id, name]),
    [['gpu0', 'Tesla T4']],
  );
  const util = writer.samples.find(({ series }) => series.metric === 'util');
  assert.equal(util?.series, { device: 'gpu0', metric: 'util', from: 'nvidia-smi' });
  assert.is(util?.value, 0);
  assert.is(writer.processLists[0]?.processes.length, 2);
  assert.ok(writer.absences.some(({ metric, device }) => metric === 'fanSpeed' && device === 'gpu0'));
});

test('a GPU that another source knows keeps that id', async () => {
  onPath({ prints: 'tesla-t4' });
  const writer = new FakeWriter();
  const running = await patient.start(
    samplingTo(writer, (uuid) => (uuid.startsWith('GPU-') ? 'mine' : null)),
  );
  await running.stop();
  assert.is(writer.devices[0]?.id, 'mine');
});

test('MIG devices are devices of their own with a parent', async () => {
  onPath({ prints: 'a100-sxm4-v12' });
  const report = await patient.examine({});
  assert.is(report.works, true);
  assert.equal(
    report.devices.map(({ device }) => [device.id, device.parent]),
    [
      ['gpu0', undefined],
      ['gpu0/mig0', 'gpu0'],
      ['gpu0/mig1', 'gpu0'],
      ['gpu0/mig2', 'gpu0'],
      ['gpu0/mig3', 'gpu0'],
    ],
  );
  assert.ok(report.devices[0]?.lacks.some(({ metric }) => metric === 'util'));
});

test('a program that is not there, fails, warns or ends early is told with what to do', async () => {
  process.env['PATH'] = new FakeSmiProgram({ prints: 'tesla-t4' }).path.split(':').slice(2).join(':');
  assert.match((await patient.examine({})).detail, /not on PATH; install/);
  onPath({ exits: 9, says: 'NVIDIA-SMI has failed because it could not communicate with the driver.' });
  assert.match((await patient.examine({})).detail, /cannot reach the NVIDIA driver/);
  onPath({ exits: 77, says: '' });
  assert.match((await patient.examine({})).detail, /ended with code 77/);
  onPath({ warns: 'WARNING: infoROM is corrupted' });
  assert.match((await patient.examine({})).detail, /infoROM is corrupted/);
  onPath({ prints: 'tesla-t4', half: true });
  const half = await patient.examine({});
  assert.is(half.works, false);
  assert.match(half.detail, /nvidia-smi/);
});

test('a program that does not work is written as absent', async () => {
  onPath({ exits: 9, says: '' });
  const writer = new FakeWriter();
  const running = await patient.start(samplingTo(writer));
  await running.stop();
  assert.is(running.works, false);
  assert.is(writer.devices.length, 0);
  assert.equal(writer.absences, [{ device: null, metric: 'gpus', why: running.why }]);
});

test('a call that hangs is given up and its process is gone', async () => {
  const program = onPath({ hangs: true });
  const report = await createNvidiaSmi({ deadlineMs: 2000 }).examine({});
  assert.is(report.works, false);
  assert.match(report.detail, /has not answered for 2 s and was killed/);
  assert.is(program.pids.length, 1);
  for (const pid of program.pids) await untilGone(pid);
});

test('figures of a program that fails later become unknown', async () => {
  const program = onPath({ prints: 'tesla-t4' });
  const writer = new FakeWriter();
  const hurried = createNvidiaSmi({ leastIntervalMs: 1 });
  const running = await hurried.start({ ...samplingTo(writer), intervalMs: 1 });
  program.does({ exits: 9, says: '' });
  while (running.works) await new Promise((resolve) => setTimeout(resolve, 5));
  await running.stop();
  assert.ok(
    writer.absences.some(
      ({ device, metric, why }) => device === 'gpu0' && metric === 'util' && why === running.why,
    ),
  );
  assert.is(writer.processLists.at(-1)?.processes.length, 0);
});

test.run();
