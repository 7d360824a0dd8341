import { readLiteral } from '../../report/check/literal.ts';

/** How a value of the specification is written. */
export interface Reader<T> {
  /** What it takes, to stand after `takes`. */
  readonly takes: string;
  /** The value, or null where the text is none. */
  read(text: string): T | null;
}

const thousands: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9 };
/** Beyond those of a literal. */
const longTimes: Readonly<Record<string, number>> = { min: 60, h: 3600, d: 86_400 };

/** A whole number, also as `1k` or `1M`. */
export function whole(least: number): Reader<number> {
  return {
    takes: `a whole number from ${least} on, such as 1024 or 1k`,
    read(text) {
      const [, digits = '', prefix = ''] = /^(\d+(?:\.\d+)?)([kMG]?)$/.exec(text) ?? [];
      const value = Number(digits) * (thousands[prefix] ?? 1);
      return digits !== '' && Number.isSafeInteger(value) && value >= least ? value : null;
    },
  };
}

/** A number with its percent sign, or without. */
export function ratio(least: number, most: number): Reader<number> {
  return {
    takes: `a number from ${least} to ${most}`,
    read(text) {
      const literal = readLiteral(text);
      if (literal.kind !== 'number' || (literal.unit !== null && literal.unit !== 'ratio')) return null;
      return literal.value >= least && literal.value <= most ? literal.value : null;
    },
  };
}

/** A time with its unit; a bare number is in seconds. `least` is included, and 0 only where it is the least. */
export function time(least: number): Reader<number> {
  return {
    takes: `a time${least > 0 ? ' above 0' : ''}, such as 100ms, 3.4us, 10min or 50000h`,
    read(text) {
      const [, digits, long = ''] = /^([\d.]+)(min|h|d)$/.exec(text) ?? [];
      const literal = readLiteral(digits ?? text);
      if (literal.kind !== 'number' || (literal.unit !== null && literal.unit !== 'seconds')) return null;
      const seconds = literal.value * (longTimes[long] ?? 1);
      return Number.isFinite(seconds) && seconds >= least ? seconds : null;
    },
  };
}

/** A size with its unit, also a second: `50GB` and `50GB/s`. A bare number is in bytes. */
export const size: Reader<number> = {
  takes: 'a size above 0, such as 100MB, 512KiB or 50GB/s',
  read(text) {
    const literal = readLiteral(text.replace(/\/s$/, ''));
    if (literal.kind !== 'number' || (literal.unit !== null && literal.unit !== 'bytes')) return null;
    return literal.value > 0 && Number.isFinite(literal.value) ? literal.value : null;
  },
};

export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return { takes: words.join(', '), read: (text) => words.find((word) => word === text) ?? null };
}

/** One or several, joined by `+`. */
export function listOf<T>({ takes, read }: Reader<T>, most = Number.POSITIVE_INFINITY): Reader<readonly T[]> {
  return {
    takes: `${takes}; ${most === 2 ? 'two' : 'several'} are joined by +`,
    read(text) {
      const values = text.split('+').map(read);
      const there = values.filter((value) => value !== null);
      return there.length === values.length && values.length <= most ? there : null;
    },
  };
}

/** Two values that belong together, such as `1:2.0`. */
export function pair<A, B>(what: string, first: Reader<A>, second: Reader<B>): Reader<readonly [A, B]> {
  return {
    takes: what,
    read(text) {
      const [left = '', right = '', ...rest] = text.split(':');
      const [a, b] = [first.read(left), second.read(right)];
      return a === null || b === null || rest.length > 0 ? null : [a, b];
    },
  };
}

/** A value, or a word that stands for what is then worked out; null for that word. */
export function orWord<T>(word: string, { takes, read }: Reader<T>): Reader<{ readonly value: T | null }> {
  return {
    takes: `${takes}, or \`${word}\``,
    read(text) {
      if (text === word) return { value: null };
      const value = read(text);
      return value === null ? null : { value };
    },
  };
}
