import { dataNoteMark, inputMetrics } from '../../src/model/health.ts';
import { plural } from '../../src/model/numbers.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Batch, Dataset } from '../data/dataset.ts';
import type { BatchOf, DataDescription, DataKind } from '../data/index.ts';
import { type Feed, inlineFeed, type Shard, withBefore } from './feed.ts';
import { meteredFeed } from './metered-feed.ts';
import { prefetchFeed } from './prefetch-feed.ts';

/** How the batches of a training are made: the values of `inputOptions`. */
export interface InputValues {
  readonly input: 'prefetch' | 'inline' | 'slow';
  readonly prefetch: number;
  readonly inputWorkers: number;
}

export interface FeedContext {
  readonly probe: TrainingProbe;
  readonly signal?: AbortSignal;
  /** Hears sentences on the data that a person should know. */
  readonly note?: (sentence: string) => void;
  /** Which of several that train one model asks. */
  readonly replica?: { readonly shard: Shard };
}

/** A fault that `--input slow` puts in, as `WorkloadInfo.fault` names it. */
export const slowInputFault = 'slow-input';

/**
 * The feed of a training, metered, which tells what is wrong with its data.
 * @param dataset the same as the description's, opened on this thread
 */
export function openFeed<K extends DataKind>(
  description: DataDescription<K>,
  dataset: Dataset<BatchOf[K]>,
  batchSize: number,
  { input, prefetch, inputWorkers }: InputValues,
  { probe, signal, note, replica }: FeedContext,
): Feed<BatchOf[K]> {
  const told = new Set<string>();
  const tell = (sentence: string) => {
    if (told.has(sentence)) return;
    told.add(sentence);
    probe.range(dataNoteMark, sentence)();
    note?.(sentence);
  };
  if (dataset.trainSize !== null && batchSize > dataset.trainSize) {
    tell(
      `A batch of ${batchSize} is more than the ${plural(dataset.trainSize, 'training sample')} of ${dataset.name}: each comes more than once in a batch.`,
    );
  }
  const replacedByThread: number[] = [];
  const countReplaced = (thread: number, replaced: number) => {
    replacedByThread[thread] = replaced;
    const sum = replacedByThread.reduce((total, count) => total + count, 0);
    if (sum > 0) probe.metric(inputMetrics.replacedSamples, sum);
  };
  const tellNotes = () => dataset.notes?.sentences.forEach(tell);
  const feed =
    input === 'inline'
      ? withAfter(inlineFeed(dataset, batchSize, replica?.shard), () => {
          tellNotes();
          countReplaced(0, dataset.notes?.replaced ?? 0);
        })
      : prefetchFeed(description, {
          batchSize,
          capacity: prefetch,
          threads: inputWorkers,
          slow: input === 'slow',
          ...(signal ? { signal } : {}),
          ...(replica ? { shard: replica.shard } : {}),
          onBatch: ({ number, seconds, notes, replaced }) => {
            probe.metric(inputMetrics.makeSeconds, seconds);
            notes.forEach(tell);
            countReplaced(number % inputWorkers, replaced);
          },
        });
  // What this thread has found by now, when it opened the set or evaluated.
  const served = withBefore(meteredFeed(feed, probe), tellNotes);
  return {
    next: () => served.next(),
    async close() {
      tellNotes();
      await served.close();
    },
  };
}

function withAfter<B extends Batch>(feed: Feed<B>, operation: () => void): Feed<B> {
  return {
    async next() {
      const batch = await feed.next();
      operation();
      return batch;
    },
    close: () => feed.close(),
  };
}
