import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nothingAsked } from '../../src/analysis/details.ts';
import { LiveView } from '../../src/analysis/live.ts';
import { recentTimeline } from '../../src/analysis/recent-timeline.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { addHostRanges, addRuns, gpuTimeline, kinds, testGpu } from './utilization/gpu-timelines.ts';

const test = suite('details of a live view');
const second = 1e9;
const { compute, wide, collective, toDevice } = kinds;

/** Ten seconds: a kernel in the first half of each, then alone a copy, a collective, and nothing. */
function tenSeconds(): TimelineBuilder {
  const timeline = gpuTimeline();
  for (let at = 0; at < 10; at++) {
    const startNs = at * second;
    addRuns(timeline, [
      { launch: compute, startNs, durationNs: 0.5 * second },
      { launch: toDevice, startNs: startNs + 0.4 * second, durationNs: 0.2 * second },
      { launch: collective, startNs: startNs + 0.6 * second, durationNs: 0.1 * second },
    ]);
  }
  return timeline;
}

const window = { startNs: 0, endNs: 10 * second };

test('the last seconds are divided into what computes, what runs alone beside it, and idle time', () => {
  const timeline = tenSeconds();
  timeline.addStep({ number: 1, startNs: 0, endNs: 10 * second, samples: null });
  addHostRanges(timeline, 0, [
    ['data', 0.7 * second, 0.9 * second],
    ['data', 1.6 * second, 1.8 * second],
  ]);
  const { parts, longestGap, why, lanes, busy } = recentTimeline(timeline, 'gpu0', window);
  assert.is(why, '');
  const shares = parts.map(({ what, share, within }) => [what, Math.round(share * 1e6) / 1e6, within]);
  assert.equal(shares, [
    ['compute', 0.5, ''],
    ['communication', 0.1, ''],
    ['copies', 0.1, ''],
    ['idle', 0.27, ''],
    ['idle', 0.03, 'data'],
  ]);
  const sum = parts.reduce((all, { share }) => all + share, 0);
  assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`);
  assert.ok(Math.abs((longestGap?.seconds ?? 0) - 0.3) < 1e-9);
  assert.is(lanes.length, 1);
  assert.is(busy.length, 240);
  assert.ok(Math.abs(busy.reduce((all, share) => all + share, 0) / 240 - 0.7) < 1e-9);
});

test('streams are apart, the busiest first, each with its heaviest kernel', () => {
  const timeline = gpuTimeline();
  timeline.addActivity({
    count: 3,
    startNs: Float64Array.of(0, second, 1.5 * second),
    durationNs: Float64Array.of(second, 3 * second, second),
    launch: Uint32Array.of(toDevice, compute, wide),
    queue: Uint32Array.of(14, 7, 9),
  });
  const { lanes } = recentTimeline(timeline, 'gpu0', window);
  assert.equal(
    lanes.map(({ queue, share, heaviest }) => [queue, share, heaviest]),
    [
      [7, 0.3, 'compute<float>'],
      [14, 0.1, 'Memcpy HtoD (Pinned -> Device)'],
      [9, 0.1, 'wide<float>'],
    ],
  );
  const [first, copies] = lanes;
  assert.equal(
    [first?.work[0], first?.work[24], Math.round((first?.busy[24] ?? 0) * 1e6)],
    [null, 'compute', 1e6],
  );
  assert.is(copies?.work[0], 'copy');
});

test('what is not recorded is neither busy nor idle', () => {
  const timeline = gpuTimeline();
  addRuns(timeline, [{ launch: compute, startNs: 0, durationNs: second }]);
  timeline.addWindow({ startNs: 0, endNs: 2 * second, devices: new Set(['gpu0']) });
  const { parts, busy } = recentTimeline(timeline, 'gpu0', window);
  assert.equal(
    parts.map(({ what, share }) => [what, share]),
    [
      ['compute', 0.5],
      ['idle', 0.5],
    ],
  );
  assert.ok(Number.isNaN(busy[239]));
  assert.is(busy[0], 1);
});

test('nothing to show is told with its reason', () => {
  const why = (timeline: TimelineBuilder) => recentTimeline(timeline, 'gpu0', window).why;
  assert.match(why(gpuTimeline([testGpu()])), 'Nothing ran');
  const outside = tenSeconds();
  outside.addWindow({ startNs: 20 * second, endNs: 21 * second, devices: new Set(['gpu0']) });
  assert.match(
    recentTimeline(outside, 'gpu0', { startNs: 30 * second, endNs: 40 * second }).why,
    'recorded in windows',
  );
});

test('kernels that have not come yet are no idle time, though samples are newer', () => {
  const timeline = gpuTimeline();
  for (let at = 0; at < 98; at++)
    addRuns(timeline, [{ launch: compute, startNs: at * 1e8, durationNs: 1e8 }]);
  const series = timeline.addSeries({ device: 'cpu', metric: 'util', from: 'host' });
  timeline.addSample(series, 10 * second, 0.5);
  const { devices, details } = new LiveView(timeline).snapshot(10 * second, {
    ...nothingAsked,
    timeline: 'gpu0',
  });
  assert.equal(devices[0]?.kernelBusy, { value: 1, from: 'launches' });
  assert.equal(
    details.timeline?.parts.map(({ what }) => what),
    ['compute'],
  );
});

/** Two ranks of one GPU each: the first computes for 0.9 of each second, the other for 0.3 and then waits. */
function twoRanks(): TimelineBuilder {
  const timeline = gpuTimeline([testGpu('gpu0'), testGpu('gpu1')]);
  const ofSecond = 6;
  for (const rank of [0, 1]) {
    timeline.addRank(rank, 2, `gpu${rank}`);
    timeline.producers.push({
      name: `cupti-${100 + rank}`,
      processId: 100 + rank,
      program: 'python',
      rank,
      devices: [`gpu${rank}`],
      outcome: 'running',
      message: '',
    });
  }
  for (let at = 0; at < 10; at++) {
    for (const [rank, share] of [0.9, 0.3].entries()) {
      const startNs = at * second;
      addRuns(timeline, [
        { launch: compute + rank * ofSecond, startNs, durationNs: share * second },
        {
          launch: collective + rank * ofSecond,
          startNs: startNs + share * second,
          durationNs: (0.98 - share) * second,
        },
      ]);
      timeline.addStep({ number: at + 1, startNs, endNs: startNs + second, samples: null, rank });
    }
  }
  return timeline;
}

test('ranks have their steps, shares and who keeps the others waiting', () => {
  const asked = { ...nothingAsked, ranks: true };
  const rows = new LiveView(twoRanks()).snapshot(10 * second, asked).details.ranks ?? [];
  assert.equal(
    rows.map(({ rank, pid, program, step, straggler }) => [rank, pid, program, step, straggler]),
    [
      [0, 100, 'python', 10, true],
      [1, 101, 'python', 10, false],
    ],
  );
  assert.is(rows[0]?.stepSeconds.value, 1);
  const close = (value: number | null | undefined, expected: number) =>
    assert.ok(Math.abs((value ?? Number.NaN) - expected) < 0.01, `${value} is not ${expected}`);
  close(rows[0]?.computeShare.value, 0.9);
  close(rows[1]?.computeShare.value, 0.3);
  close(rows[1]?.communicationShare.value, 0.68);
});

test('processes without ranks have rows of their own, without steps that nobody can tell apart', () => {
  const timeline = tenSeconds();
  timeline.producers.push(
    { name: 'host', processId: 1, outcome: 'running', message: '' },
    { name: 'cupti-9', processId: 9, program: 'train', devices: ['gpu0'], outcome: 'ended', message: '' },
  );
  const asked = { ...nothingAsked, ranks: true };
  const rows = new LiveView(timeline).snapshot(10 * second, asked).details.ranks ?? [];
  assert.equal(
    rows.map(({ rank, pid, program, step, ended }) => [rank, pid, program, step, ended]),
    [[null, 9, 'train', null, true]],
  );
  assert.ok(Math.abs((rows[0]?.computeShare.value ?? 0) - 0.5) < 0.02);
});

test('a kernel has every shape it was launched in, and a curve of what came in since', () => {
  const timeline = gpuTimeline();
  const view = new LiveView(timeline);
  const [first] = timeline.launches;
  if (first === undefined || first.shape === null) throw new Error('no launch');
  const other = timeline.addLaunch({ ...first, shape: { ...first.shape, grid: [400, 1, 1] } });
  const again = timeline.addLaunch({ ...first });
  addRuns(timeline, [{ launch: again, startNs: 0, durationNs: 1000 }]);
  view.snapshot(second);
  for (let at = 1; at <= 4; at++) {
    addRuns(timeline, [
      { launch: compute, startNs: at * second, durationNs: 0.1 * second },
      { launch: other, startNs: (at + 0.5) * second, durationNs: 0.3 * second },
    ]);
    view.snapshot((at + 1) * second);
  }
  const kernel = { device: 'gpu0', name: first.name };
  const detail = view.snapshot(5.2 * second, { ...nothingAsked, kernel }).details.kernel;
  assert.equal(
    detail?.launches.map(({ shape, calls, share }) => [shape?.grid[0], calls, Math.round(share * 100)]),
    [
      [400, 4, 75],
      [4, 5, 25],
    ],
  );
  assert.is(detail?.launches[0]?.longestSeconds, 0.3);
  assert.ok(
    (detail?.launches[0]?.occupancy.value?.waves ?? 0) > (detail?.launches[1]?.occupancy.value?.waves ?? 9),
  );
  const curve = detail?.history?.timeShare ?? [];
  assert.equal(
    curve.map((share) => Math.round(share * 1e6) / 1e6),
    [0.4, 0.4, 0.4, 0.4],
  );
  assert.equal(
    detail?.history?.meanSeconds.map((seconds) => Math.round(seconds * 1e6) / 1e6),
    [0.2, 0.2, 0.2, 0.2],
  );
  const unknown = { device: 'gpu0', name: 'nobody' };
  assert.is(view.snapshot(6 * second, { ...nothingAsked, kernel: unknown }).details.kernel, null);
});

test('between duty windows a kernel has no share of time, and ranks are measured over the windows alone', () => {
  const timeline = gpuTimeline();
  timeline.producers.push({
    name: 'cupti-9',
    processId: 9,
    devices: ['gpu0'],
    outcome: 'running',
    message: '',
  });
  const view = new LiveView(timeline);
  const devices = new Set(['gpu0']);
  view.snapshot(0);
  for (let at = 0; at < 8; at++) {
    const startNs = at * second;
    // Recorded in every other second, and then busy for half of it.
    if (at % 2 === 0) {
      addRuns(timeline, [
        { launch: compute, startNs, durationNs: 0.25 * second },
        { launch: compute, startNs: startNs + 0.75 * second, durationNs: 0.25 * second },
      ]);
      timeline.addWindow({ startNs, endNs: startNs + second, devices });
    }
    view.snapshot(startNs + second);
  }
  const [first] = timeline.launches;
  const kernel = { device: 'gpu0', name: first?.name ?? '' };
  const { details } = view.snapshot(8.1 * second, { ...nothingAsked, kernel, ranks: true });
  assert.equal(details.kernel?.history?.timeShare.slice(0, 3), [Number.NaN, 0.5, Number.NaN]);
  assert.is(details.ranks?.[0]?.computeShare.value, 0.5);
});

test.run();
