import { inputMetrics } from '../../src/model/health.ts';
import type { TrainingProbe } from '../../src/model/training.ts';
import type { Batch } from '../data/dataset.ts';
import { type Feed, type QueuedFeed, withBefore } from './feed.ts';

/**
 * Tells `probe` at each fetch how long it took, and of a queue, before anything is taken from it, how many batches were
 * ready.
 * @param now milliseconds of a clock that only goes forward
 */
export function meteredFeed<B extends Batch>(
  feed: Feed<B> | QueuedFeed<B>,
  probe: TrainingProbe,
  now: () => number = () => performance.now(),
): Feed<B> {
  const timed: Feed<B> = {
    async next() {
      const startMs = now();
      const batch = await feed.next();
      probe.metric(inputMetrics.waitSeconds, (now() - startMs) / 1000);
      return batch;
    },
    close: () => feed.close(),
  };
  if (!('depth' in feed)) return timed;
  return withBefore(timed, () => {
    probe.metric(inputMetrics.queueDepth, feed.depth());
    probe.metric(inputMetrics.queueCapacity, feed.capacity);
  });
}
