import type { Average } from '../../transport.ts';
import type { Communicator } from './communicator.ts';
import type { Group } from './group.ts';
import { Meeting } from './meeting.ts';
import type { Request } from './request.ts';
import { type ScalableFloats, scalableFloats } from './scaled-memory.ts';
import { spins } from './waiting.ts';

interface Bucket {
  readonly floats: ScalableFloats;
  /** Its own: replicas may hand their buckets in in any order. */
  readonly communicator: Communicator;
  sum: Request | null;
}

/** An all-reduce a bucket, in place, under way while the replica goes on. */
export class MpiAverage implements Average {
  readonly #group: Group;
  readonly #buckets: readonly Bucket[];
  /** Whether the others were seen to take since this rank gave last: they need this one's looks to go on. */
  #othersTake = false;

  /** Waits for all ranks. */
  constructor(group: Group, lengths: readonly number[]) {
    this.#group = group;
    this.#buckets = scalableFloats(lengths).map((floats) => ({
      floats,
      communicator: group.duplicate(),
      sum: null,
    }));
  }

  own(bucket: number): Float32Array {
    return this.#at(bucket).floats.values;
  }

  give(bucket: number): void {
    const given = this.#at(bucket);
    this.#othersTake = false;
    this.#group.during(() => {
      given.sum = given.communicator.startSum(given.floats.values);
    });
  }

  advance(): void {
    // MPI goes on with all that is under way whenever it looks at one.
    const given = this.#buckets.find(({ sum }) => sum !== null);
    if (given !== undefined) this.#group.during(() => given.sum?.done());
  }

  take(bucket: number): Float32Array {
    const taken = this.#at(bucket);
    const { floats, communicator, sum } = taken;
    this.#group.during(() => {
      const meeting = new Meeting(communicator);
      const what = `for the average of bucket ${bucket}`;
      const spinSeconds = this.#othersTake ? spins.long : spins.shortly;
      this.#group.wait({ what, missing: () => meeting.missing(), spinSeconds });
      this.#othersTake = true;
      const missing = () => (sum === null || sum.done() ? [] : communicator.others);
      this.#group.wait({ what, missing, underWay: true });
      taken.sum = null;
      floats.scale(1 / communicator.size);
    });
    return floats.values;
  }

  free(): void {
    for (const { communicator } of this.#buckets) communicator.free();
  }

  #at(bucket: number): Bucket {
    const found = this.#buckets[bucket];
    if (found === undefined) throw new RangeError(`there is no bucket ${bucket}`);
    return found;
  }
}
