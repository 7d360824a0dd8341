import { known, type Measured } from '../model/measured.ts';

/**
 * Checks of values that came out of JSON. A right checksum says that a writer meant what stands there, not that the
 * writer was right: what passes here can be trusted by everything that follows.
 */

/** Returns the value when it has the shape. @throws RangeError, naming `what` is wrong, when it has not */
export type Shape<T> = (value: unknown, what: string) => T;

export const text: Shape<string> = (value, what) => {
  if (typeof value !== 'string') throw new RangeError(`${what} is no text`);
  return value;
};

export const truth: Shape<boolean> = (value, what) => {
  if (typeof value !== 'boolean') throw new RangeError(`${what} is neither true nor false`);
  return value;
};

/** A finite number. `1e999` is JSON too, and no quantity. */
export const quantity: Shape<number> = (value, what) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new RangeError(`${what} is no number`);
  return value;
};

/** A whole number from 0 on. */
export const count: Shape<number> = (value, what) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${what} is no count`);
  }
  return value;
};

/** A whole number of 64 bits, written as a decimal text, since a JSON number is a double. */
export const decimal: Shape<bigint> = (value, what) => {
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) {
    throw new RangeError(`${what} is no decimal text`);
  }
  return BigInt(value);
};

export function nullOr<T>(shape: Shape<T>): Shape<T | null> {
  return (value, what) => (value === null ? null : shape(value, what));
}

/** A member that may be left out. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, what) => (value === undefined ? undefined : shape(value, what));
}

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (value, what) => {
    const word = words.find((known) => known === value);
    if (word === undefined) throw new RangeError(`${what} is none of ${words.join(', ')}`);
    return word;
  };
}

export function listOf<T>(shape: Shape<T>): Shape<T[]> {
  return (value, what) => {
    if (!Array.isArray(value)) throw new RangeError(`${what} is no list`);
    return value.map((entry, index) => shape(entry, `${what}[${index}]`));
  };
}

/** An object whose every member has one shape, such as versions by name. */
export function mapOf<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return (value, what) =>
    Object.fromEntries(
      Object.entries(members(value, what)).map(([key, entry]) => [key, shape(entry, `${what}.${key}`)]),
    );
}

/** A shape for each member; those that the type makes optional may be missing. */
type Shapes<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Shape<T[K] | undefined> : Shape<T[K]>;
};

/** An object with these members. Others are left out: later writers of the same version may add some. */
export function object<T extends object>(shapes: Shapes<T>): Shape<T> {
  const entries = Object.entries<Shape<unknown>>(shapes);
  return (value, what) => {
    const given = members(value, what);
    const read = entries.map(([key, shape]) => [key, shape(given[key], `${what}.${key}`)] as const);
    return Object.fromEntries(read.filter(([, member]) => member !== undefined)) as T;
  };
}

export function measured<T>(shape: Shape<T>): Shape<Measured<T>> {
  return (value, what) => {
    const given = members(value, what);
    return given['value'] === null
      ? { value: null, why: text(given['why'], `${what}.why`) }
      : known(shape(given['value'], `${what}.value`), text(given['from'], `${what}.from`));
  };
}

/** @throws SyntaxError when the bytes are not JSON, RangeError when it has another shape */
export function parseJson<T>(payload: Uint8Array, shape: Shape<T>, what: string): T {
  return shape(
    JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8')),
    what,
  );
}

function members(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RangeError(`${what} is no object`);
  }
  return value as Record<string, unknown>;
}
