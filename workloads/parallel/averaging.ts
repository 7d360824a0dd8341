import { tensorOf } from '../backends/host-values.ts';
import type * as tf from '../tf.ts';
import type { Account } from './account.ts';
import { type Bucket, type BucketPart, planBuckets } from './buckets.ts';
import type { Part } from './mode.ts';
import type { Average } from './transport.ts';

type Group = Pick<Part<never>, 'transport' | 'account' | 'mode'>;

/** Averages tensors over the replicas in buckets, each handed over as soon as it is full and those before it are. */
export class Averaging {
  readonly #average: Average;
  readonly #account: Account;
  readonly #buckets: readonly Bucket[];
  /** Of each item. */
  readonly #places: readonly (BucketPart & { readonly bucket: number })[];
  /** Items that a bucket still waits for. */
  #missing: number[];
  #isFilled: boolean[];
  #given = 0;

  /** @param lengths of the items in floats; those that are there last come first */
  constructor({ transport, account, mode: { bucketBytes } }: Group, lengths: readonly number[]) {
    this.#account = account;
    const most = Math.max(1, Math.floor(bucketBytes / Float32Array.BYTES_PER_ELEMENT));
    this.#buckets = planBuckets(lengths, most);
    this.#average = transport.openAverage(this.#buckets.map(({ length }) => length));
    this.#places = this.#buckets
      .flatMap(({ parts }, bucket) => parts.map((part) => ({ ...part, bucket })))
      .toSorted((left, right) => left.item - right.item);
    this.#missing = this.#buckets.map(({ parts }) => parts.length);
    this.#isFilled = lengths.map(() => false);
  }

  /** Items that have not been filled in this round. */
  get unfilled(): number[] {
    return [...this.#isFilled.entries()].flatMap(([item, isFilled]) => (isFilled ? [] : [item]));
  }

  /** Adds to an item, or begins it, without copying it elsewhere first. */
  add(item: number, values: Float32Array, { isFirst, isLast }: { isFirst: boolean; isLast: boolean }): void {
    const { bucket, offset, length } = this.#placeOf(item);
    this.#account.copy(() => {
      const own = this.#average.own(bucket).subarray(offset, offset + length);
      if (isFirst) own.set(values);
      else for (const [index, value] of values.entries()) own[index] = (own[index] as number) + value;
    });
    if (!isLast) return;
    this.#isFilled[item] = true;
    this.#missing[bucket] = (this.#missing[bucket] as number) - 1;
  }

  /** Puts in an item as a whole. */
  fill(item: number, values: Float32Array): void {
    this.add(item, values, { isFirst: true, isLast: true });
  }

  /**
   * Hands over the buckets that are full, in order, and goes on with those that were.
   * @param withLast false keeps the last one back, whose handing over ends the step's own part
   */
  give(withLast: boolean): void {
    const end = this.#buckets.length - (withLast ? 0 : 1);
    while (this.#given < end && this.#missing[this.#given] === 0) {
      this.#average.give(this.#given);
      this.#given += 1;
    }
    if (this.#given > 0) this.#average.advance();
  }

  /** Waits for the means, in the order of the items, each of the shape of `shapes`; a new round begins. They belong to the caller. */
  take(shapes: readonly number[][]): tf.Tensor[] {
    const means: tf.Tensor[] = [];
    for (const [bucket, { parts }] of this.#buckets.entries()) {
      const values = this.#average.take(bucket);
      this.#account.copy(() => {
        for (const { item, offset, length } of parts) {
          means[item] = tensorOf(values.subarray(offset, offset + length), shapes[item] ?? [length]);
        }
      });
    }
    this.#missing = this.#buckets.map(({ parts }) => parts.length);
    this.#isFilled = shapes.map(() => false);
    this.#given = 0;
    return means;
  }

  #placeOf(item: number): BucketPart & { readonly bucket: number } {
    const place = this.#places[item];
    if (place === undefined) throw new RangeError(`there is no item ${item}`);
    return place;
  }
}
