import { availableParallelism, cpus } from 'node:os';
import { interruptSignals } from '../../../../dashboards/terminal/terminal-guard.ts';
import type { Facts } from '../../../../workloads/parallel/facts.ts';
import { exitCodes, WarpwatchError } from '../../../model/errors.ts';
import type { Finish } from '../../command.ts';
import { warpwatchVersion } from '../../version.ts';
import { type BenchAsked, type Prepared, prepareBench } from '../prepare.ts';
import type { Hosts } from '../run-bench.ts';
import { MpiJob } from './job.ts';

/** Options that only say where a result goes, which rank 0 alone tells. */
const ofRankZero = ['record', 'json', 'markdown', 'html', 'plain'];

/**
 * Has a part in a benchmark as one rank of a job of `mpirun`.
 * @param work runs what is prepared and tells the result; in rank 0 alone
 * @returns the exit code
 */
export async function benchOverMpi(
  asked: BenchAsked,
  work: (prepared: Prepared, hosts: Hosts) => Promise<number>,
  finish: Finish,
): Promise<number> {
  const job = MpiJob.start();
  const prepared = await prepare(asked, job);
  const hosts: Hosts = {
    start: (order, listeners) => job.start(order, listeners),
    whyOver: () => job.whyOver(),
  };
  try {
    const code = job.isFirst ? await work(prepared, hosts) : await follow(job, prepared);
    await job.end();
    return code;
  } finally {
    if (job.hangs) finish.withHangingCall();
  }
}

async function prepare(asked: BenchAsked, job: MpiJob): Promise<Prepared> {
  try {
    await job.agree(factsOf(asked));
    return prepareBench(withRanks(asked, job.size));
  } catch (error) {
    await job.leaveToFirst();
    throw error;
  }
}

async function follow(job: MpiJob, { runs, order }: Prepared): Promise<number> {
  const stop = () => job.stop();
  for (const signal of interruptSignals) process.on(signal, stop);
  await job.follow(runs.map(order));
  return exitCodes.ok;
}

/** What all ranks must have been asked for alike, by the names of options. */
function factsOf({ options }: BenchAsked): Facts {
  const shared = Object.entries(options).filter(([key]) => !ofRankZero.includes(key));
  const flags = shared.map(([key, value]) => [flagOf(key), textOf(value)]);
  return { warpwatch: warpwatchVersion(), ...Object.fromEntries(flags) };
}

function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * One replica for each rank, unless fewer are asked for.
 * @throws WarpwatchError `usage` where there are more replicas than ranks, or MPI cannot do what is asked for
 */
function withRanks(asked: BenchAsked, size: number): BenchAsked {
  const { options } = asked;
  const replicas = options.replicas ?? [...new Set([1, size])];
  const most = Math.max(...replicas);
  if (most > size) {
    throw new WarpwatchError(
      'usage',
      `Over MPI each replica is a rank, and mpirun started ${size} for ${most} replicas: start it with -np ${most}.`,
    );
  }
  if (options.onLoss === 'continue' && options.modes.some((mode) => mode !== 'async')) {
    throw new WarpwatchError(
      'usage',
      '--on-loss continue needs --modes async over MPI, where averages go on with all or none; or use --transport shared-memory.',
    );
  }
  return { ...asked, options: { ...options, replicas }, cores: coresOfRank() * most };
}

/** Cores that this rank has: those that `mpirun` bound it to, or its part of the machine's. */
function coresOfRank(): number {
  const all = cpus().length;
  const own = availableParallelism();
  if (own < all) return own;
  return Math.max(1, Math.floor(all / Number(process.env['OMPI_COMM_WORLD_LOCAL_SIZE'] ?? 1)));
}
