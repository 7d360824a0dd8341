import {
  asBytes,
  bytesAre,
  closeBrace,
  colon,
  comma,
  endOfNested,
  endOfString,
  endOfValue,
  incomplete,
  malformed,
  openBrace,
  quote,
  skipSpace,
} from './bytes.ts';
import { type Role, roleOf } from './categories.ts';
import { DetailReader } from './details.ts';

/** Phases of Chrome's trace event format that are read. */
export const phases = { complete: 0x58, begin: 0x42, end: 0x45, instant: 0x69, metadata: 0x4d } as const;

/** Keys as numbers: their bytes, the first one lowest. */
const keyPh = keyNumber('ph');
const keyTs = keyNumber('ts');
const keyCat = keyNumber('cat');
const keyPid = keyNumber('pid');
const keyTid = keyNumber('tid');
const keyDur = keyNumber('dur');
const keyName = keyNumber('name');
const keyArgs = keyNumber('args');
const argsKey = asBytes('args');

function keyNumber(key: string): number {
  return [...key].reduce((number, letter, index) => number | (letter.charCodeAt(0) << (8 * index)), 0);
}

/**
 * Where the parts of one event stand, without a look into them; -1 for what it lacks. Its members may come in any
 * order. An event that nobody wants is left at the first member that tells so.
 */
export class EventScanner {
  phase = 0;
  role: Role | null = null;
  /** Whether a category stood in it; events without one are marks and metadata. */
  hasCategory = false;
  nameStart = -1;
  nameEnd = -1;
  pid = -1;
  tid = -1;
  ts = -1;
  dur = -1;
  args = -1;
  /** What the args hold, where `hasDetails`; they are read at once where the members before them say that they matter. */
  readonly details = new DetailReader();
  hasDetails = false;
  /** Whether the event is passed over. */
  unwanted = false;
  /** Where the last scan stopped that came back `malformed`. */
  failedAt = 0;

  /**
   * @param from behind the opening brace
   * @returns behind the closing brace, `incomplete` or `malformed`; `failedAt` then says how far it came
   */
  scan(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    this.#clear();
    for (;;) {
      let byte = bytes[at] as number;
      while (byte <= 0x20 && byte !== 0) byte = bytes[++at] as number;
      if (byte === comma) {
        at++;
        continue;
      }
      if (byte === closeBrace && at < end) return at + 1;
      if (byte !== quote) return this.#fail(at, end);
      const key = at + 1;
      at = endOfString(bytes, key, end);
      if (at < 0) return incomplete;
      const keyLength = at - key;
      at = skipSpace(bytes, at + 1);
      if (bytes[at] !== colon) return this.#fail(at, end);
      at = skipSpace(bytes, at + 1);
      const value = at;
      at = this.#endOfMember(bytes, key, keyLength, value, end);
      if (at < 0) return at === incomplete ? incomplete : this.#fail(value, end);
      if (keyLength >= 2 && keyLength <= 4) this.#take(bytes, key, keyLength, value, at);
      if (this.unwanted) return endOfNested(bytes, at, end);
    }
  }

  #fail(at: number, end: number): number {
    if (at >= end) return incomplete;
    this.failedAt = at;
    return malformed;
  }

  #clear(): void {
    this.phase = 0;
    this.role = null;
    this.hasCategory = false;
    this.nameStart = -1;
    this.nameEnd = -1;
    this.pid = -1;
    this.tid = -1;
    this.ts = -1;
    this.dur = -1;
    this.args = -1;
    this.hasDetails = false;
    this.unwanted = false;
  }

  #endOfMember(bytes: Uint8Array, key: number, keyLength: number, value: number, end: number): number {
    const { role } = this;
    if (role === null || role.part === 'host' || keyLength !== 4 || bytes[value] !== openBrace) {
      return endOfValue(bytes, value, end);
    }
    this.hasDetails = bytesAre(bytes, key, argsKey);
    return this.hasDetails ? this.details.read(bytes, value + 1, end) : endOfValue(bytes, value, end);
  }

  /** Reads the args where that has not been done. @returns whether they are of their form */
  readDetails(bytes: Uint8Array, end: number): boolean {
    if (this.hasDetails) return true;
    this.hasDetails = true;
    if (this.args >= 0) return this.details.read(bytes, this.args, end) >= 0;
    this.details.clear();
    return true;
  }

  #take(bytes: Uint8Array, key: number, keyLength: number, value: number, end: number): void {
    let number = (bytes[key] as number) | ((bytes[key + 1] as number) << 8);
    if (keyLength > 2) number |= (bytes[key + 2] as number) << 16;
    if (keyLength > 3) number |= (bytes[key + 3] as number) << 24;
    const isString = bytes[value] === quote;
    switch (number) {
      case keyPh:
        this.phase = isString && end === value + 3 ? (bytes[value + 1] as number) : 0;
        this.unwanted = !isWantedPhase(this.phase);
        break;
      case keyCat:
        this.hasCategory = true;
        this.role = isString ? roleOf(bytes, value + 1, end - 1) : null;
        this.unwanted = this.role === null;
        break;
      case keyName:
        this.nameStart = isString ? value + 1 : -1;
        this.nameEnd = end - 1;
        break;
      case keyTs:
        this.ts = value;
        break;
      case keyDur:
        this.dur = value;
        break;
      case keyPid:
        this.pid = value;
        break;
      case keyTid:
        this.tid = value;
        break;
      case keyArgs:
        this.args = bytes[value] === openBrace ? value + 1 : -1;
        break;
    }
  }
}

function isWantedPhase(phase: number): boolean {
  return (
    phase === phases.complete ||
    phase === phases.metadata ||
    phase === phases.instant ||
    phase === phases.begin ||
    phase === phases.end
  );
}
