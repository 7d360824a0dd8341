import type { Batch, Dataset } from '../data/dataset.ts';

/** Where a training gets its batches from, in the order of the data set. */
export interface Feed<B extends Batch> {
  /** The next batch. Rejects with a WarpwatchError where its samples cannot be read. */
  next(): Promise<B>;
  /** Ends what prepares batches ahead. */
  close(): Promise<void>;
}

/** A feed whose batches are made before they are asked for. */
export interface QueuedFeed<B extends Batch> extends Feed<B> {
  /** The most batches that can be ready. */
  readonly capacity: number;
  /** Batches that can be had now without waiting. */
  depth(): number;
}

/** A replica's part of the batches of a data set: those whose number leaves `index` when divided by `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export const wholeData: Shard = { index: 0, count: 1 };

/**
 * The number in the data set of a shard's batch `at`. The batches `at` of all shards together hold the samples of one batch of
 * `count` times the size.
 */
export function numberInData({ index, count }: Shard, at: number): number {
  return at * count + index;
}

/** Makes each batch when it is asked for, on the thread that asks. */
export function inlineFeed<B extends Batch>(
  dataset: Dataset<B>,
  batchSize: number,
  shard = wholeData,
): Feed<B> {
  let number = 0;
  return {
    next: async () => dataset.trainingBatch(numberInData(shard, number++), batchSize),
    close: async () => undefined,
  };
}

/** What must have run before a fetch: it sees the number of the fetch, from 0. */
export type BeforeFetch = (fetch: number) => void | Promise<void>;

/**
 * Runs `operations`, one after the other, before each fetch of `feed`: none is served before its own have ended,
 * however many batches are ready and whoever made them. One that fails rejects the fetch and takes no batch.
 */
export function withBefore<B extends Batch>(feed: Feed<B>, ...operations: readonly BeforeFetch[]): Feed<B> {
  let fetch = 0;
  let last: Promise<unknown> = Promise.resolve();
  const serve = async () => {
    for (const operation of operations) await operation(fetch);
    fetch += 1;
    return feed.next();
  };
  return {
    // A fetch that is asked for before the last one was served waits for it, so that operations never interleave.
    next() {
      const batch = last.then(serve);
      last = batch.catch(() => undefined);
      return batch;
    },
    close: () => feed.close(),
  };
}
