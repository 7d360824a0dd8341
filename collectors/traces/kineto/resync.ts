import { asBytes, bytesAre, colon, endOfString, openBrace, quote, skipSpace } from './bytes.ts';

/** What an event of a trace may begin with. */
const firstKeys = ['ph', 'cat', 'name', 'pid', 'tid', 'ts', 'dur', 'args', 'id', 's'].map(asBytes);
/** White space, key and colon of an event's beginning are shorter than this. */
const longestBeginning = 256;

/**
 * Finds the next place that looks like the beginning of an event: a brace and one of its keys.
 * @returns where it stands, or, where there is none, from where on to look when more bytes have come
 */
export function nextEvent(bytes: Uint8Array, from: number, end: number): { at: number; isEvent: boolean } {
  const window = bytes.subarray(0, end);
  for (let at = from; ; at++) {
    at = window.indexOf(openBrace, at);
    if (at < 0) return { at: end, isEvent: false };
    const key = skipSpace(bytes, at + 1);
    if (key < end && bytes[key] !== quote) continue;
    const close = key < end ? endOfString(bytes, key + 1, Math.min(end, at + longestBeginning)) : -1;
    const behind = close < 0 ? end : skipSpace(bytes, close + 1);
    if (behind >= end || close < 0) {
      if (end - at >= longestBeginning) continue;
      return { at, isEvent: false };
    }
    if (bytes[behind] === colon && isFirstKey(bytes, key + 1, close)) return { at, isEvent: true };
  }
}

function isFirstKey(bytes: Uint8Array, start: number, end: number): boolean {
  return firstKeys.some((key) => key.length === end - start && bytesAre(bytes, start, key));
}
