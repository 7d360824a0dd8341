import { WarpwatchError } from '../../../model/errors.ts';

/** A mapping of the file whose keys are known by name; whatever else stands in it is an error. */
export class Section {
  readonly #name: string;
  readonly #values: ReadonlyMap<unknown, unknown>;

  /**
   * @param name the key of the section, '' for the file itself
   * @param value what stands there; nothing is an empty section, as in Prometheus's own reader
   * @throws WarpwatchError `bad-data` where it is no mapping or has another key than `keys`
   */
  constructor(name: string, value: unknown, keys: readonly string[]) {
    this.#name = name;
    if (value !== undefined && value !== null && !(value instanceof Map)) throw this.#wrong('a mapping');
    this.#values = value instanceof Map ? value : new Map();
    for (const key of this.#values.keys()) {
      if (keys.some((known) => known === key)) continue;
      throw badConfig(`${this.#path(String(key))} is not known; here may stand ${keys.join(', ')}.`);
    }
  }

  /** What stands there, for a section of its own; undefined for nothing. */
  value(key: string): unknown {
    return this.#values.get(key) ?? undefined;
  }

  /** A text; null where there is none or an empty one. */
  text(key: string): string | null {
    const value = this.value(key);
    if (value === undefined || value === '') return null;
    if (typeof value !== 'string') throw this.#wrong('a text', key);
    return value;
  }

  /** true or false; `otherwise` where there is nothing. */
  flag(key: string, otherwise: boolean): boolean {
    const value = this.value(key) ?? otherwise;
    if (typeof value !== 'boolean') throw this.#wrong('true or false', key);
    return value;
  }

  /** A list of texts; null where there is none. */
  texts(key: string): readonly string[] | null {
    const value = this.value(key);
    if (value === undefined) return null;
    const isText = (item: unknown): item is string => typeof item === 'string';
    if (!Array.isArray(value) || !value.every(isText)) throw this.#wrong('a list of texts', key);
    return value;
  }

  /** The entry of a table that is named there; null where there is none. */
  oneOf<T>(key: string, table: Readonly<Record<string, T>>): T | null {
    const name = this.text(key);
    return name === null ? null : this.#entry(key, name, table);
  }

  /** The entries of a table that are listed there; null where there are none. */
  listOf<T>(key: string, table: Readonly<Record<string, T>>): readonly T[] | null {
    const names = this.texts(key);
    return names === null || names.length === 0 ? null : names.map((name) => this.#entry(key, name, table));
  }

  #entry<T>(key: string, name: string, table: Readonly<Record<string, T>>): T {
    const entry = Object.entries(table).find(([known]) => known === name);
    if (entry) return entry[1];
    const known = Object.keys(table).join(', ');
    throw badConfig(`${this.#path(key)} does not take "${name}" here; it takes ${known}.`);
  }

  #path(key: string): string {
    return this.#name === '' ? key : `${this.#name}.${key}`;
  }

  #wrong(form: string, key?: string): WarpwatchError {
    const place = key === undefined ? this.#name || 'The file' : this.#path(key);
    return badConfig(`${place} is not ${form}.`);
  }
}

/** What is wrong with the file, in a sentence that names the key. */
export function badConfig(sentence: string, cause?: unknown): WarpwatchError {
  return new WarpwatchError('bad-data', sentence, { cause });
}
