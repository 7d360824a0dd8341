import { WarpwatchError } from '../../src/model/errors.ts';
import type { Batch } from '../data/dataset.ts';
import type { BatchOf, DataDescription, DataKind } from '../data/index.ts';
import { type QueuedFeed, type Shard, wholeData } from './feed.ts';
import { type InputThread, startInputThread } from './input-thread.ts';
import { type InputBatch, type InputReply, type Slowdown, slowdownWords } from './messages.ts';

/** A training that is to wait for its input: a batch takes so many times as long as the training computes on one. */
export const slowFactor = 4;

/** A step that waits for data when it is asked to stop gets so long to be whole. */
const graceMs = 1000;

export interface PrefetchSettings {
  readonly batchSize: number;
  /** The most batches that are made ahead. */
  readonly capacity: number;
  readonly threads: number;
  /** Holds batches back, so that the training waits for them. */
  readonly slow?: boolean;
  /** Lets go of what is held back, and rejects a fetch that still waits after `graceMs`, with its reason. */
  readonly signal?: AbortSignal;
  readonly graceMs?: number;
  /** All batches of the data set unless told otherwise. */
  readonly shard?: Shard;
  /** Hears of each batch as it is fetched: what it cost and what was wrong. */
  readonly onBatch?: (batch: Omit<InputBatch<Batch>, 'batch'>) => void;
}

/**
 * Batches of a data set, made ahead by threads: batch k by thread k modulo their number, handed out in the order of k. The
 * same batches as those of `inlineFeed`, however many threads there are.
 */
export function prefetchFeed<K extends DataKind>(
  description: DataDescription<K>,
  settings: PrefetchSettings,
): QueuedFeed<BatchOf[K]> {
  return new PrefetchFeed<BatchOf[K]>(description, settings);
}

class PrefetchFeed<B extends Batch> implements QueuedFeed<B> {
  readonly capacity: number;
  readonly #settings: PrefetchSettings;
  readonly #threads: readonly InputThread[];
  readonly #slowdown: Slowdown | null;
  /** By number: what has come and was not fetched. */
  readonly #come = new Map<number, InputReply<B>>();
  /** The next to fetch, and the next to ask a thread for. */
  #next = 0;
  #asked = 0;
  #servedMs: number | null = null;
  #paced = false;
  #failure: unknown = null;
  #grace: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  constructor(description: DataDescription, settings: PrefetchSettings) {
    const { batchSize, capacity, threads, slow = false, signal, shard = wholeData } = settings;
    this.capacity = capacity;
    this.#settings = settings;
    this.#slowdown = slow
      ? { factor: slowFactor * threads, control: new Int32Array(new SharedArrayBuffer(8)) }
      : null;
    this.#threads = Array.from({ length: threads }, () =>
      startInputThread<B>(
        { description, batchSize, shard, slowdown: this.#slowdown },
        {
          reply: (reply) => {
            this.#come.set(reply.number, reply);
            this.#wake();
          },
          died: (error) => this.#fail(error),
        },
      ),
    );
    signal?.addEventListener('abort', this.#abort, { once: true });
    if (signal?.aborted) this.#abort();
    this.#askAhead();
  }

  depth(): number {
    this.#drain();
    let depth = 0;
    while (this.#come.get(this.#next + depth)?.kind === 'batch') depth += 1;
    return depth;
  }

  async next(): Promise<B> {
    this.#tellPace();
    this.#drain();
    const reply = this.#come.get(this.#next) ?? (await this.#waitFor(this.#next));
    if (reply.kind === 'failed') throw new WarpwatchError(reply.code, reply.message);
    this.#come.delete(this.#next);
    this.#next += 1;
    this.#askAhead();
    const { batch, ...about } = reply;
    this.#settings.onBatch?.(about);
    this.#servedMs = performance.now();
    return batch;
  }

  async close(): Promise<void> {
    this.#settings.signal?.removeEventListener('abort', this.#abort);
    clearTimeout(this.#grace);
    this.#fail(
      new WarpwatchError('unsupported', 'The input is closed: no batch can be had from it any more.'),
    );
    this.#come.clear();
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  readonly #abort = (): void => {
    if (this.#slowdown) {
      Atomics.store(this.#slowdown.control, slowdownWords.over, 1);
      Atomics.notify(this.#slowdown.control, slowdownWords.over);
    }
    const { signal, graceMs: patience = graceMs } = this.#settings;
    this.#grace = setTimeout(() => this.#fail(signal?.reason), patience);
  };

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  #drain(): void {
    for (const thread of this.#threads) thread.drain();
  }

  #askAhead(): void {
    // How long a training computes is known after its first step; what is made before could not be held back.
    const end = this.#slowdown !== null && !this.#paced ? 1 : this.#next + this.capacity;
    for (; this.#asked < end; this.#asked += 1)
      this.#threads[this.#asked % this.#threads.length]?.ask(this.#asked);
  }

  #tellPace(): void {
    if (this.#slowdown === null || this.#servedMs === null) return;
    const computedMs = performance.now() - this.#servedMs;
    const paceMicroseconds = Math.min(2 ** 31 - 1, Math.round(computedMs * 1000));
    Atomics.store(this.#slowdown.control, slowdownWords.paceMicroseconds, paceMicroseconds);
    this.#paced = true;
    this.#askAhead();
  }

  async #waitFor(number: number): Promise<InputReply<B>> {
    for (const thread of this.#threads) thread.hold(true);
    try {
      for (;;) {
        const reply = this.#come.get(number);
        if (reply) return reply;
        if (this.#failure !== null) throw this.#failure;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      for (const thread of this.#threads) thread.hold(false);
    }
  }
}
