import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Launch } from '../../src/model/activity.ts';
import type { Step } from '../../src/model/training.ts';
import { launchFlags } from '../../src/recording/format.ts';
import { ActivityColumns, decodeActivity } from '../../src/recording/payloads/activity.ts';
import { decodeGrids, encodeGrids } from '../../src/recording/payloads/grids.ts';
import { decodeLaunches, encodeLaunches, withoutOddNumbers } from '../../src/recording/payloads/launches.ts';
import { decodeSamples, encodeSamples } from '../../src/recording/payloads/samples.ts';
import { decodeSteps, encodeSteps } from '../../src/recording/payloads/steps.ts';
import { decodeStrings, encodeStrings } from '../../src/recording/payloads/strings.ts';
import { gemm } from '../support/recordings.ts';

const test = suite('recording: payloads');

const epochNs = 5_000_000_000n;
/** Short and long times, so that blocks come narrow and wide. */
const timeNs = fc.oneof(
  fc.nat(1e6),
  fc.maxSafeNat().map((ns) => Math.floor(ns / 4)),
);
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const few = { minLength: 1, maxLength: 20 };

test('executions come back as they were, narrow or wide, with queues or without', () => {
  const row = fc.record(
    { launch: u32, startNs: timeNs, durationNs: timeNs, queue: fc.oneof(fc.constant(0), u32) },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(row, few), fc.bigInt(0n, 2n ** 40n), (rows, originNs) => {
      const columns = new ActivityColumns(rows.length);
      for (const { launch, startNs, durationNs, queue } of rows) {
        columns.push(launch, startNs, durationNs, queue);
      }
      const block = decodeActivity(columns.seal(epochNs), originNs);
      const back = rows.map((_, i) => ({
        launch: block.launch[i],
        startNs: (block.startNs[i] ?? Number.NaN) - Number(epochNs - originNs),
        durationNs: block.durationNs[i],
        queue: block.queue[i],
      }));
      assert.equal(back, rows);
    }),
  );
});

test('one long time makes its block wide, and a block of short ones takes twelve bytes a row', () => {
  const sizeOf = (durationNs: number, queue: number): number => {
    const columns = new ActivityColumns(1);
    columns.push(0, 10, durationNs, queue);
    return columns.seal(epochNs).length;
  };
  assert.is(sizeOf(2 ** 32 - 1, 0), 16 + 12);
  assert.is(sizeOf(2 ** 32, 0), 16 + 20);
  assert.is(sizeOf(1, 9), 16 + 16);
});

test('fractions of a nanosecond are cut off, never carried into another field', () => {
  const columns = new ActivityColumns(2);
  columns.push(0, 10.9, 5.9, 0);
  columns.push(0, -3.5, 2 ** 33 + 0.75, 0);
  const block = decodeActivity(columns.seal(epochNs), epochNs);
  assert.equal([...block.startNs], [10, -4]);
  assert.equal([...block.durationNs], [5, 2 ** 33]);
});

test('samples come back as they were, NaN and infinities too', () => {
  const sample = fc.record({ series: u32, timeNs, value: fc.double() });
  fc.assert(
    fc.property(fc.array(sample, few), (samples) => {
      assert.equal(decodeSamples(encodeSamples(samples, epochNs), epochNs).map(plain), samples.map(plain));
    }),
  );
});

test('steps come back as they were, unknown samples too', () => {
  const step: fc.Arbitrary<Step> = fc
    .tuple(u32, timeNs, timeNs, fc.option(fc.integer({ min: 0, max: 0xfffffffe })))
    .map(([number, startNs, lastsNs, samples]) => ({ number, startNs, endNs: startNs + lastsNs, samples }));
  fc.assert(
    fc.property(fc.array(step, few), (steps) => {
      assert.equal(decodeSteps(encodeSteps(steps, epochNs), epochNs), steps);
    }),
  );
});

test('strings come back as they were, in any script and of any length', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('长名'.repeat(5000)), fc.constant(''));
  fc.assert(
    fc.property(fc.array(text), u32, (strings, firstId) => {
      assert.equal(decodeStrings(encodeStrings({ firstId, strings })), { firstId, strings });
    }),
  );
});

const extent = fc.tuple(u32, u32, u32);
const amount = fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }));
const launch: fc.Arbitrary<Launch> = fc.record({
  kind: fc.constantFrom('kernel', 'memcpy', 'memset'),
  name: fc.string(),
  device: fc.string(),
  layer: fc.string(),
  phase: fc.string(),
  shape: fc.option(
    fc.record({
      grid: extent,
      block: extent,
      registersPerThread: u32,
      staticSharedBytes: u32,
      dynamicSharedBytes: u32,
    }),
  ),
  flops: amount,
  bytes: amount,
});

test('launches come back as they were, with and without shape, operations and bytes', () => {
  fc.assert(
    fc.property(fc.array(launch), u32, (launches, firstId) => {
      const strings = launches.flatMap((one) => [one.name, one.device, one.layer, one.phase]);
      const definitions = launches.map((one, i) => ({
        launch: one,
        nameId: 4 * i,
        deviceId: 4 * i + 1,
        layerId: 4 * i + 2,
        phaseId: 4 * i + 3,
      }));
      const back = decodeLaunches(encodeLaunches(firstId, definitions), (id) => strings[id] ?? 'none');
      assert.equal(back.firstId, firstId);
      assert.is(JSON.stringify(back.launches), JSON.stringify(launches.map(plainZero)));
    }),
  );
});

test('what a launch cannot be becomes unknown instead of another number', () => {
  const { shape } = gemm;
  assert.ok(shape);
  assert.is(withoutOddNumbers(gemm), gemm);
  assert.is(withoutOddNumbers({ ...gemm, shape: { ...shape, registersPerThread: -1 } }).shape, null);
  assert.is(withoutOddNumbers({ ...gemm, shape: { ...shape, grid: [1.5, 1, 1] } }).shape, null);
  assert.is(withoutOddNumbers({ ...gemm, flops: Number.NaN }).flops, null);
  assert.is(withoutOddNumbers({ ...gemm, bytes: Number.POSITIVE_INFINITY }).bytes, null);
});

test('a count that is a lie is refused at once, however large', () => {
  const hostile = Buffer.alloc(64, 0xff);
  hostile.writeUInt32LE(0, 4);
  hostile.writeBigUInt64LE(epochNs, 8);
  assert.throws(() => decodeActivity(hostile, epochNs), /reaches past its frame/);
  assert.throws(() => decodeSteps(hostile, epochNs), /reaches past its frame/);
  assert.throws(() => decodeSamples(hostile, epochNs), /reaches past its frame/);
  const many = Buffer.from([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  assert.throws(() => decodeStrings(many), RangeError);
  assert.throws(() => decodeLaunches(many, String), /odd size/);
});

test('flags that are not known are refused, since what follows them is not known either', () => {
  const columns = new ActivityColumns(1);
  columns.push(0, 10, 5, 0);
  const block = Buffer.from(columns.seal(epochNs));
  block.writeUInt32LE(4, 4);
  assert.throws(() => decodeActivity(block, epochNs), /unknown flags 4/);
  const samples = Buffer.from(encodeSamples([{ series: 0, timeNs: 1, value: 1 }], epochNs));
  samples.writeUInt32LE(2, 4);
  assert.throws(() => decodeSamples(samples, epochNs), /unknown flags 2/);
  const launches = Buffer.from(
    encodeLaunches(0, [{ launch: gemm, nameId: 0, deviceId: 0, layerId: 0, phaseId: 0 }]),
  );
  launches.writeUInt32LE(launchFlags.shape | 8, 12);
  assert.throws(() => decodeLaunches(launches, String), /unknown flags 9/);
  launches.writeUInt32LE(0, 12);
  launches.writeUInt32LE(3, 8);
  assert.throws(() => decodeLaunches(launches, String), /unknown kind 3/);
});

test('times that a double cannot hold are refused, not rounded', () => {
  const columns = new ActivityColumns(1);
  columns.push(0, 10, 5, 0);
  const far = Buffer.from(columns.seal(epochNs));
  far.writeBigUInt64LE(2n ** 64n - 1n, 8);
  assert.throws(() => decodeActivity(far, epochNs), /104 days/);
  columns.clear();
  columns.push(0, 10, 2 ** 33, 0);
  const long = Buffer.from(columns.seal(epochNs));
  long.writeUInt32LE(0xffffffff, 16 + 8 + 4);
  assert.throws(() => decodeActivity(long, epochNs), /104 days/);
  const late = [0, 2 ** 33].map((timeNs) => ({ series: 0, timeNs, value: 1 }));
  const samples = Buffer.from(encodeSamples(late, epochNs));
  samples.writeUInt32LE(0x00200000, 16 + 8 + 4);
  assert.throws(() => decodeSamples(samples, epochNs), /104 days/);
});

test('whatever bytes come, a payload is read or refused with a RangeError', () => {
  const decoders = [
    (bytes: Uint8Array) => decodeActivity(bytes, epochNs),
    (bytes: Uint8Array) => decodeSteps(bytes, epochNs),
    (bytes: Uint8Array) => decodeSamples(bytes, epochNs),
    (bytes: Uint8Array) => decodeStrings(bytes),
    (bytes: Uint8Array) => decodeLaunches(bytes, String),
  ];
  // Small first words, so that many get past the count.
  const bytes = fc
    .tuple(fc.nat(4), fc.nat(4), fc.uint8Array({ maxLength: 120 }))
    .map(([first, second, rest]) => Uint8Array.from([first, 0, 0, 0, second, 0, 0, 0, ...rest]));
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 40 })), (payload) => {
      for (const decode of decoders) {
        try {
          decode(payload);
        } catch (error) {
          assert.instance(error, RangeError);
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** assert.equal takes NaN for a difference. */
function plain(sample: { series: number; timeNs: number; value: number }): string {
  return `${sample.series} ${sample.timeNs} ${Object.is(sample.value, -0) ? '-0' : sample.value}`;
}

/** JSON has no negative zero. */
function plainZero(one: Launch): Launch {
  return { ...one, flops: one.flops && one.flops + 0, bytes: one.bytes && one.bytes + 0 };
}

test('grids come back, and a frame of another size is refused', () => {
  const grids = [
    { launch: 0, grid: [1, 2, 3], block: [64, 1, 1] },
    { launch: 0xffffffff, grid: [0xffffffff, 0, 1], block: [1, 1, 1] },
  ] as const;
  const payload = encodeGrids(grids);
  assert.equal(decodeGrids(payload), grids);
  assert.throws(() => decodeGrids(payload.subarray(0, payload.length - 1)), /odd size/);
  assert.throws(() => decodeGrids(new Uint8Array(2)), RangeError);
});

test.run();
