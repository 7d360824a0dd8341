import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, WarpwatchError } from '../../../src/model/errors.ts';
import {
  cifarRecordBytes,
  openCifar100,
  parseCifar100,
  readCifarRecord,
} from '../../../workloads/data/cifar100.ts';
import { imageBytes } from '../../../workloads/data/dataset.ts';

const test = suite('cifar100');

/** Records whose picture `n` is filled with red `n`, green `n + 1`, blue `n + 2` and whose label is `n % 100`. */
function records(count: number, first = 0): Uint8Array {
  const bytes = new Uint8Array(count * cifarRecordBytes);
  for (let record = 0; record < count; record++) {
    const shade = first + record;
    const start = record * cifarRecordBytes;
    bytes.set([shade % 20, shade % 100], start);
    for (let plane = 0; plane < 3; plane++) {
      bytes.fill(shade + plane, start + 2 + plane * 1024, start + 2 + (plane + 1) * 1024);
    }
  }
  return bytes;
}

function failsWith(code: ErrorCode, ...parts: string[]): (error: unknown) => boolean {
  return (error) => {
    assert.instance(error, WarpwatchError);
    if (!(error instanceof WarpwatchError)) return false;
    assert.is(error.code, code);
    for (const part of parts) assert.match(error.message, part);
    return true;
  };
}

const plain = { seed: 1, augment: null };
let directory = '';
test.before.each(() => {
  directory = mkdtempSync(join(tmpdir(), 'warpwatch-cifar-'));
});
test.after.each(() => rmSync(directory, { recursive: true }));

function write(name: string, bytes: Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

test('planes become pixels and the fine label is the class', () => {
  const parsed = parseCifar100(records(3, 40), 'train.bin');
  assert.is(parsed.count, 3);
  const pixels = new Uint8Array(imageBytes);
  assert.is(readCifarRecord(parsed, 2, pixels), 42);
  assert.equal([...pixels.subarray(0, 6)], [42, 43, 44, 42, 43, 44]);
  assert.equal([...pixels.subarray(-3)], [42, 43, 44]);
});

test('a directory gives training and evaluation samples, every one of them once an epoch', () => {
  write('train.bin', records(30));
  write('test.bin', records(5, 60));
  const dataset = openCifar100(directory, plain);
  assert.is(dataset.synthetic, false);
  assert.is(dataset.name, directory);
  assert.is(dataset.trainSize, 30);
  const epoch = (from: number) =>
    [0, 1, 2].flatMap((number) => [...dataset.trainingBatch(from + number, 10).labels]);
  const [first, second] = [epoch(0), epoch(3)];
  const all = Array.from({ length: 30 }, (_, index) => index);
  assert.equal(
    first.toSorted((a, b) => a - b),
    all,
  );
  assert.equal(
    second.toSorted((a, b) => a - b),
    all,
  );
  assert.not.equal(first, second);
  const batches = [...dataset.evaluationBatches(3, 10)];
  assert.equal(
    batches.map(({ labels }) => [...labels]),
    [
      [60, 61, 62],
      [63, 64],
    ],
  );
});

test('a single file keeps its last tenth for evaluation', () => {
  const dataset = openCifar100(write('train.bin', records(20)), plain);
  assert.is(dataset.trainSize, 18);
  const held = [...dataset.evaluationBatches(32, 1)].flatMap(({ labels }) => [...labels]);
  assert.equal(held, [18, 19]);
});

test('a batch is normalised by the channel', () => {
  const dataset = openCifar100(write('one.bin', records(1, 50)), plain);
  const { images } = dataset.trainingBatch(0, 1);
  const expected = [(50 - 129.3) / 68.2, (51 - 124.1) / 65.4, (52 - 112.4) / 70.4];
  for (const [channel, value] of expected.entries()) {
    assert.ok(Math.abs((images[channel] ?? Number.NaN) - value) < 1e-6);
  }
});

test('a missing path is named', () => {
  const missing = join(directory, 'nowhere');
  assert.throws(() => openCifar100(missing, plain), failsWith('not-found', missing, 'cifar.html'));
  write('train.bin', records(1));
  const half = join(directory, 'test.bin');
  assert.throws(() => openCifar100(directory, plain), failsWith('not-found', half));
});

test('a directory in the place of a file cannot be read', () => {
  mkdirSync(join(directory, 'train.bin'));
  assert.throws(() => openCifar100(directory, plain), failsWith('unreadable', 'train.bin'));
});

test('a wrong size is named, and CIFAR-10 is recognised', () => {
  const short = write('short.bin', records(2).subarray(1));
  assert.throws(() => openCifar100(short, plain), failsWith('bad-data', short, '6147 bytes', '3074-byte'));
  const empty = write('empty.bin', new Uint8Array());
  assert.throws(() => openCifar100(empty, plain), failsWith('bad-data', empty));
  const ten = write('data_batch_1.bin', new Uint8Array(2 * 3073));
  assert.throws(() => openCifar100(ten, plain), failsWith('bad-data', 'CIFAR-10 file'));
});

test('a label out of range names its record', () => {
  const bytes = records(4);
  bytes[3 * cifarRecordBytes + 1] = 100;
  assert.throws(
    () => parseCifar100(bytes, 'train.bin'),
    failsWith('bad-data', 'train.bin', 'record 3', '100'),
  );
  bytes[3 * cifarRecordBytes + 1] = 99;
  bytes[cifarRecordBytes] = 20;
  assert.throws(() => parseCifar100(bytes, 'train.bin'), failsWith('bad-data', 'record 1'));
});

test('whatever the bytes are, the parser reads them or says bad-data', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 4000 }),
    fc.uint8Array({ minLength: cifarRecordBytes, maxLength: cifarRecordBytes }),
  );
  fc.assert(
    fc.property(bytes, (content) => {
      try {
        const { count } = parseCifar100(content, 'x.bin');
        assert.is(count * cifarRecordBytes, content.length);
      } catch (error) {
        if (!(error instanceof WarpwatchError) || error.code !== 'bad-data') throw error;
      }
    }),
    { numRuns: 60 },
  );
});

test.run();
