import {
  asBytes,
  bytesAre,
  closeBrace,
  closeBracket,
  colon,
  comma,
  endOfString,
  endOfValue,
  incomplete,
  malformed,
  openBracket,
  quote,
  skipSpace,
} from './bytes.ts';
import { numberAt } from './numbers.ts';

/** Numbers that an event's `args` may hold; NaN for what it lacks. */
export const detail = {
  device: 0,
  stream: 1,
  correlation: 2,
  registers: 3,
  shared: 4,
  bytes: 5,
  gridX: 6,
  gridY: 7,
  gridZ: 8,
  blockX: 9,
  blockY: 10,
  blockZ: 11,
} as const;
const detailCount = 12;

const keys = [
  { name: asBytes('device'), field: detail.device },
  { name: asBytes('stream'), field: detail.stream },
  { name: asBytes('correlation'), field: detail.correlation },
  { name: asBytes('registers per thread'), field: detail.registers },
  { name: asBytes('shared memory'), field: detail.shared },
  { name: asBytes('bytes'), field: detail.bytes },
  { name: asBytes('grid'), field: detail.gridX },
  { name: asBytes('block'), field: detail.blockX },
];
const nameKey = asBytes('name');
/** Keys by length: each has two candidates at most. */
const byLength: (typeof keys)[] = [];
for (const key of keys) byLength[key.name.length] = [...(byLength[key.name.length] ?? []), key];

/** Reads what is wanted of the `args` of an event. */
export class DetailReader {
  readonly values = new Float64Array(detailCount);
  /** Inside of the string `name`, as in metadata events; -1 for none. */
  nameStart = -1;
  nameEnd = -1;

  /** @param from behind the brace that opens the args @returns behind the one that closes them, `incomplete` or `malformed` */
  read(bytes: Uint8Array, from: number, end: number): number {
    this.clear();
    let at = from;
    for (;;) {
      at = skipSpace(bytes, at);
      const byte = bytes[at] as number;
      if (byte === comma) {
        at++;
        continue;
      }
      if (byte === closeBrace && at < end) return at + 1;
      if (byte !== quote) return at < end ? malformed : incomplete;
      const key = at + 1;
      const keyEnd = endOfString(bytes, key, end);
      if (keyEnd < 0) return incomplete;
      at = skipSpace(bytes, keyEnd + 1);
      if (bytes[at] !== colon) return at < end ? malformed : incomplete;
      const value = skipSpace(bytes, at + 1);
      at = endOfValue(bytes, value, end);
      if (at < 0) return at;
      this.#take(bytes, key, keyEnd - key, value, at);
    }
  }

  /** Forgets what the last event had. */
  clear(): void {
    this.values.fill(Number.NaN);
    this.nameStart = -1;
  }

  #take(bytes: Uint8Array, key: number, length: number, value: number, end: number): void {
    const candidates = byLength[length];
    if (candidates !== undefined) {
      for (const { name, field } of candidates) {
        if (!bytesAre(bytes, key, name)) continue;
        if (field >= detail.gridX) this.#takeExtent(bytes, value, field);
        else this.values[field] = numberAt(bytes, value);
        return;
      }
    }
    if (length === nameKey.length && bytes[value] === quote && bytesAre(bytes, key, nameKey)) {
      this.nameStart = value + 1;
      this.nameEnd = end - 1;
    }
  }

  /** `[x, y, z]` */
  #takeExtent(bytes: Uint8Array, from: number, field: number): void {
    if (bytes[from] !== openBracket) return;
    let at = from;
    for (let axis = 0; axis < 3; axis++) {
      at = skipSpace(bytes, at + 1);
      this.values[field + axis] = numberAt(bytes, at);
      while (bytes[at] !== comma && bytes[at] !== closeBracket && bytes[at] !== 0) at++;
      if (bytes[at] !== comma) return;
    }
  }
}
