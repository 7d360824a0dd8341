/** What an all-reduce by the transport costs beside the call of MPI that it could be. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { bundled } from '../test/support/bundled.ts';
import { mpirun } from '../test/support/mpirun.ts';
import { temporaryDirectory } from '../test/support/temporary.ts';
import type { AllReduceMs } from './mpi/rank.ts';
import { median, type Row } from './row.ts';

const mostTimes = 1.2;

export async function mpiBenchmarks(): Promise<Row[]> {
  const name = 'all-reduce of 25.6 M floats, 2 ranks: transport over a loop in C';
  const missing = ['mpirun', 'mpicc'].filter((program) => spawnSync(program, ['--version']).status !== 0);
  if (missing.length > 0) {
    return [{ name, value: Number.NaN, unit: 'x', note: `skipped: ${missing.join(' and ')} not installed` }];
  }
  const { loopMs, bucketsMs, wholeMs } = await allReduce();
  const ratio = median(bucketsMs) / median(loopMs);
  const note = `median of ${loopMs.length} in alternation within one job`;
  return [
    { name: 'MPI_Allreduce of 25.6 M floats, loop in C', value: median(loopMs), unit: 'ms', note },
    { name: 'transport, buckets of 4 MiB, scaled to the mean', value: median(bucketsMs), unit: 'ms', note },
    { name: 'transport, one bucket, scaled to the mean', value: median(wholeMs), unit: 'ms', note },
    { name, value: ratio, unit: 'x', target: `≤ ${mostTimes}`, holds: ratio <= mostTimes, note },
  ];
}

async function allReduce(): Promise<AllReduceMs> {
  const library = join(temporaryDirectory(), 'allreduce.so');
  const source = join(import.meta.dirname, 'mpi', 'allreduce.c');
  const { status, stderr } = spawnSync('mpicc', ['-O2', '-shared', '-fPIC', source, '-o', library], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`mpicc failed: ${stderr}`);
  const job = await mpirun([
    { count: 2, words: [bundled(join(import.meta.dirname, 'mpi', 'rank.ts')), library] },
  ]);
  if (job.code !== 0) throw new Error(`mpirun failed: ${job.stderr}`);
  return JSON.parse(job.stdout);
}
