import { WarpwatchError } from '../../../../src/model/errors.ts';
import { differenceOf, type Facts } from '../../facts.ts';
import type { Member } from './member.ts';
import type { Regions } from './regions.ts';

/** Room for what a replica says of itself, in bytes of JSON. */
const mostFactBytes = 65_536;

/** @throws WarpwatchError that names the first difference */
export function agreeInMemory(member: Member, regions: Regions, facts: Facts): void {
  const { control, rank, size } = member;
  const posts = Array.from({ length: size }, () => regions.bytes(mostFactBytes));
  /** Bytes of each post, 0 before it is there. */
  const lengths = regions.words(size);
  const post = new TextEncoder().encode(JSON.stringify(facts));
  posts[rank]?.set(post);
  Atomics.store(lengths, rank, post.length);
  control.ring();
  member.waitUntil(() => control.ofAllLiving((other) => Atomics.load(lengths, other) > 0));
  const said = posts.map((bytes, other) => {
    const length = Atomics.load(lengths, other);
    // A decoder takes no shared memory.
    return length === 0 ? null : (JSON.parse(new TextDecoder().decode(bytes.slice(0, length))) as Facts);
  });
  const difference = differenceOf(said);
  if (difference !== null) throw new WarpwatchError('usage', difference);
}
