import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentHash } from '../../../workloads/data/content-hash.ts';
import { createRandom } from '../../../workloads/data/random.ts';

const test = suite('content hash');

function picture(seed: number, bytes = 3072): Uint8Array {
  const random = createRandom(seed, 'content');
  return Uint8Array.from({ length: bytes }, () => random.integer(256));
}

test('equal contents have equal hashes, one other byte gives another', () => {
  assert.is(contentHash(picture(1)), contentHash(picture(1)));
  const seen = new Set<number>();
  for (let at = 0; at < 3072; at++) {
    const changed = picture(1);
    changed[at] = (changed[at] as number) ^ 1;
    seen.add(contentHash(changed));
  }
  seen.add(contentHash(picture(1)));
  assert.is(seen.size, 3073);
});

test('it is a whole number that a double holds, and lengths count', () => {
  for (const bytes of [0, 1, 2, 3072]) {
    const hash = contentHash(new Uint8Array(bytes));
    assert.ok(Number.isSafeInteger(hash) && hash >= 0, `${hash}`);
  }
  assert.is.not(contentHash(new Uint8Array(5)), contentHash(new Uint8Array(6)));
});

test('a hundred thousand different contents have different hashes', () => {
  const seen = new Set<number>();
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (let count = 0; count < 100_000; count++) {
    view.setUint32(4, count);
    seen.add(contentHash(bytes));
  }
  assert.is(seen.size, 100_000);
});

test.run();
