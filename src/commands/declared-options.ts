import { type Command, Option } from 'commander';
import type { WorkloadOptions } from '../../workloads/index.ts';

/** Declares options that are described by data. Their values stay texts, which `parseOptions` reads. */
export function declareOptions(command: Command, options: WorkloadOptions): void {
  for (const option of Object.values(options)) {
    const about = [option.description, option.defaultText === null ? '' : `(default: ${option.defaultText})`];
    const declared = new Option(
      `${option.flag} <${option.placeholder}>`,
      about.filter((text) => text !== '').join(' '),
    );
    if (option.choices) declared.choices(option.choices);
    command.addOption(declared);
  }
}

/** The texts that were given of such options. */
export function textsOf(
  options: WorkloadOptions,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(options).flatMap((key) => {
      const text = given[key];
      return typeof text === 'string' ? [[key, text] as const] : [];
    }),
  );
}
