/** A rank that adds up floats with the other, by a loop in C and by the transport in alternation; rank 0 prints what it took. */
import koffi from 'koffi';
import type { Average } from '../../workloads/parallel/transport.ts';
import { openMpi } from '../../workloads/parallel/transports/mpi/transport.ts';
import { MpiWorld } from '../../workloads/parallel/transports/mpi/world.ts';

/** By round. */
export interface AllReduceMs {
  readonly loopMs: readonly number[];
  readonly bucketsMs: readonly number[];
  readonly wholeMs: readonly number[];
}

/** The parameters of a ResNet-50. */
const floats = 25_600_000;
const bucketFloats = 2 ** 20;
const rounds = 15;
/** The first touch the memory and compile. */
const unseenRounds = 3;

const allReduceMs = koffi.load(process.argv[2] ?? '').func('double allreduce_ms(void *, int)');
const world = MpiWorld.start();
const seat = world.seatOf(world.size, { deadlineSeconds: 60, goesOn: false });
if (seat === null) throw new Error('every rank has a part');
const transport = openMpi(seat);
const values = new Float32Array(floats).fill(1);
const bucketLengths = Array.from({ length: Math.ceil(floats / bucketFloats) }, (_, bucket) =>
  Math.min(bucketFloats, floats - bucket * bucketFloats),
);
const buckets = transport.openAverage(bucketLengths);
const whole = transport.openAverage([floats]);

const loopMs: number[] = [];
const bucketsMs: number[] = [];
const wholeMs: number[] = [];
for (let round = 0; round < unseenRounds + rounds; round += 1) {
  loopMs.push(allReduceMs(values, floats));
  bucketsMs.push(averageMs(buckets, bucketLengths));
  wholeMs.push(averageMs(whole, [floats]));
}
transport.barrier();
transport.close();
if (world.rank === 0) {
  const seen = (each: number[]) => each.slice(unseenRounds);
  const measured: AllReduceMs = { loopMs: seen(loopMs), bucketsMs: seen(bucketsMs), wholeMs: seen(wholeMs) };
  process.stdout.write(JSON.stringify(measured));
}
world.end();

function averageMs(average: Average, lengths: readonly number[]): number {
  for (const bucket of lengths.keys()) average.own(bucket).fill(1);
  transport.barrier();
  const begin = performance.now();
  for (const bucket of lengths.keys()) {
    average.give(bucket);
    average.advance();
  }
  for (const bucket of lengths.keys()) average.take(bucket);
  return performance.now() - begin;
}
