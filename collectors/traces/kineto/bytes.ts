/**
 * Walking over JSON as bytes. Every function takes the bytes, where to start and where what is there ends; the byte
 * at the end is 0, so that loops need no second condition. Positions are what they return, or `incomplete`.
 */

/** The value goes on beyond the end of the bytes. */
export const incomplete = -1;
/** What stands there is not JSON. */
export const malformed = -2;

export const quote = 0x22;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
const backslash = 0x5c;

/** 1 for the bytes that end a number or a word: white space, punctuation, quotes, the 0 at the end. */
const wordEnd = table([
  ...Array(33).keys(),
  quote,
  comma,
  colon,
  openBrace,
  closeBrace,
  openBracket,
  closeBracket,
]);
/** 1 for the bytes that matter between braces. */
const structural = table([0, quote, openBrace, closeBrace, openBracket, closeBracket]);

function table(bytes: readonly number[]): Uint8Array {
  const marks = new Uint8Array(256);
  for (const byte of bytes) marks[byte] = 1;
  return marks;
}

/** First byte from there on that is no white space; control characters count as such, save the 0 at the end. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at] as number;
  while (byte <= 0x20 && byte !== 0) byte = bytes[++at] as number;
  return at;
}

/** @param from behind the opening quote @returns where the closing quote stands */
export function endOfString(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (;;) {
    let byte = bytes[at] as number;
    while (byte !== quote && byte !== backslash && byte !== 0) byte = bytes[++at] as number;
    if (byte === quote) return at < end ? at : incomplete;
    at += byte === backslash ? 2 : 1;
    if (at >= end) return incomplete;
  }
}

/**
 * Skips what is nested, whatever its depth: there is no recursion.
 * @param from behind an opening brace or bracket @param opened how many are open @returns behind the last closing one
 */
export function endOfNested(bytes: Uint8Array, from: number, end: number, opened = 1): number {
  let at = from;
  let depth = opened;
  for (;;) {
    let byte = bytes[at] as number;
    while (structural[byte] === 0) byte = bytes[++at] as number;
    if (byte === quote) {
      at = endOfString(bytes, at + 1, end);
      if (at < 0) return incomplete;
    } else if (byte === 0) {
      if (at >= end) return incomplete;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
    } else if (--depth === 0) {
      return at < end ? at + 1 : incomplete;
    }
    at++;
  }
}

/** @returns behind the value that starts at `start` */
export function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start] as number;
  if (first === quote) {
    const close = endOfString(bytes, start + 1, end);
    return close < 0 ? close : close + 1;
  }
  if (first === openBrace || first === openBracket) return endOfNested(bytes, start + 1, end);
  let at = start;
  while (wordEnd[bytes[at] as number] === 0) at++;
  if (at >= end) return incomplete;
  return at > start ? at : malformed;
}

/** Whether a number or a word cannot go on with the byte. */
export function endsWord(byte: number): boolean {
  return wordEnd[byte] === 1;
}

/** Whether the bytes from `at` on are those of `text`. */
export function bytesAre(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** The bytes of a text, to compare keys with. */
export function asBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
