import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MicrosecondReader, numberAt } from '../../../../collectors/traces/kineto/numbers.ts';
import { executionsOf, kernelEvent, readEvents, readText, traceText } from '../../../support/kineto.ts';

const test = suite('kineto: times');
const bytesOf = (text: string) => new Uint8Array(Buffer.from(`${text},\0`));

test('absolute microseconds with a fraction stay exact to the nanosecond', () => {
  const reader = new MicrosecondReader();
  assert.is(reader.moment(bytesOf('1669783687464181.001'), 0), 1);
  assert.is(reader.moment(bytesOf('1669783687464181.002'), 0), 2);
  assert.is(reader.moment(bytesOf('1669783687464180.999'), 0), -1);
  assert.is(reader.moment(bytesOf('1669783697464181.5'), 0), 1e10 + 500);
});

test('every way to write a duration gives the nearest nanosecond', () => {
  const reader = new MicrosecondReader();
  const cases: readonly (readonly [string, number])[] = [
    ['0', 0],
    ['45', 45_000],
    ['1.25', 1250],
    ['0.0004', 0],
    ['0.0005', 1],
    ['1.2344999', 1234],
    ['1.23450', 1235],
    ['2e3', 2_000_000],
    ['1.5E-3', 2],
    ['"12.5"', 12_500],
    ['-3', -3000],
    ['00000000000000000012.5', 12_500],
    ['9007199254740.991', 9007199254740991],
    ['NaN', Number.NaN],
    ['Infinity', Number.NaN],
    ['-Infinity', Number.NaN],
    ['null', Number.NaN],
    ['1e400', Number.NaN],
    ['1e-400', 0],
    ['9007199254740993', Number.NaN],
    ['1.2.3', Number.NaN],
    ['', Number.NaN],
  ];
  for (const [text, expected] of cases) assert.equal(reader.duration(bytesOf(text), 0), expected, text);
});

test('durations agree with decimal arithmetic', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 53n - 1n), (nanoseconds) => {
      const whole = nanoseconds / 1000n;
      const fraction = String(nanoseconds % 1000n).padStart(3, '0');
      const text = bytesOf(`${whole}.${fraction}`);
      assert.is(new MicrosecondReader().duration(text, 0), Number(nanoseconds));
    }),
  );
});

test('whole numbers are read as JSON reads them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
      assert.is(numberAt(bytesOf(String(value)), 0), Number(String(value)));
    }),
  );
  assert.is(numberAt(bytesOf('"stream 7"'), 0), 7);
});

test('zero durations count, negative and absent ones are told as lost', async () => {
  const { losses, launchTotals } = await readEvents([
    kernelEvent({ dur: 0 }),
    kernelEvent({ dur: -1 }),
    kernelEvent({ dur: undefined }),
    kernelEvent({ ts: undefined }),
    kernelEvent({ ts: 'soon' }),
    kernelEvent({ name: 7 }),
  ]);
  assert.equal(losses, { dropped: 0, unfinished: 1, outOfRange: 4 });
  assert.equal(launchTotals, [{ calls: 1, durationNs: 0, longestNs: 0 }]);
});

test('bare NaN and Infinity neither stop nor become a number', async () => {
  const text = traceText([kernelEvent({ dur: 77.5 }), kernelEvent({ ts: 55.5 })], { warmup: 88.5 })
    .replace('77.5', 'NaN')
    .replace('55.5', '-Infinity')
    .replace('88.5', 'Infinity')
    .replace('0.5', 'NaN');
  const { losses, damage } = await readText(text);
  assert.is(losses.outOfRange, 2);
  assert.equal(damage, [
    'made-up.json holds no kernel, copy or set of a GPU; profile with ProfilerActivity.CUDA, and for longer than a warm-up.',
  ]);
});

test('executions are put in order of their start, ties as they stand', async () => {
  const starts = fc.array(fc.record({ ts: fc.integer({ min: 0, max: 2 ** 33 }), tid: fc.nat(3) }), {
    minLength: 1,
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(starts, async (events) => {
      const timeline = await readEvents(
        events.map(({ ts, tid }, index) => kernelEvent({ ts, dur: index }, { stream: tid })),
      );
      const first = Math.min(...events.map(({ ts }) => ts));
      const expected = events
        .map(({ ts, tid }, index) => [(ts - first) * 1000, index * 1000, tid])
        .sort((a, b) => (a[0] as number) - (b[0] as number));
      const read = executionsOf(timeline).map(({ startNs, durationNs, queue }) => [
        startNs,
        durationNs,
        queue,
      ]);
      assert.equal(read, expected);
    }),
    { numRuns: 30 },
  );
});

test('the origin is the earliest moment, as Unix time where the trace tells', async () => {
  const text = traceText([kernelEvent({ ts: 1.5 }), kernelEvent({ ts: 0.25 })]);
  const absolute = await readText(
    text.replace('1.5,', '1669783687464181.5,').replace('0.25,', '1669783687464180.25,'),
  );
  assert.is(absolute.originUnixNs, 1669783687464180250n);
  const relative = await readText(
    traceText([kernelEvent({ ts: 10.5 })]).replace(
      '"traceName"',
      '"baseTimeNanoseconds": 1711964646000000001, "traceName"',
    ),
  );
  assert.is(relative.originUnixNs, 1711964646000010501n);
  const neither = await readEvents([kernelEvent({ ts: 10.5 })]);
  assert.is(neither.originUnixNs, 0n);
  assert.is(neither.run.createdAt, '');
  assert.is(executionsOf(neither)[0]?.startNs, 0);
});

test.run();
