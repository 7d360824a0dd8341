import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Launch, LaunchShape } from '../../src/model/activity.ts';
import type { Mark, Step } from '../../src/model/training.ts';
import { readRecording } from '../../src/recording/reader.ts';
import type { StreamWriter } from '../../src/recording/stream-writer.ts';
import {
  activityOf,
  gemm,
  gpu0,
  makeRecording,
  makeStream,
  putRecording,
  resnet,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: round trip');

interface Story {
  readonly launches: readonly Launch[];
  readonly executions: readonly { launch: number; startNs: number; durationNs: number; queue: number }[];
  readonly steps: readonly Step[];
  readonly marks: readonly Mark[];
  readonly samples: readonly { series: number; timeNs: number; value: number }[];
}

const noNull = { noNullPrototype: true } as const;
const seriesNames = ['loss', 'accuracy', 'Lernrate η'];
/** Up to an hour, with some far away; a sixteenth of what a double holds leaves room for the distance of the clocks. */
const time = fc.oneof(
  fc.nat(3.6e9),
  fc.nat(2 ** 31 - 1).map((n) => n * 2 ** 18),
);
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constant('void cutlass::Kernel<…>'.repeat(200)),
  fc.constant('核'),
);
const range = fc.tuple(time, time).map(([startNs, lastsNs]) => ({ startNs, endNs: startNs + lastsNs }));
const extent = fc.tuple(u32, u32, u32);
const amount = fc.option(fc.double({ min: 1e-300, max: 1e300 }).filter(Number.isFinite));

/** All of it, or grid and block alone. */
const shapeOf = (word: fc.Arbitrary<number>): fc.Arbitrary<LaunchShape> =>
  fc.record(
    {
      grid: extent,
      block: extent,
      registersPerThread: word,
      staticSharedBytes: word,
      dynamicSharedBytes: word,
    },
    noNull,
  );

const launch: fc.Arbitrary<Launch> = fc.record(
  {
    kind: fc.constantFrom('kernel', 'memcpy', 'memset'),
    name: text,
    device: fc.constantFrom('gpu0', 'gpu1'),
    layer: text,
    phase: fc.constantFrom('', 'forward', 'backward'),
    shape: fc.option(fc.oneof(shapeOf(u32), shapeOf(fc.constant(Number.NaN)))),
    flops: amount,
    bytes: amount,
  },
  noNull,
);

const story: fc.Arbitrary<Story> = fc.record(
  {
    launches: fc.array(launch, { minLength: 1, maxLength: 5 }),
    executions: fc.array(
      fc.record(
        {
          launch: fc.nat(4),
          startNs: time,
          durationNs: time,
          queue: fc.oneof(fc.constant(0), u32),
        },
        noNull,
      ),
      { maxLength: 40 },
    ),
    steps: fc.array(
      fc
        .tuple(u32, range, fc.option(fc.nat(1e6)))
        .map(([number, span, samples]) => ({ number, ...span, samples })),
    ),
    marks: fc.array(fc.tuple(text, range, text).map(([name, span, said]) => ({ name, ...span, text: said }))),
    samples: fc.array(
      fc.record({ series: fc.nat(seriesNames.length - 1), timeNs: time, value: fc.double() }, noNull),
    ),
  },
  noNull,
);

test('everything that is written is read, number for number', async () => {
  const directory = temporaryDirectory();
  await fc.assert(
    fc.asyncProperty(story, async (told) => {
      const bytes = await makeStream((writer) => tell(writer, told));
      putRecording(directory, testManifest(), { training: bytes });
      expectStory(told, directory);
    }),
    { numRuns: 60 },
  );
});

function tell(writer: StreamWriter, { launches, executions, steps, marks, samples }: Story): void {
  // The first mark says where the writer's clock stands on the timeline.
  writer.mark({ name: 'zero', startNs: 0, endNs: 0, text: '' });
  const ids = launches.map((one) => writer.defineLaunch(one));
  const series = seriesNames.map((metric) => writer.defineSeries({ device: null, metric, from: 'test' }));
  for (const { launch: at, startNs, durationNs, queue } of executions) {
    writer.activity(ids[at % ids.length] ?? 0, startNs, durationNs, queue);
  }
  for (const step of steps) writer.step(step);
  for (const mark of marks) writer.mark(mark);
  for (const { series: at, timeNs, value } of samples) writer.sample(series[at] ?? 0, timeNs, value);
}

function expectStory({ launches, executions, steps, marks, samples }: Story, directory: string): void {
  const timeline = readRecording(directory);
  const zeroNs = timeline.marks[0]?.startNs ?? Number.NaN;
  assert.ok(Math.abs(zeroNs) < 60e9, 'the clock of the stream is near that of the manifest');
  const moved = <T extends { startNs: number; endNs: number }>(spans: readonly T[]): T[] =>
    spans.map((span) => ({ ...span, startNs: span.startNs + zeroNs, endNs: span.endNs + zeroNs }));

  assert.equal(timeline.damage, []);
  assert.equal(timeline.losses, { dropped: 0, unfinished: 0, outOfRange: 0 });
  assert.equal(timeline.launches, launches);
  assert.equal(
    activityOf(timeline),
    executions.map((one) => ({
      ...one,
      launch: one.launch % launches.length,
      startNs: one.startNs + zeroNs,
    })),
  );
  assert.equal(timeline.steps, moved(steps));
  assert.equal(timeline.marks.slice(1), moved(marks));
  assert.equal(
    timeline.series.map(({ series, timesNs, values }) => [series.metric, timesNs, values.map(String)]),
    seriesNames.map((metric, at) => {
      const own = samples.filter((sample) => sample.series === at);
      return [metric, own.map((one) => one.timeNs + zeroNs), own.map((one) => String(one.value))];
    }),
  );
  for (const [index, totals] of timeline.launchTotals.entries()) {
    const own = executions.filter((one) => one.launch % launches.length === index);
    assert.is(totals.calls, own.length);
    assert.is(totals.longestNs, Math.max(0, ...own.map((one) => one.durationNs)));
  }
}

test('what a run says of itself comes back: devices, workload, absences, losses, producer, versions', async () => {
  const second = { ...gpu0, id: 'gpu1', name: 'other' };
  const { directory } = await makeRecording((writer) => {
    writer.device({ ...gpu0, name: 'known better' });
    writer.device(second);
    writer.workload(resnet);
    writer.absent({ device: 'gpu0', metric: 'occupancy', why: 'GPM needs Hopper or newer.' });
    writer.lost('unfinished', 2, 'the program ended first');
    writer.lost('dropped', 5, 'a buffer of the driver was full');
  });
  const timeline = readRecording(directory);
  assert.equal(timeline.devices, [{ ...gpu0, name: 'known better' }, second]);
  assert.equal(timeline.workload, resnet);
  assert.equal(timeline.absences, [
    { device: 'gpu0', metric: 'occupancy', why: 'GPM needs Hopper or newer.' },
  ]);
  assert.equal(timeline.losses, { dropped: 5, unfinished: 2, outOfRange: 0 });
  assert.equal(timeline.producers, [
    { name: 'training', processId: process.pid, outcome: 'ended', message: '' },
  ]);
  assert.is(timeline.run.versions['node'], process.versions.node);
  assert.equal(timeline.source, { path: directory, format: 'recording' });
});

test('names of any length are kept, beyond 65,536 characters cut with an ellipsis', async () => {
  const lengths = [10_000, 65_536, 65_537, 3_000_000];
  const { directory } = await makeRecording((writer) => {
    for (const length of lengths) writer.defineLaunch({ ...gemm, name: '名'.repeat(length) });
  });
  const names = readRecording(directory).launches.map(({ name }) => name);
  assert.equal(
    names.map((name) => name.length),
    [10_000, 65_536, 65_536, 65_536],
  );
  assert.is(names[1], '名'.repeat(65_536));
  assert.is(names[2], `${'名'.repeat(65_535)}…`);
});

test('many launches at once are written in frames that fit', async () => {
  const { directory, health } = await makeRecording((writer) => {
    for (let i = 0; i < 60_000; i++) writer.defineLaunch({ ...gemm, name: `kernel ${i} ${'x'.repeat(100)}` });
  });
  const { launches, damage } = readRecording(directory);
  assert.equal([damage, health], [[], { dropped: 0, failure: null }]);
  assert.is(launches.length, 60_000);
  assert.ok(launches.every(({ name }, i) => name.startsWith(`kernel ${i} `)));
});

test.run();
