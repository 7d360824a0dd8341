import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { crc32, portableCrc32 } from '../../src/recording/crc32.ts';

const test = suite('recording: crc32');

test('has the check value of its definition', () => {
  assert.is(portableCrc32(Buffer.from('123456789')), 0xcbf43926);
  assert.is(crc32(Buffer.from('123456789')), 0xcbf43926);
  assert.is(portableCrc32(new Uint8Array(0)), 0);
});

test('is the same in plain JavaScript as in zlib', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      assert.is(portableCrc32(bytes), zlibCrc32(bytes));
    }),
  );
});

test.run();
