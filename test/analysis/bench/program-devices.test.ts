import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programDevices } from '../../../src/analysis/bench/program-devices.ts';
import { addSamples, emptyTimeline } from '../../support/timelines.ts';
import { addRuns, gpuTimeline, kinds, testGpu } from '../utilization/gpu-timelines.ts';

const test = suite('devices of a program');
const { compute, collective } = kinds;
const launchesPerDevice = 6;

/** Devices that compute for a time and then are in a collective, all until 1000; the last device does nothing. */
function devices(computesNs: readonly number[], ranks: boolean) {
  const timeline = gpuTimeline([...computesNs, 0].map((_ns, at) => testGpu(`gpu${at}`)));
  for (const [at, ns] of computesNs.entries()) {
    const first = at * launchesPerDevice;
    if (ranks) timeline.addRank(at, computesNs.length, `gpu${at}`);
    addRuns(timeline, [
      { launch: first + compute, startNs: 0, durationNs: ns },
      { launch: first + collective, startNs: ns, durationNs: 1000 - ns },
    ]);
  }
  return timeline;
}

test('who comes late to a collective is waited for: what the others have more of it is waiting', () => {
  const { compute: computes, wait, communicate, ranks } = programDevices(devices([400, 700], true));
  assert.equal(
    ranks.map((rank) => [
      rank.rank,
      rank.compute.value,
      rank.wait.value,
      rank.communicate.value,
      rank.straggler,
    ]),
    [
      [0, 0.4, 0.3, 0.3, false],
      [1, 0.7, 0, 0.3, true],
    ],
  );
  assert.equal([computes.value, wait.value, communicate.value], [0.55, 0.15, 0.3]);
});

test('communication under which a kernel computes costs nothing', () => {
  const timeline = devices([400], false);
  addRuns(timeline, [{ launch: compute, startNs: 500, durationNs: 300 }]);
  assert.is(programDevices(timeline).compute.value, 0.7);
  assert.is(programDevices(timeline).communicate.value, 0.3);
});

test('the collectives of one device tell no waiting, and no collective no communication', () => {
  const alone = programDevices(devices([400], false));
  assert.match(alone.wait.value === null ? alone.wait.why : '', /several devices/);
  assert.is(alone.communicate.value, 0.6);
  const timeline = gpuTimeline([testGpu()]);
  addRuns(timeline, [{ launch: compute, startNs: 0, durationNs: 10 }]);
  const { compute: computes, wait, communicate } = programDevices(timeline);
  assert.is(computes.value, 1);
  for (const figure of [wait, communicate])
    assert.match(figure.value === null ? figure.why : '', /No collective/);
});

test('util and SM activity are of the devices that ran kernels alone', () => {
  const timeline = devices([1000], false);
  addSamples(timeline, 'gpu0', 'util', [[500, 0.9]]);
  addSamples(timeline, 'gpu1', 'util', [[500, 0]]);
  const { util, smActive } = programDevices(timeline);
  assert.equal(util, { value: 0.9, from: 'test' });
  // 4 blocks on 10 SMs.
  assert.is(smActive.value, 0.4);
});

test('without kernels there is the reason that was recorded', () => {
  const timeline = emptyTimeline([testGpu()]);
  assert.match(reasonOf(timeline), /No kernels of the program/);
  timeline.absences.push({ device: null, metric: 'kernels', why: 'The program never used CUDA.' });
  assert.is(reasonOf(timeline), 'The program never used CUDA.');
});

function reasonOf(timeline: Parameters<typeof programDevices>[0]): string {
  const { compute: computes } = programDevices(timeline);
  return computes.value === null ? computes.why : '';
}

test.run();
