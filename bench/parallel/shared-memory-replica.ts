/** A replica that exchanges floats as a training does: its gradients and parameters are in memory of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Seat } from '../../workloads/parallel/transports/shared-memory/host.ts';
import { openSharedMemory } from '../../workloads/parallel/transports/shared-memory/transport.ts';

export interface Exchange {
  readonly seat: Seat;
  readonly floats: number;
  readonly bucketFloats: number;
  readonly rounds: number;
}

/** By round, in ms. */
export interface Exchanged {
  readonly averageMs: readonly number[];
  readonly pushMs: readonly number[];
  readonly pullMs: readonly number[];
}

/** The first rounds touch the memory and compile. */
const unseenRounds = 3;

const { seat, floats, bucketFloats, rounds } = workerData as Exchange;
const transport = openSharedMemory(seat);
const own = new Float32Array(floats).map((_, index) => (index % 1000) + seat.rank);
const taken = new Float32Array(floats);
parentPort?.postMessage({ averageMs: averages(), ...servers() } satisfies Exchanged);

function averages(): number[] {
  const starts = Array.from(
    { length: Math.ceil(floats / bucketFloats) },
    (_, bucket) => bucket * bucketFloats,
  );
  const average = transport.openAverage(starts.map((start) => Math.min(bucketFloats, floats - start)));
  return measured(() => {
    transport.barrier();
    const begin = performance.now();
    for (const [bucket, start] of starts.entries()) {
      average.own(bucket).set(own.subarray(start, start + bucketFloats));
      average.give(bucket);
      average.advance();
    }
    for (const [bucket, start] of starts.entries()) taken.set(average.take(bucket), start);
    transport.barrier();
    return performance.now() - begin;
  });
}

/** Replica 0 pushes and pulls while the other waits. */
function servers(): Pick<Exchanged, 'pushMs' | 'pullMs'> {
  const server = transport.openServers([floats], () => [taken]);
  if (seat.rank > 0) {
    transport.barrier();
    return { pushMs: [], pullMs: [] };
  }
  const pushMs = measured(() => timed(() => server.change(0, addOwn)));
  const pullMs = measured(() => timed(() => server.read(0, (values) => taken.set(values))));
  transport.barrier();
  return { pushMs, pullMs };
}

function addOwn(values: Float32Array): void {
  for (let index = 0; index < values.length; index += 1)
    values[index] = (values[index] ?? 0) + (own[index] ?? 0);
}

function measured(round: () => number): number[] {
  return Array.from({ length: unseenRounds + rounds }, round).slice(unseenRounds);
}

function timed(work: () => void): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
