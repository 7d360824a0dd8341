import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inputMetrics } from '../../../src/model/health.ts';
import { silentProbe } from '../../../src/model/training.ts';
import type { Batch } from '../../../workloads/data/dataset.ts';
import { createSyntheticShapes } from '../../../workloads/data/synthetic-shapes.ts';
import { type Feed, inlineFeed, type QueuedFeed, withBefore } from '../../../workloads/input/feed.ts';
import { meteredFeed } from '../../../workloads/input/metered-feed.ts';

const test = suite('feed');

/** Batches that hold nothing but their number as their size. */
function numbered(events: string[] = []): Feed<Batch> {
  let number = 0;
  const empty = { images: new Float32Array(0), contents: new Float64Array(0) };
  return {
    next: async () => {
      events.push(`fetch ${number}`);
      return { size: number++, ...empty };
    },
    close: async () => void events.push('close'),
  };
}

test('an inline feed gives the batches of the data set in order', async () => {
  const dataset = createSyntheticShapes({ seed: 1, augment: null });
  const feed = inlineFeed(dataset, 2);
  for (const number of [0, 1, 2]) assert.equal(await feed.next(), dataset.trainingBatch(number, 2));
  await feed.close();
});

test('operations run in order before each fetch, whether they wait or not', async () => {
  const events: string[] = [];
  const feed = withBefore(
    numbered(events),
    async (fetch) => {
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`first ${fetch}`);
    },
    (fetch) => void events.push(`second ${fetch}`),
  );
  await feed.next();
  await feed.next();
  assert.equal(events, ['first 0', 'second 0', 'fetch 0', 'first 1', 'second 1', 'fetch 1']);
  await feed.close();
  assert.is(events.at(-1), 'close');
});

test('fetches that are asked for at once keep their operations apart', async () => {
  const events: string[] = [];
  const feed = withBefore(numbered(events), async (fetch) => {
    events.push(`begin ${fetch}`);
    await new Promise((resolve) => setImmediate(resolve));
    events.push(`end ${fetch}`);
  });
  const batches = await Promise.all([feed.next(), feed.next(), feed.next()]);
  assert.equal(
    batches.map(({ size }) => size),
    [0, 1, 2],
  );
  const wanted = [0, 1, 2].flatMap((fetch) => [`begin ${fetch}`, `end ${fetch}`, `fetch ${fetch}`]);
  assert.equal(events, wanted);
});

test('an operation that fails rejects its fetch and takes no batch', async () => {
  let fails = true;
  const seen: number[] = [];
  const feed = withBefore(numbered(), (fetch) => {
    seen.push(fetch);
    if (fails) throw new Error('not yet');
  });
  const message = await feed.next().catch((error: Error) => error.message);
  assert.is(message, 'not yet');
  fails = false;
  assert.is((await feed.next()).size, 0);
  assert.equal(seen, [0, 0]);
});

test('a metered feed tells the wait, and of a queue what was ready before the fetch', async () => {
  const told: [string, number][] = [];
  const probe = { ...silentProbe, metric: (name: string, value: number) => void told.push([name, value]) };
  let timeMs = 0;
  const plain = numbered();
  const slow: Feed<Batch> = {
    next: () => {
      timeMs += 250;
      return plain.next();
    },
    close: plain.close,
  };
  await meteredFeed(slow, probe, () => timeMs).next();
  assert.equal(told, [[inputMetrics.waitSeconds, 0.25]]);
  told.length = 0;
  let ready = 3;
  const queued: QueuedFeed<Batch> = { ...slow, capacity: 4, depth: () => ready };
  const feed = meteredFeed(queued, probe, () => timeMs);
  await feed.next();
  ready = 0;
  await feed.next();
  assert.equal(told, [
    [inputMetrics.queueDepth, 3],
    [inputMetrics.queueCapacity, 4],
    [inputMetrics.waitSeconds, 0.25],
    [inputMetrics.queueDepth, 0],
    [inputMetrics.queueCapacity, 4],
    [inputMetrics.waitSeconds, 0.25],
  ]);
});

test.run();
