import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { figureNames } from '../../src/analysis/device-figures.ts';
import { LiveView, liveKeepNs } from '../../src/analysis/live.ts';
import { historyCurves } from '../../src/analysis/snapshot.ts';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known } from '../../src/model/measured.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { testGpu } from '../support/gpu-run.ts';
import { addExecutions, type Execution, emptyTimeline, testLaunch } from '../support/timelines.ts';

const test = suite('live devices');
const second = 1e9;

function add(
  timeline: TimelineBuilder,
  metric: string,
  from: string,
  samples: readonly (readonly [timeSeconds: number, value: number])[],
  device = 'gpu0',
): void {
  const series = timeline.addSeries({ device, metric, from });
  for (const [time, value] of samples) timeline.addSample(series, time * second, value);
}

const row = (timeline: TimelineBuilder, seconds: number) => {
  const [device] = new LiveView(timeline).snapshot(seconds * second).devices;
  if (device === undefined) throw new Error('The timeline has no device.');
  return device;
};

/** A GPU on which kernels of half its SMs run all the time, for 10 s. */
function withLaunches(): TimelineBuilder {
  const timeline = emptyTimeline([testGpu('gpu0')], liveKeepNs);
  const shape = {
    grid: [54, 1, 1] as const,
    block: [256, 1, 1] as const,
    registersPerThread: 32,
    staticSharedBytes: 0,
    dynamicSharedBytes: 0,
  };
  timeline.addLaunch(testLaunch({ device: 'gpu0', shape }));
  addExecutions(
    timeline,
    Array.from({ length: 1000 }, (_, at): Execution => [0, at * 1e7, 1e7]),
  );
  return timeline;
}

test('GPM is trusted before DCGM, DCGM before launches, whichever came first', () => {
  const timeline = withLaunches();
  const launches = row(timeline, 10).smActive;
  assert.ok(Math.abs((launches.value ?? 0) - 0.5) < 0.01, JSON.stringify(launches));
  add(timeline, 'smActive', 'dcgm', [[9.5, 0.3]]);
  assert.is(row(timeline, 10).smActive.value, 0.3);
  add(timeline, 'smActive', 'nvml.gpm', [[9.5, 0.2]]);
  assert.equal(row(timeline, 10).smActive, known(0.2, 'nvml.gpm'));
});

test('the last XID has the time at which it came, for ever', () => {
  const timeline = emptyTimeline([testGpu('gpu0')], liveKeepNs);
  assert.not.ok('xidUnixSeconds' in row(timeline, 1));
  add(timeline, 'xid', 'nvml', [
    [2, 31],
    [4.5, 79],
  ]);
  const { xid, xidUnixSeconds } = row(timeline, 7200);
  assert.equal(xid, known(79, 'nvml'));
  assert.is(xidUnixSeconds, Number(timeline.originUnixNs) / second + 4.5);
});

test('a source that gets stale hands over to the next', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  add(timeline, 'smActive', 'nvml.gpm', [
    [1, 0.2],
    [2, 0.2],
  ]);
  add(timeline, 'smActive', 'dcgm', [
    [-28, 0.3],
    [2, 0.3],
  ]);
  assert.is(row(timeline, 4).smActive.value, 0.2);
  assert.equal(row(timeline, 6).smActive, known(0.3, 'dcgm'));
  // A page of DCGM every 30 s stays for a minute, not longer.
  assert.is(row(timeline, 61).smActive.value, 0.3);
  assert.is(row(timeline, 63).smActive.value, null);
});

test('warps of launches are known beside their SMs', () => {
  const { kernelOccupancy, occupancy, kernelBusy } = row(withLaunches(), 10);
  // Blocks of 256 threads on half of the SMs: 8 of 64 warps there, and half of that over all.
  assert.ok(Math.abs((kernelOccupancy.value ?? 0) - 8 / 64 / 2) < 1e-3, JSON.stringify(kernelOccupancy));
  assert.is(occupancy.value, null);
  assert.ok((kernelBusy.value ?? 0) > 0.99);
});

test('a figure that stopped tells the collector’s reason; one that cannot be is unknown', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  add(timeline, 'util', 'nvml', [[1, 0.5]]);
  timeline.absences.push({ device: 'gpu0', metric: 'util', why: 'Not supported under MIG.' });
  assert.equal(row(timeline, 20).util, absent('Not supported under MIG.'));
  add(timeline, 'dramActive', 'nvml.gpm', [[20, 7]]);
  add(timeline, 'tensorActive', 'nvml.gpm', [[20, Number.NaN]]);
  const { dramActive, tensorActive, powerWatts } = row(timeline, 20);
  assert.is(dramActive.value, null);
  assert.is(tensorActive.value, null);
  assert.match(powerWatts.value === null ? powerWatts.why : '', 'Nothing samples power');
});

test('the busiest pipe is the compute throughput, and says which it is', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  assert.is(row(timeline, 1).computeThroughput.value, null);
  add(timeline, 'tensorActive', 'nvml.gpm', [[1, 0.4]]);
  add(timeline, 'fp32Active', 'nvml.gpm', [[1, 0.1]]);
  assert.equal(row(timeline, 1).computeThroughput, known(0.4, 'derived from nvml.gpm: tensorActive'));
});

test('a lost device shows its reason and never its last values', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  for (const name of figureNames) add(timeline, name, 'nvml', [[1, 0.5]]);
  timeline.addDeviceState({ device: 'gpu0', timeNs: second, condition: 'lost', why: 'It fell off the bus.' });
  const device = row(timeline, 1.1);
  assert.equal(device.state, { condition: 'lost', why: 'It fell off the bus.' });
  assert.equal(device.util, absent('It fell off the bus.'));
  for (const name of figureNames) if (name !== 'xid') assert.is(device[name].value, null, name);
  assert.is(device.xid.value, 0.5);
  timeline.addDeviceState({ device: 'gpu0', timeNs: 2 * second, condition: 'present', why: '' });
  add(timeline, 'util', 'nvml', [[2, 0.7]]);
  assert.is(row(timeline, 2).util.value, 0.7);
});

test('processes: the largest first, none from long ago', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  assert.is(row(timeline, 1).processes, null);
  const process = (pid: number, bytes: number | null): GpuProcess => ({
    pid,
    name: 'python',
    command: '',
    user: '',
    parent: null,
    container: '',
    kind: 'compute',
    memoryBytes: bytes === null ? absent('Not told.') : known(bytes, 'nvml'),
    util: absent('Not told.'),
  });
  timeline.addProcesses({
    device: 'gpu0',
    timeNs: second,
    processes: [process(1, null), process(2, 10), process(3, 20)],
  });
  assert.equal(
    row(timeline, 2).processes?.map(({ pid }) => pid),
    [3, 2, 1],
  );
  assert.is(row(timeline, 12).processes, null);
});

test('a part of a GPU has figures and a history of its own', () => {
  const timeline = emptyTimeline([testGpu('gpu0'), { ...testGpu('gpu0/1'), parent: 'gpu0' }]);
  add(timeline, 'smActive', 'nvml.gpm', [[1, 0.2]], 'gpu0/1');
  add(timeline, 'powerWatts', 'nvml', [[1, 300]]);
  const [whole, part] = new LiveView(timeline).snapshot(2 * second).devices;
  assert.is(whole?.smActive.value, null);
  assert.is(part?.smActive.value, 0.2);
  assert.is(whole?.history.powerWatts.at(-1), 300);
  assert.is(part?.history.smActive.at(-1), 0.2);
  assert.is(part?.gap, 'on a fifth of its SMs; how long it has work is not known');
  assert.is(whole?.gap, '');
  for (const curve of historyCurves) assert.is(part?.history[curve].length, whole?.history.util.length);
});

test('histories stay about an hour long', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  const view = new LiveView(timeline);
  for (let seconds = 1; seconds < 4000; seconds++) add(timeline, 'util', 'nvml', [[seconds, 0.5]]);
  for (let seconds = 10; seconds < 4000; seconds += 10) view.keepUp(seconds * second);
  const { history } = view.snapshot(4000 * second).devices[0] ?? {};
  assert.ok((history?.util.length ?? 0) >= 7200 && (history?.util.length ?? 0) <= 7440);
  assert.is(history?.util.at(-1), 0.5);
});

test('why there is no GPU, a sentence once; nothing where there is one', () => {
  const reasons = (timeline: TimelineBuilder) => new LiveView(timeline).snapshot(second).whyNoGpu;
  const timeline = emptyTimeline();
  assert.equal(reasons(timeline), []);
  for (const why of ['No driver.', 'No nvidia-smi.', 'No driver.'])
    timeline.absences.push({ device: null, metric: 'gpus', why });
  assert.equal(reasons(timeline), ['No driver.', 'No nvidia-smi.']);
  timeline.addDevice(testGpu('gpu0'));
  assert.equal(reasons(timeline), []);
});

test('collectors alone run while any of them does', () => {
  const timeline = emptyTimeline([testGpu('gpu0')]);
  const state = () => new LiveView(timeline).snapshot(second).state;
  timeline.producers.push({ name: 'host', processId: 1, outcome: 'running', message: '' });
  const nvml = { name: 'nvml', processId: 1, outcome: 'failed' as const, message: 'No library.' };
  timeline.producers.push(nvml);
  assert.is(state(), 'running');
  timeline.producers[0] = { name: 'host', processId: 1, outcome: 'ended', message: '' };
  assert.is(state(), 'ended');
});

test.run();
