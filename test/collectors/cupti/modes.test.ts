import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildReport } from '../../../src/report/build.ts';
import { device, executionsOf, train } from '../../support/fake-cupti.ts';
import { needs } from '../../support/needs.ts';
import { countActivity } from '../../support/recordings.ts';

const test = suite('agent: modes and clocks');
const withCompiler = needs('cc', test);

const shape = '66 1 1 256 1 1 64 0 0';
const ms = 1e6;

withCompiler('summary: counts, sums and longest by the second, and how busy the device was', () => {
  const trained = train(
    [
      device,
      'init',
      'repeat 100 20000000',
      `kernel ${10 * ms} ${10 * ms} 0 7 ${shape} half`,
      `kernel ${500 * ms} ${3 * ms} 0 9 ${shape} once`,
      'until 2200000000',
    ],
    { env: { WARPWATCH_KERNELS: 'summary' } },
  );
  const { timeline } = trained;
  assert.is(countActivity(timeline), 0);
  const totals = new Map(timeline.launches.map(({ name }, at) => [name, timeline.launchTotals[at]]));
  assert.equal(totals.get('half'), { calls: 100, durationNs: 1000 * ms, longestNs: 10 * ms });
  assert.equal(totals.get('once'), { calls: 1, durationNs: 3 * ms, longestNs: 3 * ms });
  const rows = timeline.summaries.flatMap(({ count, durationNs }) => [...durationNs.subarray(0, count)]);
  assert.ok(rows.length >= 3 && rows.every((ns) => ns > 0 && ns <= 1e9), rows.join(' '));
  const busy = timeline.series.find(({ series }) => series.metric === 'kernelBusy');
  assert.is(busy?.series.from, 'cupti');
  // The second between the one it began in and the one it ended in was seen as a whole.
  assert.ok(
    busy?.values.some((value) => Math.abs(value - 0.5) < 0.011),
    busy?.values.join(' '),
  );
  const active = timeline.series.find(({ series }) => series.metric === 'smActive');
  assert.ok(
    active?.values.some((value) => Math.abs(value - 0.25) < 0.006),
    active?.values.join(' '),
  );
});

withCompiler('window: executions of the duty windows alone, and the windows told', () => {
  const trained = train(
    [
      device,
      'init',
      // Over well before the third window would begin, however busy the machine is.
      ...Array.from({ length: 20 }, (_, at) => [
        `until ${(at + 1) * 50 * ms}`,
        `kernel ${at * 50 * ms} 1000 0 7 ${shape} k${at}`,
      ]).flat(),
    ],
    { env: { WARPWATCH_KERNELS: 'window', WARPWATCH_WINDOW_NS: '200000000/600000000' } },
  );
  const { timeline, baseNs } = trained;
  assert.is(timeline.windows.length, 2, JSON.stringify(timeline.windows));
  const kept = executionsOf(trained);
  assert.ok(kept.length >= 4 && kept.length <= 12, `${kept.length} of 20`);
  for (const [at, { startNs, endNs }] of timeline.windows.entries()) {
    assert.ok(Math.abs(endNs - startNs - 200 * ms) < 60 * ms, `a window of ${(endNs - startNs) / ms} ms`);
    assert.ok(Math.abs(startNs - baseNs - at * 600 * ms) < 100 * ms);
  }
});

withCompiler('limit: the oldest segments go, what went is counted, what is left opens', () => {
  const trained = train(
    [
      device,
      'init',
      ...Array.from({ length: 12 }, (_, at) => [
        'repeat 20000 10',
        `kernel ${at * 100 * ms} 5 0 7 ${shape} k${at}`,
        'flush',
        `until ${(at + 1) * 130 * ms}`,
      ]).flat(),
    ],
    { env: { WARPWATCH_LIMIT_BYTES: '1000000' } },
  );
  const files = readdirSync(trained.directory).filter((file) => file.startsWith('cupti-'));
  const bytes = files.reduce((sum, file) => sum + statSync(join(trained.directory, file)).size, 0);
  // A part is cut after a round of the writer, so one round may come on top.
  assert.ok(bytes < 1_000_000 + 20_000 * 16 * 2, `${bytes} bytes in ${files.length} files`);
  assert.ok(files.length > 1);
  assert.equal(trained.timeline.damage, []);
  const kept = countActivity(trained.timeline);
  assert.is(kept + trained.timeline.losses.dropped, 240_000);
  assert.ok(kept < 240_000);
});

withCompiler('a clock of CUPTI that is off and drifts is brought onto that of the host', () => {
  const times = Array.from({ length: 12 }, (_, at) => (at + 1) * 100 * ms);
  const trained = train([
    device,
    'clock 3600000000000 150',
    'result cuptiActivityRegisterTimestampCallback 21',
    'init',
    ...times.flatMap((at) => [`until ${at + 20 * ms}`, `kernel ${at} 1000000 0 7 ${shape} k`]),
  ]);
  const ran = executionsOf(trained);
  assert.is(ran.length, times.length);
  for (const [at, { startNs, durationNs }] of ran.entries()) {
    const off = Math.abs(startNs - (times[at] ?? 0));
    assert.ok(off < 0.1 * ms, `${off} ns off at ${times[at]}`);
    assert.ok(Math.abs(durationNs - ms) < 1000, `${durationNs}`);
  }
});

withCompiler('what CUPTI itself cost is a share of each second', () => {
  const trained = train([
    device,
    'init',
    `kernel 1000 500 0 7 ${shape} k`,
    'overhead 100000000 200000000',
    'overhead 150000000 250000000',
    `kernel ${2400 * ms} 500 0 7 ${shape} k`,
    'until 2500000000',
  ]);
  const overhead = trained.timeline.series.find(({ series }) => series.metric === 'profilerOverhead');
  const sum = overhead?.values.reduce((all, value) => all + value, 0) ?? 0;
  assert.ok(Math.abs(sum - 0.15) < 0.02, `${overhead?.values.join(' ')}`);
  const { profilerOverhead } = buildReport(trained.timeline);
  assert.is(profilerOverhead.value === null ? null : profilerOverhead.from, 'cupti');
  const silent = train([device, 'init', `kernel 1000 500 0 7 ${shape} k`]).timeline;
  assert.is(buildReport(silent).profilerOverhead.value, null, 'a CUPTI that tells none leaves it unknown');
});

test.run();
