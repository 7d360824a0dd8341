import type { Average } from '../../transport.ts';
import { Bucket } from './bucket.ts';
import type { Member } from './member.ts';
import type { Regions } from './regions.ts';

/** All-reduce in shared memory: whoever is there reduces what is ready. */
export function sharedAverage(member: Member, regions: Regions, lengths: readonly number[]): Average {
  const buckets = lengths.map((length) => new Bucket(member, regions, length));
  const reduce = () => {
    const reduced = buckets.filter((bucket) => bucket.reduce());
    if (reduced.length > 0) member.control.ring();
  };
  const at = (index: number): Bucket => {
    const bucket = buckets[index];
    if (bucket === undefined) throw new RangeError(`there is no bucket ${index}`);
    return bucket;
  };
  return {
    own: (index) => at(index).own,
    give: (index) =>
      member.call(() => {
        at(index).give();
        member.control.ring();
      }),
    advance: () => member.call(reduce),
    take: (index) =>
      member.call(() => {
        const bucket = at(index);
        member.waitUntil(() => {
          reduce();
          return bucket.isDone();
        });
        return bucket.result;
      }),
  };
}
