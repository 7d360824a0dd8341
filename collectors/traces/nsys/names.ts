import type { Field, TraceDatabase } from './database.ts';

/** Of a longer name this much is kept: no screen shows more. */
const longestName = 16 * 1024;
/** A longer text is not even fetched, since it would first lie in memory as a whole. */
const longestFetchedBytes = 2 ** 20;
/** All names together; what comes after is one name. */
const mostNameUnits = 32 * 2 ** 20;
const overflowName = '(more names than warpwatch keeps)';

/** Fetches a text column, cut to `longest` characters; of a text that nobody can read its size alone. */
export function textField(column: string, longest = longestName): Field {
  return {
    column,
    sql: (name) =>
      `CASE WHEN octet_length(${name}) <= ${longestFetchedBytes} THEN substr(${name}, 1, ${longest}) ` +
      `WHEN ${name} IS NOT NULL THEN '(a name of ' || octet_length(${name}) || ' bytes)' END`,
  };
}

/** The texts that other tables name by number. */
export class Names {
  readonly #texts = new Map<number, string>();
  #missing = 0;

  constructor(database: TraceDatabase) {
    let units = 0;
    database.scan(
      { table: 'StringIds', numbers: [{ column: 'id' }], texts: [textField('value')] },
      ([id = Number.NaN], [text]) => {
        if (typeof text !== 'string' || !Number.isSafeInteger(id)) return;
        units += text.length;
        this.#texts.set(id, units > mostNameUnits ? overflowName : text);
      },
    );
  }

  /** How many times a name was asked for that the file does not have. */
  get missing(): number {
    return this.#missing;
  }

  /** The text of an id, if the file has it. */
  find(id: number): string | null {
    return this.#texts.get(id) || null;
  }

  /** The text of the first id that has one. @returns null where none is given, `#id` where the file lacks it */
  of(...ids: readonly number[]): string | null {
    let unknown: number | null = null;
    for (const id of ids) {
      const text = this.find(id);
      if (text !== null) return text;
      if (!Number.isNaN(id)) unknown ??= id;
    }
    if (unknown === null) return null;
    this.#missing++;
    return `#${unknown}`;
  }
}
