import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChunkClaims } from '../../../../../workloads/parallel/transports/shared-memory/claims.ts';
import {
  createGroupMemory,
  hostGroup,
  seatOf,
} from '../../../../../workloads/parallel/transports/shared-memory/host.ts';
import { Member } from '../../../../../workloads/parallel/transports/shared-memory/member.ts';

const test = suite('chunk claims');

function claimsOfTwo(chunks: number) {
  const memory = createGroupMemory(2, { goOnWithout: true });
  const words = new Int32Array(new SharedArrayBuffer(4 * chunks));
  const [first, second] = [0, 1].map((rank) => new ChunkClaims(new Member(seatOf(memory, rank)), words)) as [
    ChunkClaims,
    ChunkClaims,
  ];
  return { first, second, host: hostGroup(memory) };
}

test('a chunk is done by one, round after round', () => {
  const { first, second } = claimsOfTwo(2);
  for (const round of [1, 2, 3]) {
    const [one, other] = [first.claim(round), second.claim(round)];
    assert.equal([one, other].sort(), [0, 1]);
    assert.is(first.claim(round), null);
    first.finish(one ?? 0, round);
    assert.not(first.allDone(round));
    second.finish(other ?? 0, round);
    assert.ok(first.allDone(round) && second.allDone(round));
    assert.is(second.claim(round), null);
  }
});

test('what a lost replica had begun is begun anew, and what it had done is not', () => {
  const { first, second, host } = claimsOfTwo(2);
  second.claim(1);
  second.finish(0, 1);
  assert.is(second.claim(1), 1);
  assert.is(first.claim(1), null);
  host.lose(1, 'exit code 1');
  assert.is(first.claim(1), 1);
  assert.not(first.allDone(1));
  second.finish(1, 1);
  assert.not(first.allDone(1), 'its end comes too late');
  first.finish(1, 1);
  assert.ok(first.allDone(1));
});

test.run();
