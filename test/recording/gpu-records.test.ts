import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../src/model/device.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known } from '../../src/model/measured.ts';
import { describeRun } from '../../src/recording/manifest.ts';
import { MemoryRecording } from '../../src/recording/memory-recording.ts';
import { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { TimelinePlayer } from '../../src/recording/timeline-player.ts';

const test = suite('records of GPUs');

const device: Device = {
  id: 'gpu0/mig0',
  kind: 'gpu',
  name: 'NVIDIA H200 MIG 1g.18gb',
  vendor: 'NVIDIA',
  smCount: known(16, 'nvml'),
  computeCapability: known('9.0', 'nvml'),
  memoryBytes: known(19e9, 'nvml'),
  peakFlops: absent('A part of a GPU.'),
  uuid: 'MIG-1',
  parent: 'gpu0',
};

function process(pid: number): GpuProcess {
  return {
    pid,
    name: 'python',
    command: 'python train.py',
    user: 'anna',
    parent: 1,
    container: '',
    kind: 'compute',
    memoryBytes: known(1e9, 'nvml'),
    util: absent('The driver samples none.'),
  };
}

function recording(): MemoryRecording {
  return new MemoryRecording(describeRun('gpus', [], {}, []), { keepNs: 1e9 });
}

test('a device with its UUID and parent, its states and its processes come back as they were written', () => {
  const made = recording();
  const writer = made.openStream('nvml');
  writer.device(device);
  writer.deviceState({
    device: device.id,
    timeNs: writer.now(),
    condition: 'hung',
    why: 'It does not answer.',
  });
  writer.processes({ device: device.id, timeNs: writer.now(), processes: [process(1), process(2)] });
  writer.processes({ device: device.id, timeNs: writer.now(), processes: [process(2)] });
  writer.flush();
  made.poll();
  const { timeline } = made;
  assert.equal(timeline.devices, [device]);
  assert.is(timeline.deviceStates[0]?.condition, 'hung');
  assert.equal(timeline.processes.length, 1, 'a live timeline keeps the last list');
  assert.equal(timeline.processes[0]?.processes, [process(2)]);
  assert.ok((timeline.processes[0]?.timeNs ?? -1) >= (timeline.deviceStates[0]?.timeNs ?? 0));
});

test('a list that lacks a field is counted and ends no stream', () => {
  const made = recording();
  const writer = made.openStream('nvml');
  const broken = { ...process(1), pid: -1 };
  writer.processes({ device: 'gpu0', timeNs: writer.now(), processes: [broken] });
  writer.device(device);
  writer.flush();
  made.poll();
  assert.is(made.timeline.losses.outOfRange, 1);
  assert.is(made.timeline.devices.length, 1);
});

test('a replay shows processes and states when they came, not before', () => {
  const { run } = recording().timeline;
  const whole = new TimelineBuilder({ path: '', format: 'recording' }, run, 0n);
  whole.addProcesses({ device: 'gpu0', timeNs: 10, processes: [process(1)] });
  whole.addDeviceState({ device: 'gpu0', timeNs: 20, condition: 'lost', why: 'It fell off the bus.' });
  const player = new TimelinePlayer(whole);
  assert.is(player.advanceTo(5).processes.length, 0);
  assert.is(player.advanceTo(15).processes.length, 1);
  assert.is(player.advanceTo(15).deviceStates.length, 0);
  assert.is(player.advanceTo(25).deviceStates.length, 1);
  assert.is(player.advanceTo(5).processes.length, 0);
});

test('a live timeline forgets old samples of devices, never those of the training', () => {
  const { run } = recording().timeline;
  const live = new TimelineBuilder({ path: '', format: 'recording' }, run, 0n, { keepNs: 1e9 });
  const util = live.addSeries({ device: 'gpu0', metric: 'util', from: 'nvml' });
  const loss = live.addSeries({ device: null, metric: 'loss', from: 'workload' });
  const seconds = 5000;
  for (let second = 0; second < seconds; second++) {
    live.addSample(util, second * 1e9, 0.5);
    live.addSample(loss, second * 1e9, 0.5);
  }
  assert.ok(util.timesNs.length < 500, `${util.timesNs.length} are kept`);
  assert.is(util.timesNs.length, util.values.length);
  assert.is(util.timesNs.at(-1), (seconds - 1) * 1e9);
  assert.is(loss.timesNs.length, seconds);
});

test.run();
