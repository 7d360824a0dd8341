import type { Batch, Dataset } from '../data/dataset.ts';

/** Where a training gets its batches from, in the order of the data set. */
export interface Feed<B extends Batch> {
  /** The next batch. Rejects with a WarpwatchError where its samples cannot be read. */
  next(): Promise<B>;
  /** Ends what prepares batches ahead. */
  close(): Promise<void>;
}

/** Makes each batch when it is asked for, on the thread that asks. */
export function inlineFeed<B extends Batch>(dataset: Dataset<B>, batchSize: number): Feed<B> {
  let number = 0;
  return {
    next: async () => dataset.trainingBatch(number++, batchSize),
    close: async () => undefined,
  };
}
