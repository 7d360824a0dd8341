/** A JSON object whose members nobody has checked. */
export type Loose = Readonly<Record<string, unknown>>;

/** Bare words that JSON does not know and that Kineto writes, outside of strings. */
const bareWords = /("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity|nan|inf)\b/gs;

/** A small piece of JSON, with NaN and infinities as null; undefined where it is not JSON. */
export function parseLoosely(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  for (const attempt of [
    text,
    text.replace(bareWords, (_word, string: string | undefined) => string ?? 'null'),
  ]) {
    try {
      return JSON.parse(attempt);
    } catch {
      // The second attempt is without bare words; after it the piece is damaged.
    }
  }
  return undefined;
}

export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number from `least` on, or undefined. */
export function wholeNumber(value: unknown, least = 0): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least ? value : undefined;
}
