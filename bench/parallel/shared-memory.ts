/** Averages and parameter servers between worker threads. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createGroupMemory, seatOf } from '../../workloads/parallel/transports/shared-memory/host.ts';
import { median, type Row } from '../row.ts';
import type { Exchange, Exchanged } from './shared-memory-replica.ts';

/** The parameters of a ResNet-50. */
const floats = 25_600_000;
const bucketBytes = 4 * 2 ** 20;
const rounds = 15;
const mostMs = 60;

export async function sharedMemoryRows(): Promise<Row[]> {
  const inBuckets = await exchange({ floats, bucketFloats: bucketBytes / 4, rounds });
  const asOne = await exchange({ floats, bucketFloats: floats, rounds });
  const note = `median of ${rounds} rounds, copies in and out included`;
  const averageMs = median(inBuckets.averageMs);
  return [
    {
      name: 'average of 25.6 M floats, 2 workers, buckets of 4 MiB',
      value: averageMs,
      unit: 'ms',
      target: `≤ ${mostMs}`,
      holds: averageMs <= mostMs,
      note,
    },
    {
      name: 'average of 25.6 M floats, 2 workers, one bucket',
      value: median(asOne.averageMs),
      unit: 'ms',
      note,
    },
    {
      name: 'push of 25.6 M floats to a server, added to what it holds',
      value: median(inBuckets.pushMs),
      unit: 'ms',
      note: `median of ${rounds}, one replica at a time`,
    },
    {
      name: 'pull of 25.6 M floats from a server',
      value: median(inBuckets.pullMs),
      unit: 'ms',
      note: `median of ${rounds}, one replica at a time`,
    },
  ];
}

/** What replica 0 of two measured. */
async function exchange(order: Omit<Exchange, 'seat'>): Promise<Exchanged> {
  const memory = createGroupMemory(2, { goOnWithout: false });
  const workers = [0, 1].map((rank) => {
    const workerData: Exchange = { ...order, seat: seatOf(memory, rank) };
    return new Worker(join(import.meta.dirname, 'shared-memory-replica.ts'), { workerData });
  });
  const [exchanged] = await Promise.all(
    workers.map(async (worker): Promise<Exchanged> => {
      const [message] = await once(worker, 'message');
      return message;
    }),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (exchanged === undefined) throw new Error('no replica answered');
  return exchanged;
}
