import type { HostRangeKind, LaunchCalls, Losses } from '../../../src/model/timeline.ts';
import type { Executions } from './activity.ts';
import type { TraceDatabase } from './database.ts';
import type { HostRanges } from './host-ranges.ts';
import type { Names } from './names.ts';
import type { Processes } from './processes.ts';
import type { SessionClock } from './session.ts';

/** What Nsight appends to a function's name: the version of CUDA that brought it, and the per-thread default stream. */
const versionSuffix = /(?:_pts[zd]s?)?(?:_v\d{4,})?$/;
/**
 * Calls that hand work over and return. They are no host ranges; a copy that the host waits for (`cudaMemcpy`) is one,
 * since the host does nothing else meanwhile.
 */
const handsOver = /^cu(?:da)?(?:Launch|GraphLaunch|Mem(?:cpy|set)\w*Async)/;
/** ENUM_NSYS_EVENT_CLASS: a second record of a call, made to hold its backtrace. */
const backtraceClass = 67;
const runtime: HostRangeKind = 'runtime';

const synchronizations: Readonly<Record<number, string>> = {
  1: 'Event synchronization',
  2: 'Stream wait for event',
  3: 'Stream synchronization',
  4: 'Context synchronization',
};

interface Context {
  readonly names: Names;
  readonly processes: Processes;
  readonly clock: SessionClock;
  readonly losses: Losses;
}

/**
 * Reads what the host called: for each execution the call that asked for it, and all other calls as host ranges.
 * @returns the calls, in the order of `executions`; undefined where the report has no calls
 */
export function readCalls(
  database: TraceDatabase,
  executions: Executions,
  ranges: HostRanges,
  context: Context,
): LaunchCalls | undefined {
  const { names, processes, clock, losses } = context;
  const index = new CallIndex(executions.call.values());
  const count = executions.call.length;
  const startNs = new Float64Array(count).fill(Number.NaN);
  const thread = new Uint32Array(count);
  const columns = ['correlationId', 'globalTid', 'nameId', 'eventClass'].map((column) => ({ column }));
  /** By number of the name: the name's index in the timeline, null for calls that are no ranges. */
  const called = new Map<number, number | null>();
  const read = database.scan(
    { table: 'CUPTI_ACTIVITY_KIND_RUNTIME', numbers: [clock.field('start'), clock.field('end'), ...columns] },
    (row) => {
      const start = row[0] as number;
      const end = row[1] as number;
      const globalTid = row[3] as number;
      const nameId = row[4] as number;
      if (row[5] === backtraceClass || !clock.isInterval(start, end, losses)) return;
      const key = processes.callKey(processes.ofProcess(globalTid), row[2] as number);
      const onThread = processes.thread(globalTid);
      for (let at = index.first(key); at >= 0; at = index.next(at)) {
        if (!Number.isNaN(startNs[at])) break;
        startNs[at] = start;
        thread[at] = onThread;
      }
      let name = called.get(nameId);
      if (name === undefined) {
        const text = (names.of(nameId) ?? '(call without a name)').replace(versionSuffix, '');
        name = handsOver.test(text) ? null : ranges.name(text, runtime);
        called.set(nameId, name);
      }
      if (name !== null) ranges.add(start, end - start, name, onThread);
    },
  );
  if (read > 0) return { startNs, thread };
  readSynchronizations(database, ranges, context);
  return undefined;
}

/** Where the calls were not traced, what CUPTI saw of the host's waiting stands for them. */
function readSynchronizations(database: TraceDatabase, ranges: HostRanges, context: Context): void {
  const { processes, clock, losses } = context;
  const columns = ['globalPid', 'syncType'].map((column) => ({ column }));
  database.scan(
    {
      table: 'CUPTI_ACTIVITY_KIND_SYNCHRONIZATION',
      numbers: [clock.field('start'), clock.field('end'), ...columns],
    },
    ([start = Number.NaN, end = Number.NaN, globalPid = Number.NaN, type = Number.NaN]) => {
      if (!clock.isInterval(start, end, losses)) return;
      const name = ranges.name(synchronizations[type] ?? 'Synchronization', runtime);
      const id = processes.processId(processes.ofProcess(globalPid));
      ranges.add(start, end - start, name, processes.thread(Number.NaN, ` of process ${id}`));
    },
  );
}

/** Executions by what their call is known by; several where one call launches a graph. A table of open addresses. */
class CallIndex {
  readonly #keys: Float64Array;
  readonly #slots: Int32Array;
  readonly #next: Int32Array;

  constructor(keys: Float64Array) {
    this.#keys = keys;
    let size = 1024;
    while (size < keys.length * 2) size *= 2;
    this.#slots = new Int32Array(size).fill(-1);
    this.#next = new Int32Array(keys.length).fill(-1);
    // From behind, so that those of one call come out in their order.
    for (let at = keys.length - 1; at >= 0; at--) {
      const key = keys[at] as number;
      if (Number.isNaN(key)) continue;
      const slot = this.#slot(key);
      this.#next[at] = this.#slots[slot] as number;
      this.#slots[slot] = at;
    }
  }

  /** The first execution of a call, or -1. */
  first(key: number): number {
    return Number.isNaN(key) ? -1 : (this.#slots[this.#slot(key)] as number);
  }

  /** The one after, or -1. */
  next(at: number): number {
    return this.#next[at] as number;
  }

  #slot(key: number): number {
    const mask = this.#slots.length - 1;
    const high = Math.floor(key / 2 ** 32);
    const mixed = Math.imul((key | 0) ^ Math.imul(high + 1, 0x85ebca6b), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const at = this.#slots[slot] as number;
      if (at < 0 || this.#keys[at] === key) return slot;
      slot = (slot + 1) & mask;
    }
  }
}
