import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../src/model/errors.ts';
import { manifestFile, streamHeaderBytes } from '../../src/recording/format.ts';
import { readRecording } from '../../src/recording/reader.ts';
import {
  countActivity,
  frameOffsets,
  gemm,
  makeStream,
  overwrite,
  putRecording,
  putStream,
  recordsOf,
  testManifest,
} from '../support/recordings.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const test = suite('recording: damage');

const directory = temporaryDirectory();
const manifest = testManifest();
let stream: Uint8Array = new Uint8Array(0);
let offsets: number[] = [];
/** The records of the first n frames, by n. */
let prefixes: string[] = [];

test.before(async () => {
  stream = await makeStream();
  offsets = frameOffsets(stream);
  putRecording(directory, manifest, {});
  prefixes = offsets.map((offset) => read(stream.subarray(0, offset)).records);
});

function read(bytes: Uint8Array): { records: string; damage: readonly string[] } {
  putStream(directory, 'training', bytes);
  const timeline = readRecording(directory);
  return { records: recordsOf(timeline).join('\n'), damage: timeline.damage };
}

/** Number of whole frames before a byte. */
function framesBefore(offset: number): number {
  return offsets.filter((start) => start <= offset).length - 1;
}

test('cut at any byte, it opens up to the last whole frame and says what was lost', () => {
  for (let length = 0; length < stream.length; length++) {
    const whole = Math.max(0, framesBefore(length));
    const { records, damage } = read(stream.subarray(0, length));
    assert.is(records, prefixes[whole], `cut at ${length}`);
    const rest = length < streamHeaderBytes ? length : length - (offsets[whole] ?? 0);
    const sentence =
      rest === 0
        ? 'training.stream has no end: its program was killed or still runs, so up to its last quarter second may be missing.'
        : `training.stream was cut: its last ${rest} bytes are no whole frame and are left out.`;
    assert.equal(damage, [sentence], `cut at ${length}`);
  }
  assert.equal(read(stream).damage, []);
});

test('with any byte changed, it opens up to the frame before and says where the damage is', () => {
  for (let at = 0; at < stream.length; at++) {
    for (const change of [1, 0x80, 0xff]) expectPrefix(changed(stream, [[at, change]]), at);
  }
});

test('with many bytes changed, it opens up to the frame before the first', () => {
  const changes = fc.array(fc.tuple(fc.nat(stream.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(changes, (pairs) => {
      const unique = [...new Map(pairs)];
      expectPrefix(changed(stream, unique), Math.min(...unique.map(([at]) => at)));
    }),
    { numRuns: 500 },
  );
});

test('with bytes put in, taken out or repeated, it opens up to the frame before', () => {
  const edit = fc.tuple(fc.nat(stream.length - 1), fc.nat(50), fc.uint8Array({ maxLength: 50 }));
  fc.assert(
    fc.property(edit, ([at, gone, put]) => {
      const edited = Buffer.concat([stream.subarray(0, at), put, stream.subarray(at + gone)]);
      const same = stream.findIndex((byte, i) => byte !== edited[i]);
      if (same >= 0 && same < edited.length) expectPrefix(edited, same);
    }),
    { numRuns: 500 },
  );
});

/** `firstChange`: all before it is as it was. */
function expectPrefix(bytes: Uint8Array, firstChange: number): void {
  const where = `changed at ${firstChange}`;
  if (firstChange < streamHeaderBytes) {
    assert.match(codeOf(() => read(bytes)) ?? 'no error', /^(bad-stream|newer-version)$/, where);
    return;
  }
  const whole = framesBefore(firstChange);
  const { records, damage } = read(bytes);
  assert.is(records, prefixes[whole], where);
  assert.is(damage.length, 1, where);
  assert.match(damage[0] ?? '', /^training\.stream (is damaged at byte \d+|was cut): /, where);
}

function changed(bytes: Uint8Array, changes: readonly (readonly [at: number, change: number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, change] of changes) copy[at] = (copy[at] ?? 0) ^ change;
  return copy;
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.instance(error, WarpwatchError);
    return error instanceof WarpwatchError ? error.code : undefined;
  }
}

test('a manifest with any byte changed is refused, or still says the same', () => {
  putStream(directory, 'training', stream);
  const path = join(directory, manifestFile);
  const text = readFileSync(path);
  const good = readRecording(directory);
  for (let at = 0; at < text.length; at++) {
    for (const change of [1, 0x20, 0xff]) {
      overwrite(path, changed(text, [[at, change]]));
      const code = codeOf(() => {
        const { run, devices, originUnixNs } = readRecording(directory);
        assert.equal([run, devices, originUnixNs], [good.run, good.devices, good.originUnixNs], `byte ${at}`);
      });
      assert.ok([undefined, 'bad-manifest', 'newer-version'].includes(code), `byte ${at}: ${code}`);
    }
  }
  overwrite(path, text);
});

test('a manifest cut at any byte is refused', () => {
  const path = join(directory, manifestFile);
  const text = readFileSync(path);
  for (let length = 0; length < text.length - 1; length++) {
    overwrite(path, text.subarray(0, length));
    assert.is(
      codeOf(() => readRecording(directory)),
      'bad-manifest',
      `cut at ${length}`,
    );
  }
  overwrite(path, text);
});

test('a big recording cut anywhere keeps every execution of its whole blocks', async () => {
  const count = 200_000;
  const big = await makeStream((writer) => {
    const launch = writer.defineLaunch(gemm);
    for (let i = 0; i < count; i++) writer.activity(launch, i * 1000, 500);
  });
  const starts = frameOffsets(big);
  assert.ok(big.length > 2 * 1024 * 1024, 'larger than what is read at once');
  const countsAt = (length: number): number => {
    putStream(directory, 'training', big.subarray(0, length));
    const timeline = readRecording(directory);
    for (const block of timeline.activity) {
      for (let i = 1; i < block.count; i++) {
        if ((block.startNs[i] ?? 0) - (block.startNs[i - 1] ?? 0) !== 1000) throw new Error('a wrong number');
      }
    }
    return countActivity(timeline);
  };
  const whole = new Map(starts.map((start) => [start, countsAt(start)]));
  fc.assert(
    fc.property(fc.integer({ min: streamHeaderBytes, max: big.length }), (length) => {
      const last = starts.filter((start) => start <= length).at(-1) ?? 0;
      assert.is(countsAt(length), whole.get(last));
    }),
    { numRuns: 60 },
  );
  assert.is(countsAt(big.length), count);
});

test.run();
