/** A replica in a thread, which makes one training after the other as it is asked to. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../../src/model/errors.ts';
import { startBackend } from '../../../workloads/backends/index.ts';
import type { ReplicaJob } from './replica-job.ts';
import { trainReplica } from './train-replica.ts';

const starting = startBackend('wasm', { threads: 1 });

parentPort?.on('message', async (job: ReplicaJob) => {
  try {
    await starting;
    parentPort?.postMessage(await trainReplica(job));
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error) });
  }
});
