import type { HostThread } from '../../../src/model/timeline.ts';
import type { TraceDatabase } from './database.ts';
import type { Names } from './names.ts';

/**
 * A serialized global id holds the machine, the process (24 bits) and the thread (24 bits), lowest last; from NVIDIA's
 * description of the export, "Serialized process and thread identifiers". As doubles they are exact below 2^53.
 */
const threadIds = 2 ** 24;
const processIds = 2 ** 24;
const correlationIds = 2 ** 32;

/** Processes and threads of a report, by small numbers. */
export class Processes {
  /** By the process's part of a global id. */
  readonly #processes = new Map<number, number>();
  readonly #processIds: number[] = [];
  readonly #threadNames = new Map<number, string>();
  readonly #threads = new Map<string, number>();
  readonly #globalTids: { readonly globalTid: number; readonly suffix: string }[] = [];

  constructor(database: TraceDatabase, names: Names) {
    database.scan(
      { table: 'ThreadNames', numbers: [{ column: 'globalTid' }, { column: 'nameId' }] },
      ([globalTid = Number.NaN, nameId = Number.NaN]) => {
        const name = names.find(nameId);
        if (name !== null) this.#threadNames.set(globalTid, name);
      },
    );
  }

  /** The number of the process that a `globalPid` or a `globalTid` names. */
  ofProcess(globalId: number): number {
    const key = Math.floor(globalId / threadIds);
    let process = this.#processes.get(key);
    if (process === undefined) {
      process = this.#processIds.push(key % processIds) - 1;
      this.#processes.set(key, process);
    }
    return process;
  }

  /** The id that the system gave the process; NaN where it is not told. */
  processId(process: number): number {
    return this.#processIds[process] ?? Number.NaN;
  }

  /** What the calls of a process and the work they ask for have in common; NaN where there is no such thing. */
  callKey(process: number, correlationId: number): number {
    return correlationId > 0 && correlationId < correlationIds
      ? process * correlationIds + correlationId
      : Number.NaN;
  }

  /**
   * The index of a host thread in the timeline.
   * @param suffix sets a second row of the same thread apart
   */
  thread(globalTid: number, suffix = ''): number {
    const key = `${globalTid}${suffix}`;
    let thread = this.#threads.get(key);
    if (thread === undefined) {
      thread = this.#globalTids.push({ globalTid, suffix }) - 1;
      this.#threads.set(key, thread);
    }
    return thread;
  }

  /** Names of the threads of a process that have one. */
  threadNames(process: number): string[] {
    return [...this.#threadNames].flatMap(([globalTid, name]) =>
      this.#processes.get(Math.floor(globalTid / threadIds)) === process ? [name] : [],
    );
  }

  /** The threads that were asked for, by index. A name that several have is followed by the thread's id. */
  hostThreads(rankOf: (process: number) => number | null): HostThread[] {
    const plain = this.#globalTids.map(({ globalTid }) => this.#threadNames.get(globalTid) ?? '');
    const uses = new Map<string, Set<number>>();
    for (const [index, name] of plain.entries()) {
      const globalTid = this.#globalTids[index]?.globalTid ?? Number.NaN;
      uses.set(name, (uses.get(name) ?? new Set()).add(globalTid));
    }
    return this.#globalTids.map(({ globalTid, suffix }, index) => {
      const name = plain[index] ?? '';
      const id = Number.isNaN(globalTid) ? 'unknown thread' : String(globalTid % threadIds);
      const shown = name === '' ? id : uses.get(name)?.size === 1 ? name : `${name} ${id}`;
      return { name: shown + suffix, rank: rankOf(this.ofProcess(globalTid)) };
    });
  }
}
