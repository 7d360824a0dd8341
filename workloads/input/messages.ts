import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../../src/model/errors.ts';
import type { Batch } from '../data/dataset.ts';
import type { DataDescription } from '../data/index.ts';
import type { Shard } from './feed.ts';

/** What an input thread is started with. */
export interface InputOrder {
  readonly description: DataDescription;
  readonly batchSize: number;
  /** Of the batches of the data set. */
  readonly shard: Shard;
  /** Requests come in here, replies go out. */
  readonly port: MessagePort;
  /** What holds each batch back, on purpose; null for nothing. */
  readonly slowdown: Slowdown | null;
}

/** A batch takes `factor` times as long as the training computes between two fetches. */
export interface Slowdown {
  readonly factor: number;
  /** The training tells how long it computes, in µs, and at the end a 1 that lets go of what is held back. */
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** Places in `Slowdown.control`. */
export const slowdownWords = { paceMicroseconds: 0, over: 1 } as const;

/** Asks for the batch of this number of the shard. */
export type InputRequest = number;

export interface InputBatch<B extends Batch> {
  readonly kind: 'batch';
  readonly number: number;
  readonly batch: B;
  /** How long it took to make. */
  readonly seconds: number;
  /** Sentences on the data that are new since the thread's last reply. */
  readonly notes: readonly string[];
  /** How often a sample stood in for another on this thread so far. */
  readonly replaced: number;
}

export interface InputFailure {
  readonly kind: 'failed';
  readonly number: number;
  readonly code: ErrorCode;
  readonly message: string;
}

export type InputReply<B extends Batch> = InputBatch<B> | InputFailure;
