import { endsWord, quote } from './bytes.ts';

/** Larger distances from the origin are no longer exact in nanoseconds. */
export const farthestNs = 2 ** 53;
/** A double holds so many digits of a whole number. */
const exactDigits = 15;
const longestNumber = 64;
const thousand = 1000n;

/**
 * The number at `from`, which may stand in quotes (`"7"`, `"stream 7"`).
 * @returns NaN where there is none
 */
export function numberAt(bytes: Uint8Array, from: number): number {
  const start = bytes[from] === quote ? firstDigit(bytes, from + 1) : from;
  let at = start;
  let value = 0;
  let digit = (bytes[at] as number) - 0x30;
  while (digit >= 0 && digit <= 9) {
    value = value * 10 + digit;
    digit = (bytes[++at] as number) - 0x30;
  }
  if (at > start && at - start <= exactDigits && endsWord(digit + 0x30)) return value;
  const text = wordAt(bytes, start);
  return text === '' ? Number.NaN : Number(text);
}

/** `stream 7` names its number at the end. */
function firstDigit(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let byte = bytes[at] as number; byte !== quote && byte !== 0; byte = bytes[++at] as number) {
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d) return at;
  }
  return start;
}

/** The characters of a number from `at` on; '' where there are none or absurdly many. */
function wordAt(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i - at <= longestNumber; i++) {
    const byte = bytes[i] as number;
    const belongs = (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2d || byte === 0x2b;
    if (!belongs && byte !== 0x65 && byte !== 0x45) return endsWord(byte) ? text : '';
    text += String.fromCharCode(byte);
  }
  return '';
}

/** Reads microseconds, whole or with a fraction, as exact nanoseconds: a double cannot hold today's Unix time in them. */
export class MicrosecondReader {
  /** What times count from, in whole microseconds: those of the first time that is read. NaN until then. */
  originUs = Number.NaN;

  /** The moment at `at`, in nanoseconds since the origin. NaN where there is none, or it is out of reach. */
  moment(bytes: Uint8Array, at: number): number {
    if (Number.isNaN(this.originUs)) {
      const nanoseconds = slowNanoseconds(bytes, at, 0);
      if (nanoseconds === null) return Number.NaN;
      this.originUs = Number(nanoseconds / thousand);
    }
    return nanosecondsAt(bytes, at, this.originUs);
  }

  /** The duration at `at`, in nanoseconds. NaN where there is none, or it is out of reach. */
  duration(bytes: Uint8Array, at: number): number {
    return nanosecondsAt(bytes, at, 0);
  }
}

function nanosecondsAt(bytes: Uint8Array, start: number, originUs: number): number {
  let at = start;
  let microseconds = 0;
  let digit = (bytes[at] as number) - 0x30;
  while (digit >= 0 && digit <= 9) {
    microseconds = microseconds * 10 + digit;
    digit = (bytes[++at] as number) - 0x30;
  }
  const digits = at - start;
  let nanoseconds = 0;
  if (digit === -2) {
    let unit = 100;
    digit = (bytes[++at] as number) - 0x30;
    while (digit >= 0 && digit <= 9) {
      if (unit === 0 && digit !== 0) return slow(bytes, start, originUs);
      nanoseconds += digit * unit;
      unit = unit === 1 ? 0 : unit / 10;
      digit = (bytes[++at] as number) - 0x30;
    }
  }
  // 2^53 microseconds have sixteen digits; exponents are left to the slow way.
  const isPlain = digits > 0 && digits <= exactDigits + 1 && endsWord(digit + 0x30);
  if (!isPlain || microseconds > farthestNs) {
    return slow(bytes, start, originUs);
  }
  const total = (microseconds - originUs) * 1000 + nanoseconds;
  return total > -farthestNs && total < farthestNs ? total : Number.NaN;
}

function slow(bytes: Uint8Array, at: number, originUs: number): number {
  const nanoseconds = slowNanoseconds(bytes, at, originUs);
  if (nanoseconds === null) return Number.NaN;
  const total = Number(nanoseconds);
  return Math.abs(total) < farthestNs ? total : Number.NaN;
}

/** The same for quotes, exponents, signs and any number of digits; rounds to the nearest nanosecond. */
function slowNanoseconds(bytes: Uint8Array, at: number, originUs: number): bigint | null {
  const text = wordAt(bytes, bytes[at] === quote ? at + 1 : at);
  const parts = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (parts === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  // One digit more than nanoseconds have, for rounding.
  const shift = 4 + Number(exponent) - fraction.length;
  if (shift > longestNumber) return null;
  const digits = BigInt(whole + fraction);
  const tenths = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
  const nanoseconds = (tenths + 5n) / 10n;
  return (sign === '-' ? -nanoseconds : nanoseconds) - BigInt(originUs) * thousand;
}
