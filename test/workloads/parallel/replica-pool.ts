import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as assert from 'uvu/assert';
import {
  createGroupMemory,
  hostGroup,
  seatOf,
} from '../../../workloads/parallel/transports/shared-memory/host.ts';
import { bundled } from '../../support/bundled.ts';
import type { ReplicaJob, ReplicaOutcome } from './replica-job.ts';

/** Threads that train together. */
export interface ReplicaPool {
  /** Trains a group, with one job a replica. Rejects with the first sentence of one that failed. */
  train(jobs: readonly Omit<ReplicaJob, 'seat'>[]): Promise<ReplicaOutcome[]>;
  /** What each replica said, outcome or sentence. */
  trainAny(jobs: readonly Omit<ReplicaJob, 'seat'>[]): Promise<(ReplicaOutcome | { failed: string })[]>;
  stop(): Promise<void>;
}

export function startPool(size: number): ReplicaPool {
  const script = bundled(join(import.meta.dirname, 'replica-thread.ts'));
  const workers = Array.from({ length: size }, () => new Worker(script, { execArgv: [] }));
  const trainAny: ReplicaPool['trainAny'] = async (jobs) => {
    const group = createGroupMemory(jobs.length, { goOnWithout: false });
    const host = hostGroup(group);
    const replies = jobs.map(async (job, rank) => {
      const worker = workers[rank] as Worker;
      const reply = once(worker, 'message') as Promise<[ReplicaOutcome | { failed: string }]>;
      worker.postMessage({ ...job, seat: seatOf(group, rank) } satisfies ReplicaJob);
      const [outcome] = await reply;
      if ('failed' in outcome) host.lose(rank, outcome.failed);
      return outcome;
    });
    return Promise.all(replies);
  };
  return {
    trainAny,
    async train(jobs) {
      const outcomes = await trainAny(jobs);
      return outcomes.map((outcome) => {
        if ('failed' in outcome) throw new Error(outcome.failed);
        assert.is(outcome.tensorsLeft, 0, 'nothing is left');
        return outcome;
      });
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
