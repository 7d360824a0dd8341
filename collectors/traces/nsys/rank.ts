import type { Rank } from '../../../src/model/timeline.ts';
import { deviceId } from './devices.ts';
import type { Processes } from './processes.ts';
import type { SessionInfo } from './session.ts';

/** How launchers tell a process its rank and the number of ranks: torchrun, Open MPI, MPICH, MVAPICH. */
const variables = [
  ['RANK', 'WORLD_SIZE'],
  ['OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE'],
  ['PMI_RANK', 'PMI_SIZE'],
  ['MV2_COMM_WORLD_RANK', 'MV2_COMM_WORLD_SIZE'],
] as const;
/** Where Nsight traces MPI, it names the main thread of each process so. */
const mpiThread = /^MPI Rank (\d{1,9})$/;

/** The ranks of a report's processes, as far as they are certain. */
export class Ranks {
  readonly #processes: Processes;
  readonly #used: ReadonlyMap<number, ReadonlySet<number>>;
  readonly #fromThreads = new Map<number, number | null>();
  readonly #fromEnvironment: { readonly rank: number; readonly worldSize: number } | null;

  /** @param used numbers of devices, each with the processes that used it */
  constructor(info: SessionInfo, processes: Processes, used: ReadonlyMap<number, ReadonlySet<number>>) {
    this.#processes = processes;
    this.#used = used;
    // Nsight keeps the environment it was started in. That is the rank's own where each rank was started with a
    // Nsight of its own, and so has a report to itself.
    this.#fromEnvironment =
      new Set([...used.values()].flatMap((users) => [...users])).size === 1 ? rankIn(info) : null;
  }

  /** Null where the report does not tell which rank the process is. */
  ofProcess(process: number): number | null {
    if (this.#fromEnvironment !== null) return this.#fromEnvironment.rank;
    let rank = this.#fromThreads.get(process);
    if (rank === undefined) {
      const names = this.#processes.threadNames(process).map((name) => mpiThread.exec(name)?.[1]);
      const found = names.find((name) => name !== undefined);
      rank = found === undefined ? null : Number(found);
      this.#fromThreads.set(process, rank);
    }
    return rank;
  }

  /** Every rank with the devices it used, ascending. */
  list(): Rank[] {
    const devices = new Map<number, number[]>();
    for (const [device, users] of this.#used) {
      for (const process of users) {
        const rank = this.ofProcess(process);
        if (rank !== null) devices.set(rank, [...(devices.get(rank) ?? []), device]);
      }
    }
    return [...devices]
      .sort(([a], [b]) => a - b)
      .map(([rank, used]) => ({
        rank,
        worldSize: this.#fromEnvironment?.worldSize ?? null,
        devices: [...new Set(used)].sort((a, b) => a - b).map(deviceId),
      }));
  }
}

function rankIn(info: SessionInfo): { readonly rank: number; readonly worldSize: number } | null {
  for (const [rankName, sizeName] of variables) {
    const rank = Number(info.variable(rankName) ?? Number.NaN);
    const worldSize = Number(info.variable(sizeName) ?? Number.NaN);
    const isRank = Number.isInteger(rank) && Number.isInteger(worldSize) && rank >= 0 && rank < worldSize;
    if (isRank && worldSize > 1) return { rank, worldSize };
  }
  return null;
}
