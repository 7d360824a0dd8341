/** Items, such as gradients, that are averaged together. */
export interface Bucket {
  /** Floats. */
  readonly length: number;
  readonly parts: readonly BucketPart[];
}

/** Where an item lies in its bucket. */
export interface BucketPart {
  readonly item: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Deals items out to buckets of at most `most` floats, the last item first: a backward pass reaches it first. An item that
 * is larger has a bucket of its own.
 *
 * @param lengths of the items, in floats
 */
export function planBuckets(lengths: readonly number[], most: number): Bucket[] {
  const buckets: { length: number; parts: BucketPart[] }[] = [];
  for (const [item, length] of [...lengths.entries()].toReversed()) {
    const open = buckets.at(-1);
    if (open === undefined || open.length + length > most) {
      buckets.push({ length, parts: [{ item, offset: 0, length }] });
    } else {
      open.parts.push({ item, offset: open.length, length });
      open.length += length;
    }
  }
  return buckets;
}
