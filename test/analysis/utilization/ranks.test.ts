import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measureRanks, stragglingDevices } from '../../../src/analysis/utilization/index.ts';
import { buildReport } from '../../../src/report/build.ts';
import { reportMarkdown } from '../../../src/report/markdown.ts';
import { reportText } from '../../../src/report/text.ts';
import { addRuns, gpuTimeline, kinds, testGpu } from './gpu-timelines.ts';

const test = suite('ranks and stragglers');
const { compute, collective } = kinds;
const launchesPerDevice = 6;

/** Ranks of one device, each computing for a time and then in a collective until 1000. */
function ranks(computesNs: readonly number[], grouped = true) {
  const timeline = gpuTimeline(computesNs.map((_ns, rank) => testGpu(`rank${rank}/gpu0`)));
  for (const [rank, ns] of computesNs.entries()) {
    const first = rank * launchesPerDevice;
    if (grouped) {
      timeline.ranks.push({ rank, worldSize: computesNs.length, devices: [`rank${rank}/gpu0`] });
      timeline.addStep({ number: 1, startNs: 0, endNs: 1000, samples: null, rank });
    }
    addRuns(timeline, [
      { launch: first + compute, startNs: 0, durationNs: ns },
      { launch: first + collective, startNs: ns, durationNs: 1000 - ns },
    ]);
  }
  return timeline;
}

test('each rank tells its computing, its communication and its step', () => {
  const [first, second] = measureRanks(ranks([400, 700]));
  assert.equal([first?.rank, first?.devices], [0, ['rank0/gpu0']]);
  assert.equal([first?.computeSeconds.value, first?.communicationSeconds.value], [400e-9, 600e-9]);
  assert.is(first?.meanStepSeconds.value, 1e-6);
  assert.equal([first?.straggler, second?.straggler], [false, true]);
});

test('the text of a report names the rank that the others wait for', () => {
  const report = buildReport(ranks([500, 510, 800, 490]));
  assert.match(reportText(report), /^ +2 +rank2\/gpu0 .* the others wait for it$/m);
  assert.match(reportMarkdown(report), /^\| 2 \| rank2\/gpu0 \|.*the others wait for it \|$/m);
});

test('the one that computes longest and waits least is the straggler; nearly equal ones are none', () => {
  const flags = (computesNs: readonly number[]) =>
    measureRanks(ranks(computesNs)).map(({ straggler }) => straggler);
  assert.equal(flags([500, 510, 800, 490]), [false, false, true, false]);
  assert.equal(flags([500, 510, 530, 490]), [false, false, false, false]);
  assert.equal(flags([500]), [false]);
});

test('one that computes longer and waits as long keeps nobody waiting', () => {
  const timeline = gpuTimeline([testGpu('gpu0'), testGpu('gpu1')]);
  addRuns(timeline, [
    { launch: compute, startNs: 0, durationNs: 500 },
    { launch: collective, startNs: 500, durationNs: 300 },
    { launch: compute + launchesPerDevice, startNs: 0, durationNs: 700 },
    { launch: collective + launchesPerDevice, startNs: 700, durationNs: 300 },
  ]);
  timeline.addMark({ name: 'end', startNs: 1000, endNs: 1000, text: '' });
  assert.is(stragglingDevices(timeline).size, 0);
});

test('devices of one process are compared too', () => {
  assert.equal([...stragglingDevices(ranks([500, 800], false))], ['rank1/gpu0']);
});

test('the report names ranks, and the rank of each device', () => {
  const report = buildReport(ranks([400, 700]));
  assert.equal(
    report.ranks.map(({ rank, straggler }) => [rank, straggler]),
    [
      [0, false],
      [1, true],
    ],
  );
  assert.equal(Object.keys(report.ranks[0] ?? {}).sort(), [
    'communicationSeconds',
    'computeSeconds',
    'devices',
    'meanStepSeconds',
    'rank',
    'straggler',
  ]);
  assert.equal(
    report.devices.map(({ rank }) => rank),
    [0, 1],
  );
  assert.equal(buildReport(ranks([400, 700], false)).ranks, []);
});

test.run();
