import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32c } from '../../../collectors/tfevents/crc32c.ts';
import { parseEvent } from '../../../collectors/tfevents/event.ts';
import { TensorboardFollower } from '../../../collectors/tfevents/follower.ts';
import { maskedCrc, readRecord } from '../../../collectors/tfevents/records.ts';
import { describeRun } from '../../../src/recording/manifest.ts';
import { MemoryRecording } from '../../../src/recording/memory-recording.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

const test = suite('tfevents');
const nowSeconds = Date.now() / 1e3;

function field(number: number, wire: 0 | 1 | 2 | 5, bytes: Uint8Array): Buffer {
  const length = wire === 2 ? [varint(bytes.length)] : [];
  return Buffer.concat([varint(number * 8 + wire), ...length, bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const float = (value: number) => Buffer.from(Float32Array.of(value).buffer);
const double = (value: number) => Buffer.from(Float64Array.of(value).buffer);

function event(tag: string, value: Buffer, step = 300, wallTime = nowSeconds + 1): Buffer {
  const summary = field(1, 2, Buffer.concat([field(1, 2, Buffer.from(tag)), value]));
  return Buffer.concat([field(1, 1, double(wallTime)), field(2, 0, varint(step)), field(5, 2, summary)]);
}

const simple = (value: number) => field(2, 5, float(value));

function record(data: Uint8Array): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(data.length));
  const sums = Buffer.alloc(8);
  sums.writeUInt32LE(maskedCrc(length), 0);
  sums.writeUInt32LE(maskedCrc(data), 4);
  return Buffer.concat([length, sums.subarray(0, 4), data, sums.subarray(4)]);
}

test('CRC-32C is that of RFC 3720', () => {
  assert.is(crc32c(Buffer.from('123456789')), 0xe3069283);
  assert.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
});

test('scalars are read as simple values and as tensors of one element', () => {
  const tensor = (...parts: readonly Buffer[]) => field(8, 2, Buffer.concat(parts));
  const type = (number: number) => field(1, 0, varint(number));
  const valueIn = (value: Buffer) => parseEvent(event('x', value)).scalars[0]?.value;
  assert.is(valueIn(simple(0.5)), 0.5);
  assert.is(valueIn(tensor(type(1), field(4, 2, float(0.25)))), 0.25);
  assert.is(valueIn(tensor(type(1), field(5, 2, float(0.75)))), 0.75);
  assert.is(valueIn(tensor(type(2), field(6, 2, double(1e300)))), 1e300);
  assert.is(valueIn(tensor(type(9), field(10, 2, varint(300)))), 300);
  const shape = field(2, 2, field(2, 2, field(1, 0, varint(2))));
  assert.is(valueIn(tensor(type(1), shape, field(4, 2, Buffer.concat([float(1), float(2)])))), undefined);
  assert.is(parseEvent(event('x', simple(1), 300)).step, 300);
});

test('a cut record is not there yet, a wrong one is corrupt, a wrong length is lost', () => {
  const whole = record(event('loss', simple(1)));
  for (let length = 0; length < whole.length; length++) {
    assert.is(readRecord(whole.subarray(0, length)).kind, 'partial');
  }
  const changed = Buffer.from(whole);
  changed[20] = (changed[20] ?? 0) ^ 1;
  assert.equal(readRecord(changed), { kind: 'corrupt', bytes: whole.length });
  const longer = Buffer.from(whole);
  longer[0] = (longer[0] ?? 0) ^ 1;
  assert.is(readRecord(longer).kind, 'lost');
});

test('bytes of any kind are an event or a RangeError', () => {
  const bytes = event('loss', simple(1));
  for (let length = 0; length < bytes.length; length++) {
    for (const flipped of [0, 0xff]) {
      const wrong = Buffer.from(bytes);
      wrong[length] = (wrong[length] ?? 0) ^ flipped;
      try {
        parseEvent(flipped === 0 ? bytes.subarray(0, length) : wrong);
      } catch (error) {
        assert.instance(error, RangeError);
      }
    }
  }
});

test('files that appear and grow are followed; damage is counted; older events are passed over', async () => {
  const directory = temporaryDirectory();
  const logs = join(directory, 'logs');
  const recording = new MemoryRecording(describeRun('t', [], {}, []));
  const writer = recording.openStream('tfevents');
  const follower = new TensorboardFollower(writer, [logs, join(directory, 'never')], nowSeconds);
  follower.look();

  mkdirSync(join(logs, 'validation'), { recursive: true });
  const train = join(logs, 'events.out.tfevents.1');
  const next = record(event('Loss/train', simple(0.25)));
  writeFileSync(train, record(event('Loss/train', simple(9), 1, nowSeconds - 60)));
  appendFileSync(train, record(event('Loss/train', simple(0.5))));
  appendFileSync(train, next.subarray(0, 30));
  writeFileSync(join(logs, 'notes.txt'), 'no events');
  writeFileSync(join(logs, 'validation', 'tfevents.2'), record(event('loss', simple(0.75))));
  follower.look();
  const corrupt = record(event('Loss/train', simple(7)));
  corrupt[20] = (corrupt[20] ?? 0) ^ 1;
  appendFileSync(train, Buffer.concat([next.subarray(30), corrupt, record(event('gap', simple(2)))]));
  for (let look = 0; look < 3; look++) follower.look();
  follower.finish();
  await writer.close('ended');
  recording.poll();

  const { series, losses, absences } = recording.timeline;
  const values = Object.fromEntries(series.map((entry) => [entry.series.metric, entry.values]));
  assert.equal(values, { loss: [0.5, 0.25], validationLoss: [0.75], gap: [2] });
  assert.ok(series.every((entry) => entry.series.from === 'tensorboard'));
  assert.is(losses.dropped, 1);
  assert.equal(
    absences.map(({ why }) => why),
    [`No TensorBoard event file appeared at ${join(directory, 'never')}.`],
  );
});

test.run();
