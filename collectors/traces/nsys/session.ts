import type { Losses, RunInfo } from '../../../src/model/timeline.ts';
import type { Field, TraceDatabase } from './database.ts';
import { textField } from './names.ts';

/** Above this, times cannot be nanoseconds since the begin of a session: 52 days. */
const longestSessionNs = 2 ** 52;
const tablesWithTimes = ['CUPTI_ACTIVITY_KIND_KERNEL', 'CUPTI_ACTIVITY_KIND_MEMCPY', 'NVTX_EVENTS'] as const;
/** All variables of an environment, in one value. */
const longestEnvironment = 2 ** 18;
const nanosecondsPerMillisecond = 1_000_000n;

/**
 * The zero of a report's times. They count from the begin of the session, as a timeline's do; an export with
 * `--ts-normalize` counts Unix time instead, which no double holds: SQLite takes the difference, in 64 bits.
 */
export class SessionClock {
  /** Unix time of the timeline's origin; 0 where the report does not tell. */
  readonly originUnixNs: bigint;
  /** What is taken from every time. */
  readonly #zero: bigint;

  constructor(database: TraceDatabase) {
    this.#zero = zeroOf(database);
    this.originUnixNs = this.#zero === 0n ? sessionStart(database) : this.#zero;
  }

  /** A column of times, on the timeline. */
  field(column: string): Field {
    return this.#zero === 0n ? { column } : { column, sql: (name) => `${name} - ${this.#zero}` };
  }

  /**
   * Whether the two are begin and end of something; what is not is counted. CUPTI writes 0 for what it has not collected.
   */
  isInterval(startNs: number, endNs: number, losses: Losses): boolean {
    if (
      Number.isInteger(startNs) &&
      (Number.isNaN(endNs) || (endNs === 0 && startNs >= 0 && this.#zero === 0n))
    ) {
      losses.unfinished++;
      return false;
    }
    if (this.isMoment(startNs) && this.isMoment(endNs) && endNs >= startNs) return true;
    losses.outOfRange++;
    return false;
  }

  isMoment(timeNs: number): boolean {
    return Number.isSafeInteger(timeNs);
  }
}

function zeroOf(database: TraceDatabase): bigint {
  let smallest = Number.POSITIVE_INFINITY;
  for (const table of tablesWithTimes) {
    // First and last row, since one of them may be damaged.
    for (const order of ['min', 'max']) {
      const where = `rowid = (SELECT ${order}(rowid) FROM "${table}")`;
      database.scan({ table, numbers: [{ column: 'start' }], where }, ([start = Number.NaN]) => {
        if (start > 0) smallest = Math.min(smallest, start);
      });
    }
  }
  const isUnixTime = smallest > longestSessionNs && smallest < 2 ** 63;
  return isUnixTime ? (BigInt(smallest) / 1_000_000_000n) * 1_000_000_000n : 0n;
}

function sessionStart(database: TraceDatabase): bigint {
  let start = 0n;
  // As text: the number of nanoseconds since 1970 is no double.
  const text: Field = { column: 'utcEpochNs', sql: (name) => `CAST(${name} AS TEXT)` };
  database.scan(
    { table: 'TARGET_INFO_SESSION_START_TIME', numbers: [], texts: [text] },
    (_numbers, [found]) => {
      if (typeof found === 'string' && /^\d{1,19}$/.test(found)) start = BigInt(found);
    },
  );
  return start;
}

/** What a report says of itself. */
export class SessionInfo {
  readonly #capture: ReadonlyMap<string, string>;
  readonly #export: ReadonlyMap<string, string>;
  readonly #environment: ReadonlyMap<string, string>;

  constructor(database: TraceDatabase) {
    this.#capture = pairs(database, 'META_DATA_CAPTURE');
    const older = pairs(database, 'EXPORT_META_DATA');
    this.#export = new Map([...older, ...pairs(database, 'META_DATA_EXPORT')]);
    this.#environment = pairs(database, 'TARGET_INFO_SYSTEM_ENV');
  }

  /** @param createdAt where the report does not tell when it was made */
  run(title: string, originUnixNs: bigint, createdAt: Date): RunInfo {
    const started = new Date(Number(originUnixNs / nanosecondsPerMillisecond));
    return {
      title,
      command: this.#command(),
      createdAt: (originUnixNs > 0n ? started : createdAt).toISOString(),
      // Nsight tells the machine's name and processor, and not its memory.
      host: null,
      versions: this.#versions(),
    };
  }

  /** Variables of the environment that Nsight ran in. It may hold secrets: take from it what has a name here. */
  variable(name: string): string | undefined {
    const text = this.#environment.get('DeviceEnvironment') ?? '';
    for (const assignment of text.split(';')) {
      if (assignment.startsWith(`${name}=`)) return assignment.slice(name.length + 1);
    }
    return undefined;
  }

  #command(): string[] {
    const command = this.#capture.get('PROCESS_0:COMMAND');
    if (command === undefined) return [];
    const words = [command];
    for (let at = 0; ; at++) {
      const word = this.#capture.get(`PROCESS_0:ARGUMENT_${at}`);
      if (word === undefined) return words;
      words.push(word);
    }
  }

  #versions(): Record<string, string> {
    const found = {
      nsys: this.#export.get('EXPORT_PRODUCT_VERSION'),
      driver: this.#environment.get('NvDriverVersion'),
    };
    return Object.fromEntries(
      Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }
}

/** A table of names and values; where a name stands twice, its first value. */
function pairs(database: TraceDatabase, table: string): Map<string, string> {
  const found = new Map<string, string>();
  database.scan(
    { table, numbers: [], texts: [textField('name'), textField('value', longestEnvironment)] },
    (_numbers, [name, value]) => {
      if (typeof name === 'string' && typeof value === 'string' && !found.has(name)) found.set(name, value);
    },
  );
  return found;
}
