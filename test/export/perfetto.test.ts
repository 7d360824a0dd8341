import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { perfetto } from '../../src/export/perfetto/index.ts';
import type { TimelineBuilder } from '../../src/recording/timeline-builder.ts';
import { matchesGolden } from '../support/golden.ts';
import { type ReadSlice, type ReadTrace, readTrace } from './read-trace.ts';
import {
  addHostRanges,
  addRuns,
  exported,
  gpuLaunch,
  gpuRun,
  originUnixNs,
  type Run,
  smallRun,
  testGpu,
} from './runs.ts';

const test = suite('perfetto');

async function written(timeline: TimelineBuilder): Promise<ReadTrace> {
  return readTrace((await exported(perfetto, timeline)).bytes);
}

function sliceText({ track, name, category, startNs, endNs, depth, flow, shown }: ReadSlice): string {
  const from = startNs - originUnixNs;
  const time = endNs === startNs ? `${from}` : `${from}..${endNs - originUnixNs}`;
  const more = Object.entries(shown).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  return `${track} | ${'· '.repeat(depth)}${time} ${category}: ${name}${more.join('')}${flow === null ? '' : ` flow ${flow}`}`;
}

function traceText({ tracks, slices, instants, counters }: ReadTrace): string {
  const curves = counters.map(
    ({ track, timeNs, value }) => `${track} | ${timeNs - originUnixNs} = ${Number(value.toFixed(4))}`,
  );
  return `${[
    'tracks',
    ...tracks,
    '\nslices',
    ...slices.map(sliceText),
    '\ninstants',
    ...instants.map(sliceText),
    '\ncounters',
    ...curves.filter((line) => !line.includes('from launches')),
  ].join('\n')}\n`;
}

test('a small run, as another reader sees it', async () => {
  matchesGolden('export/small-run.pftrace.txt', traceText(await written(smallRun())));
});

test('times are whole nanoseconds of Unix time, exact beyond 2^53', async () => {
  const timeline = gpuRun();
  timeline.addLaunch(gpuLaunch());
  addRuns(timeline, [
    { launch: 0, startNs: 1, durationNs: 2 },
    { launch: 0, startNs: 2 ** 52 + 1, durationNs: 7 },
  ]);
  const { slices } = await written(timeline);
  assert.equal(
    slices.map(({ startNs, endNs }) => [startNs - originUnixNs, endNs - originUnixNs]),
    [
      [1n, 3n],
      [2n ** 52n + 1n, 2n ** 52n + 8n],
    ],
  );
});

test('figures over time follow from the launches, and end with the last', async () => {
  const timeline = gpuRun();
  timeline.addLaunch(gpuLaunch());
  addRuns(timeline, [
    { launch: 0, startNs: 0, durationNs: 1000 },
    { launch: 0, startNs: 3000, durationNs: 1000 },
  ]);
  const { counters } = await written(timeline);
  const busy = counters.filter(({ track }) => track.endsWith('kernelBusy, from launches'));
  assert.equal(
    busy.map(({ timeNs, value }) => [timeNs - originUnixNs, value]),
    [
      [0n, 1],
      [1000n, 0],
      [3000n, 1],
      [4000n, 0],
    ],
  );
  assert.ok(counters.some(({ track }) => track.includes('smActive')));
});

test('a curve has no point where nothing is known', async () => {
  const timeline = gpuRun();
  const loss = timeline.addSeries({ device: null, metric: 'loss', from: 'workload' });
  for (const [at, value] of [1, Number.NaN, Number.POSITIVE_INFINITY, 2].entries())
    timeline.addSample(loss, at, value);
  const { counters } = await written(timeline);
  assert.equal(
    counters.map(({ value }) => value),
    [1, 2],
  );
});

test('a run with nothing in it is a valid file', async () => {
  const { tracks, slices } = await written(gpuRun([]));
  assert.equal(tracks, ['made up']);
  assert.equal(slices, []);
});

test('an execution on a device that nobody described has a group too', async () => {
  const timeline = gpuRun([]);
  timeline.addLaunch(gpuLaunch({ device: '/dev/gpu' }));
  addRuns(timeline, [{ launch: 0, startNs: 0, durationNs: 1 }]);
  const { slices } = await written(timeline);
  assert.equal(
    slices.map(({ track }) => track),
    ['dev/gpu > stream 7'],
  );
});

test('host ranges of equal times, deep ones and crossing ones all keep their times', async () => {
  const timeline = gpuRun();
  timeline.host.threads.push({ name: 'main', rank: 3 });
  const deep = Array.from({ length: 600 }, (_, at) => ({
    name: `deep ${at}`,
    startNs: at,
    durationNs: 2000 - 2 * at,
  }));
  addHostRanges(timeline, [...deep, { name: 'crossing', startNs: 1500, durationNs: 5000 }]);
  const { slices } = await written(timeline);
  assert.is(slices.length, 601);
  assert.is(Math.max(...slices.map(({ depth }) => depth)), 511, 'as deep as the reader takes');
});

/** The slice is named so that a person can read it; where that is not the whole name, the whole is beside it. */
function wholeName(slice: ReadSlice | undefined): string | number | undefined {
  return slice?.shown['kernel'] ?? slice?.name;
}

const times = fc.tuple(fc.nat(60), fc.nat(25));

test('executions of any overlap and order nest on every track, and none is lost', async () => {
  const runs = fc.array(fc.record({ launch: fc.nat(1), times, queue: fc.nat(1), called: fc.boolean() }), {
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(runs, async (made) => {
      const timeline = gpuRun([testGpu('gpu0'), testGpu('gpu1')]);
      timeline.host.threads.push({ name: 'main', rank: null });
      timeline.addLaunch(gpuLaunch({ name: 'first' }));
      timeline.addLaunch(gpuLaunch({ name: 'second', device: 'gpu1' }));
      const all = made.map(
        ({ launch, times: [startNs, durationNs], queue, called }): Run => ({
          launch,
          startNs,
          durationNs,
          queue,
          ...(called ? { callNs: startNs - 3 } : {}),
        }),
      );
      addRuns(timeline, all);
      const { slices, instants } = await written(timeline);
      const found = slices.map(({ name, startNs, endNs }) => `${name} ${startNs} ${endNs}`);
      const wanted = all.map(({ launch, startNs, durationNs }) => {
        const start = originUnixNs + BigInt(startNs);
        return `${launch === 0 ? 'first' : 'second'} ${start} ${start + BigInt(durationNs)}`;
      });
      assert.equal(found.sort(), wanted.sort());
      assert.ok(slices.every(({ depth }) => depth === 0));
      const flows = (of: readonly ReadSlice[]) => of.flatMap(({ flow }) => flow ?? []).sort();
      assert.equal(flows(slices), flows(instants));
    }),
    { numRuns: 60 },
  );
});

test('host ranges of any overlap and order nest on every track, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(times, { maxLength: 120 }), async (made) => {
      const timeline = gpuRun();
      timeline.host.threads.push({ name: 'main', rank: null });
      const ranges = made.map(([startNs, durationNs], at) => ({ name: `r${at}`, startNs, durationNs }));
      addHostRanges(timeline, ranges);
      const { slices } = await written(timeline);
      const found = slices.map(({ name, startNs, endNs }) => `${name} ${startNs} ${endNs}`);
      const wanted = ranges.map(({ name, startNs, durationNs }) => {
        const start = originUnixNs + BigInt(startNs);
        return `${name} ${start} ${start + BigInt(durationNs)}`;
      });
      assert.equal(found.sort(), wanted.sort());
    }),
    { numRuns: 60 },
  );
});

test('any name comes through; what is no Unicode becomes the replacement character', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('', '\ud800', '\u0000\u001b[2J'),
      async (a, b) => {
        const timeline = gpuRun();
        timeline.addLaunch(gpuLaunch({ name: `${a}${b}` }));
        addRuns(timeline, [{ launch: 0, startNs: 0, durationNs: 1 }]);
        const { slices } = await written(timeline);
        assert.is(wholeName(slices[0]), Buffer.from(`${a}${b}`).toString());
      },
    ),
  );
});

test('a name of a megabyte is written once, and pieces stay small', async () => {
  const timeline = gpuRun();
  const name = 'x'.repeat(2 ** 20);
  timeline.addLaunch(gpuLaunch({ name }));
  addRuns(
    timeline,
    Array.from({ length: 20_000 }, (_, at) => ({ launch: 0, startNs: 10 * at, durationNs: 5 })),
  );
  const { bytes, largest } = await exported(perfetto, timeline);
  assert.is(wholeName(readTrace(bytes).slices.at(-1)), name);
  assert.ok(bytes.length < 2 ** 20 + 20_000 * 150, String(bytes.length));
  assert.ok(largest < 2 ** 20 + 2 ** 18, String(largest));
});

test.run();
