import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Timeline } from '../../src/model/timeline.ts';
import { crc32 } from '../../src/recording/crc32.ts';
import { frameTypes } from '../../src/recording/format.ts';
import { encodeFrame, encodeJsonFrame } from '../../src/recording/frames.ts';
import { encodeLaunches } from '../../src/recording/payloads/launches.ts';
import { encodeStrings } from '../../src/recording/payloads/strings.ts';
import { readRecording } from '../../src/recording/reader.ts';
import {
  activityOf,
  frameOffsets,
  gemm,
  makeStream,
  putRecording,
  putStream,
  streamOf,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: frames');

test('frame types that are not known are passed over', async () => {
  const bytes = await makeStream();
  const directory = temporaryDirectory();
  putRecording(directory, testManifest(), { training: bytes });
  const plain = readRecording(directory);
  const offsets = frameOffsets(bytes);
  const news = encodeFrame(4711, Buffer.from('something new'));
  const parts = offsets.map((offset, i) => Buffer.concat([bytes.subarray(offset, offsets[i + 1]), news]));
  putStream(directory, 'training', Buffer.concat([bytes.subarray(0, 16), news, ...parts]));
  const mixed = readRecording(directory);
  assert.equal(mixed.damage, []);
  assert.equal(mixed.activity.length, plain.activity.length);
  assert.equal(mixed.steps, plain.steps);
});

test('members of JSON that are not known are passed over, missing ones are damage', () => {
  const clock = { name: 'c', clockNs: '1', unixNs: '1', accuracy: 3 };
  const producer = encodeJsonFrame(frameTypes.producer, { name: 'p', processId: 1, clock, mood: 'good' });
  const { producers, damage } = readStream(streamOf(producer));
  assert.equal(producers, [{ name: 'p', processId: 1, outcome: 'running', message: '' }]);
  assert.match(damage[0] ?? '', /has no end/);
  const bad: [unknown, RegExp][] = [
    [{ name: 'p', processId: 1 }, /clock is no object/],
    [{ name: 'p', processId: -1, clock }, /processId is no count/],
    [{ name: 'p', processId: 1, clock: { ...clock, clockNs: 1 } }, /clockNs is no decimal text/],
    [{ name: 'p', processId: 1, clock: { ...clock, unixNs: '0x10' } }, /unixNs is no decimal text/],
    [['p'], /the record is no object/],
    [null, /the record is no object/],
  ];
  for (const [value, reason] of bad) {
    assert.throws(() => readStream(streamOf(encodeJsonFrame(frameTypes.producer, value))), reason);
  }
  assert.throws(
    () => readStream(streamOf(encodeFrame(frameTypes.producer, Buffer.from('{"name":')))),
    /not of its form/,
  );
});

test('a frame that is not of its form ends its stream there, although its checksum is right', () => {
  const clock = { name: 'c', clockNs: '1', unixNs: '1' };
  const producer = encodeJsonFrame(frameTypes.producer, { name: 'p', processId: 1, clock });
  const mark = encodeJsonFrame(frameTypes.mark, { name: 'm', text: '', startNs: '5', endNs: '6' });
  const json = (type: number, value: unknown) => encodeJsonFrame(type, value);
  const definition = { launch: gemm, nameId: 0, deviceId: 0, layerId: 0, phaseId: 0 };
  const bad: [Uint8Array, RegExp][] = [
    [producer, /first and only/],
    [json(frameTypes.series, { id: 1, device: null, metric: 'm', from: 'f' }), /series 1 is defined where 0/],
    [json(frameTypes.series, { id: 4e9, device: null, metric: 'm', from: 'f' }), /series 4000000000 is/],
    [
      encodeFrame(frameTypes.strings, encodeStrings({ firstId: 4e9, strings: ['x'] })),
      /string 4000000000 is/,
    ],
    [encodeFrame(frameTypes.launches, Buffer.alloc(84, 1)), /odd size/],
    [
      encodeFrame(frameTypes.launches, encodeLaunches(4e9, [definition])),
      /launch 4000000000 is defined where 0/,
    ],
    [json(frameTypes.lost, { kind: 'dropped', count: -4, why: '' }), /count is no count/],
    [json(frameTypes.end, { outcome: 'running', message: '' }), /outcome is none of/],
    [json(frameTypes.mark, { name: 'm', text: '', startNs: '9'.repeat(20), endNs: '6' }), /104 days/],
    [json(frameTypes.device, { id: 'gpu0' }), /kind is none of cpu, gpu/],
    [json(frameTypes.workload, { name: 'w' }), /backend is no text/],
    [withFlags(mark), /unknown flags 1/],
  ];
  for (const [frame, reason] of bad) {
    const { damage, marks } = readStream(streamOf(producer, mark, frame, mark));
    assert.is(marks.length, 1);
    assert.is(damage.length, 1);
    assert.match(damage[0] ?? '', reason);
    assert.match(
      damage[0] ?? '',
      /^a\.stream holds a record at byte \d+ that is not of its form .* bytes from there on are left out\.$/,
    );
  }
  const before = readStream(streamOf(producer, json(frameTypes.lost, { kind: 'melted', count: 4, why: '' })));
  assert.is(before.losses.dropped, 4, 'a loss of an unknown kind is not hidden');
  assert.throws(() => readStream(streamOf(mark)), /first and only/);
});

/** The frame with its first flag set and a right checksum. */
function withFlags(frame: Uint8Array): Uint8Array {
  const flagged = Buffer.from(frame);
  flagged.writeUInt16LE(1, 6);
  flagged.writeUInt32LE(crc32(flagged.subarray(0, -4)), flagged.length - 4);
  return flagged;
}

function readStream(bytes: Uint8Array): Timeline {
  const directory = temporaryDirectory();
  putRecording(directory, { ...testManifest(), clock: { name: 'c', clockNs: 0n, unixNs: 0n } }, { a: bytes });
  return readRecording(directory);
}

test('executions of undefined launches and samples of undefined series are left out and counted', async () => {
  const directory = temporaryDirectory();
  const bytes = await makeStream((writer) => {
    const launch = writer.defineLaunch(gemm);
    for (const id of [launch, 5, launch, 4_000_000_000, launch]) writer.activity(id, 10 + id, 5, id % 3);
    writer.sample(9, 0, 1);
  });
  putRecording(directory, testManifest(), { training: bytes });
  const timeline = readRecording(directory);
  assert.is(timeline.losses.outOfRange, 3);
  const executions = activityOf(timeline);
  assert.equal(
    executions.map(({ launch, queue }) => [launch, queue]),
    [
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  );
  assert.is(new Set(executions.map(({ startNs }) => startNs)).size, 1);
});

test.run();
