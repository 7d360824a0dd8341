import { WarpwatchError } from '../../src/model/errors.ts';

/** An option of a workload as data: enough for help, for suggestions and for checking. */
export interface WorkloadOption<T> {
  /** Such as `--learning-rate`. */
  readonly flag: string;
  /** What stands for the value in help, such as `rate`. */
  readonly placeholder: string;
  readonly description: string;
  /** What help says of the default, or null where there is none to tell. */
  readonly defaultText: string | null;
  /** Every value there is, or null where values are free. */
  readonly choices: readonly string[] | null;
  /** The value where the option is not given. */
  readonly fallback: T;
  /** @throws WarpwatchError `usage` that names the flag and what it takes. */
  parse(text: string): T;
}

export type WorkloadOptions = Readonly<Record<string, WorkloadOption<unknown>>>;

/** The values of declared options, by the same keys. */
export type OptionValues<O extends WorkloadOptions> = {
  readonly [Key in keyof O]: O[Key] extends WorkloadOption<infer T> ? T : never;
};

/** Texts as typed, by the keys of the options; what is left out takes its default. */
export type OptionTexts = Readonly<Record<string, string | undefined>>;

interface Described {
  readonly flag: string;
  readonly placeholder: string;
  readonly description: string;
}

/** One of several words. */
export function choiceOption<const C extends string>(
  described: Described,
  choices: readonly C[],
  fallback: NoInfer<C>,
): WorkloadOption<C> {
  return {
    ...described,
    choices,
    fallback,
    defaultText: fallback,
    parse(text) {
      const choice = choices.find((word) => word === text);
      if (choice !== undefined) return choice;
      throw usage(described.flag, `one of ${choices.join(', ')}`, text);
    },
  };
}

/** The keys of a table, for a choice. */
export function namesOf<K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(table) as K[];
}

export interface NumberRange {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** A number. `defaultText` explains a fallback that is no number. */
export function numberOption<F extends number | null>(
  described: Described,
  { min, max = Number.POSITIVE_INFINITY, whole = false }: NumberRange,
  fallback: F,
  defaultText: string | null = fallback === null ? null : String(fallback),
): WorkloadOption<number | F> {
  return {
    ...described,
    choices: null,
    fallback,
    defaultText,
    parse(text) {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      const fits =
        Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value));
      if (fits) return value;
      const upTo = Number.isFinite(max) ? `${min} to ${max}` : `${min} on`;
      throw usage(described.flag, `a ${whole ? 'whole ' : ''}number from ${upTo}`, text);
    },
  };
}

/** Any text, such as a path. */
export function textOption(described: Described, defaultText: string): WorkloadOption<string | null> {
  return {
    ...described,
    choices: null,
    fallback: null,
    defaultText,
    parse(text) {
      if (text !== '') return text;
      throw usage(described.flag, `a ${described.placeholder}`, text);
    },
  };
}

/**
 * Reads all options of a workload.
 * @throws WarpwatchError `usage` where a value does not fit or an option is not among the declared.
 */
export function parseOptions<O extends WorkloadOptions>(options: O, texts: OptionTexts): OptionValues<O> {
  for (const key of Object.keys(texts)) {
    if (Object.hasOwn(options, key) || texts[key] === undefined) continue;
    const flags = Object.values(options).map(({ flag }) => flag);
    throw new WarpwatchError('usage', `There is no option "${key}"; choose from ${flags.join(', ')}.`);
  }
  const values = Object.entries(options).map(([key, option]) => {
    const text = texts[key];
    return [key, text === undefined ? option.fallback : option.parse(text)];
  });
  return Object.fromEntries(values) as OptionValues<O>;
}

function usage(flag: string, wanted: string, text: string): WarpwatchError {
  return new WarpwatchError('usage', `${flag} takes ${wanted}, not "${text}".`);
}
