import { basename } from 'node:path';
import type { GpuProcess } from '../../src/model/gpu-process.ts';
import { absent, known, type Measured } from '../../src/model/measured.ts';
import type { DeviceCalls } from './calls.ts';
import { missingFunction } from './figure-reader.ts';
import {
  GrowingList,
  type ListedProcess,
  ProcessListReader,
  parseProcessSamples,
  processSampleBytes,
} from './process-lists.ts';
import type { ProcessIdentity, ProcessNames } from './process-names.ts';
import { returnCodes, whyOf } from './return-codes.ts';

/** Processes of a device, or why they cannot be listed; and why their shares are unknown, '' where they are known. */
export interface ProcessReading {
  readonly processes: readonly GpuProcess[] | string;
  readonly whyNoUtil: string;
}

/** The driver takes samples up to a second apart, so that one look may fall between two of them. */
const looksBetweenSamples = 2;
const memoryUnknown = 'The driver does not tell how much memory of the GPU this process holds.';
const nobody: ProcessIdentity = { name: '', command: '', user: '', parent: null, container: '' };

/** The processes on one device, both kinds in one list, with their memory and their share of the SMs. */
export class ProcessReader {
  readonly #compute: ProcessListReader;
  readonly #graphics: ProcessListReader;
  readonly #samples = new GrowingList(processSampleBytes);
  readonly #names: ProcessNames;
  readonly #driver: string;
  /** A MIG device has no shares. */
  readonly #noUtil: string;
  #lastSeen = 0n;
  #shares: ReadonlyMap<number, Measured> = new Map();
  #looksWithoutSamples = 0;

  constructor(calls: DeviceCalls, driver: string, names: ProcessNames, noUtil = '') {
    this.#compute = new ProcessListReader('compute', calls, driver);
    this.#graphics = new ProcessListReader('graphics', calls, driver);
    this.#names = names;
    this.#driver = driver;
    this.#noUtil = noUtil;
  }

  async read(calls: DeviceCalls, handle: bigint): Promise<ProcessReading> {
    const compute = await this.#compute.read(calls, handle);
    const graphics = await this.#graphics.read(calls, handle);
    const whyNoUtil = this.#noUtil || (await this.#readShares(calls, handle));
    // One kind alone is a list as well: compute GPUs without a display give no graphics.
    if (typeof compute === 'string' && typeof graphics === 'string') return { processes: compute, whyNoUtil };
    const merged = mergeKinds(listOf(compute), listOf(graphics));
    const processes: GpuProcess[] = [];
    for (const [pid, { kind, memoryBytes }] of merged) {
      processes.push({
        pid,
        ...((await this.#names.identityOf(pid)) ?? (await namedByDriver(calls, pid))),
        kind,
        memoryBytes: memoryBytes === null ? absent(memoryUnknown) : known(memoryBytes, 'nvml'),
        // The driver lists those only whose share was not 0, says nvml.h.
        util: whyNoUtil !== '' ? absent(whyNoUtil) : (this.#shares.get(pid) ?? known(0, 'nvml')),
      });
    }
    return { processes, whyNoUtil };
  }

  /** Reads the shares since the last look; why they are unknown, or ''. */
  async #readShares(calls: DeviceCalls, handle: bigint): Promise<string> {
    const name = 'nvmlDeviceGetProcessUtilization';
    if (!calls.library.has(name)) return missingFunction(name, this.#driver);
    const { code, records } = await this.#samples.ask((bytes, count) =>
      calls.call(name, handle, bytes, count, this.#lastSeen),
    );
    if (code !== returnCodes.success && code !== returnCodes.notFound) return whyOf(code, name);
    const samples = parseProcessSamples(records).filter(
      ({ timeMicroseconds }) => timeMicroseconds > this.#lastSeen,
    );
    if (samples.length === 0) {
      this.#looksWithoutSamples += 1;
      if (this.#looksWithoutSamples >= looksBetweenSamples) this.#shares = new Map();
      return '';
    }
    this.#looksWithoutSamples = 0;
    const newest = new Map<number, Measured>();
    for (const { pid, timeMicroseconds, smPercent } of samples) {
      if (timeMicroseconds > this.#lastSeen) this.#lastSeen = timeMicroseconds;
      newest.set(
        pid,
        smPercent <= 100
          ? known(smPercent / 100, 'nvml')
          : absent(`The driver gave ${smPercent} percent for this process, which cannot be.`),
      );
    }
    this.#shares = newest;
    return '';
  }
}

/** One entry for each process; what both lists say of its memory is the same memory. */
export function mergeKinds(
  compute: readonly ListedProcess[],
  graphics: readonly ListedProcess[],
): ReadonlyMap<number, { readonly kind: GpuProcess['kind']; readonly memoryBytes: number | null }> {
  const merged = new Map<number, { kind: GpuProcess['kind']; memoryBytes: number | null }>();
  for (const { pid, memoryBytes } of compute) merged.set(pid, { kind: 'compute', memoryBytes });
  for (const { pid, memoryBytes } of graphics) {
    const same = merged.get(pid);
    if (same === undefined) merged.set(pid, { kind: 'graphics', memoryBytes });
    else merged.set(pid, { kind: 'both', memoryBytes: largest(same.memoryBytes, memoryBytes) });
  }
  return merged;
}

/** A process without an entry in /proc has ended, or lives in another PID namespace; then the driver may know it. */
async function namedByDriver(calls: DeviceCalls, pid: number): Promise<ProcessIdentity> {
  if (!calls.library.has('nvmlSystemGetProcessName')) return nobody;
  const path = await calls.text('nvmlSystemGetProcessName', pid);
  return path === null ? nobody : { ...nobody, name: basename(path), command: path };
}

function listOf(list: readonly ListedProcess[] | string): readonly ListedProcess[] {
  return typeof list === 'string' ? [] : list;
}

function largest(left: number | null, right: number | null): number | null {
  if (left === null || right === null) return left ?? right;
  return Math.max(left, right);
}
