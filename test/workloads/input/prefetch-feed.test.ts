import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WarpwatchError } from '../../../src/model/errors.ts';
import { type DataDescription, type DataKind, openDataset } from '../../../workloads/data/index.ts';
import { withBefore } from '../../../workloads/input/feed.ts';
import { type PrefetchSettings, prefetchFeed, slowFactor } from '../../../workloads/input/prefetch-feed.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { halves, jpegBytes, writeFiles } from '../data/picture-files.ts';

const test = suite('prefetch feed');

const shapes: DataDescription<'shapes'> = { kind: 'shapes', path: null, seed: 5, augment: true, side: 32 };
const base: PrefetchSettings = { batchSize: 4, capacity: 4, threads: 1 };
const nothing = new Int32Array(new SharedArrayBuffer(4));

/** Every thread of this process that was started since the tests were. */
const threads: Worker[] = [];
const remember = (thread: Worker) => void threads.push(thread);
test.before(() => void process.on('worker', remember));
test.after(() => void process.off('worker', remember));
/** A thread that has ended has no number. */
const running = () => threads.filter(({ threadId }) => threadId !== -1).length;

/** Blocks this thread, so that its event loop does not turn. */
function block(milliseconds: number): void {
  Atomics.wait(nothing, 0, 0, milliseconds);
}

function untilDepth(feed: { depth(): number }, depth: number): void {
  const end = performance.now() + 20_000;
  while (feed.depth() < depth && performance.now() < end) block(2);
  assert.is(feed.depth(), depth);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.unreachable(),
    (error: unknown) => error,
  );
}

async function sentenceOf(promise: Promise<unknown>): Promise<WarpwatchError> {
  const error = await rejection(promise);
  if (error instanceof WarpwatchError) return error;
  throw error;
}

test('gives the same batches as the data set, however many threads make them', async () => {
  const dataset = await openDataset(shapes);
  const wanted = Array.from({ length: 7 }, (_, number) => dataset.trainingBatch(number, 4));
  for (const [count, capacity] of [
    [1, 1],
    [2, 3],
  ] as const) {
    const feed = prefetchFeed(shapes, { ...base, threads: count, capacity });
    for (const batch of wanted) assert.equal(await feed.next(), batch);
    await feed.close();
  }
  assert.is(running(), 0);
});

test('scenes and their objects come whole', async () => {
  const scenes: DataDescription<'scenes'> = { kind: 'scenes', path: null, seed: 2, augment: true, side: 48 };
  const feed = prefetchFeed(scenes, base);
  assert.equal(await feed.next(), (await openDataset(scenes)).trainingBatch(0, 4));
  await feed.close();
});

test('fills its queue while the event loop stands still, and no further', async () => {
  const made: number[] = [];
  const feed = prefetchFeed(shapes, { ...base, capacity: 3, onBatch: ({ number }) => made.push(number) });
  untilDepth(feed, 3);
  block(20);
  assert.is(feed.depth(), 3);
  await feed.next();
  untilDepth(feed, 3);
  await feed.next();
  assert.equal(made, [0, 1]);
  await feed.close();
});

test('operations come before each fetch although the queue is full', async () => {
  const events: string[] = [];
  const queue = prefetchFeed(shapes, {
    ...base,
    threads: 2,
    onBatch: ({ number }) => events.push(`batch ${number}`),
  });
  const feed = withBefore(queue, (fetch) => void events.push(`before ${fetch}, ${queue.depth()} ready`));
  for (let fetch = 0; fetch < 3; fetch++) {
    untilDepth(queue, 4);
    await feed.next();
  }
  await feed.close();
  assert.equal(
    events,
    [0, 1, 2].flatMap((fetch) => [`before ${fetch}, 4 ready`, `batch ${fetch}`]),
  );
});

test('what the data set cannot read comes out of the fetch as it is', async () => {
  const gone: DataDescription<'coco'> = {
    kind: 'coco',
    path: '/no/such.json',
    seed: 1,
    augment: false,
    side: 32,
  };
  const here = await sentenceOf(openDataset(gone));
  const feed = prefetchFeed(gone, base);
  for (let fetch = 0; fetch < 2; fetch++) {
    const there = await sentenceOf(feed.next());
    assert.equal([there.code, there.message], [here.code, here.message]);
  }
  await feed.close();
});

test('pictures that vanish in the middle end the fetch with their name', async () => {
  const root = temporaryDirectory();
  const picture = jpegBytes(halves(16, 16, [1, 2, 3], [200, 0, 0]));
  writeFiles(root, { 'a/0.jpg': picture, 'a/1.jpg': picture, 'b/0.jpg': picture });
  const folder: DataDescription<'folder'> = { kind: 'folder', path: root, seed: 1, augment: false, side: 32 };
  const feed = prefetchFeed(folder, { ...base, capacity: 1, onBatch: ({ notes }) => told.push(...notes) });
  const told: string[] = [];
  untilDepth(feed, 1);
  rmSync(join(root, 'a'), { recursive: true });
  rmSync(join(root, 'b'), { recursive: true });
  await feed.next();
  const error = await sentenceOf(feed.next());
  assert.equal([error.code, error.message.includes(root)], ['not-found', true]);
  await feed.close();
});

test('a thread that dies is told in a sentence', async () => {
  const nonsense = { ...shapes, kind: 'no such kind' as DataKind };
  const feed = prefetchFeed(nonsense, base);
  const error = await sentenceOf(feed.next());
  assert.is(error.code, 'child-failed');
  assert.match(error.message, '--input inline');
  await feed.close();
  assert.is(running(), 0);
});

test('a request to stop lets go of what is held back, so that the step can be whole', async () => {
  const stop = new AbortController();
  const feed = prefetchFeed(shapes, { ...base, slow: true, signal: stop.signal });
  await feed.next();
  // The next batch is held back for four times as long.
  block(400);
  const waiting = feed.next();
  stop.abort();
  assert.is((await waiting).size, 4);
  await feed.close();
});

test('a wait ends some time after a request to stop', async () => {
  const stop = new AbortController();
  const endless: DataDescription<'shapes'> = { ...shapes, side: 1024 };
  const feed = prefetchFeed(endless, { ...base, batchSize: 16, signal: stop.signal, graceMs: 0 });
  const waiting = rejection(feed.next());
  stop.abort();
  assert.is(await waiting, stop.signal.reason);
  await feed.close();
  assert.is(running(), 0);
});

test('a feed that is closed gives nothing more', async () => {
  const feed = prefetchFeed(shapes, base);
  untilDepth(feed, 4);
  await feed.close();
  assert.is(running(), 0);
  assert.match((await sentenceOf(feed.next())).message, 'closed');
  await feed.close();
});

test('a slow feed takes its stated multiple of what the training computes', async () => {
  const feed = prefetchFeed(shapes, { ...base, slow: true });
  await feed.next();
  block(30);
  const startMs = performance.now();
  await feed.next();
  const waitedMs = performance.now() - startMs;
  // Timers may be early by less than a millisecond.
  assert.ok(waitedMs >= slowFactor * 30 - 1, `waited ${waitedMs} ms`);
  await feed.close();
});

test.run();
