import type { Snapshot } from '../../../analysis/snapshot.ts';
import { clean } from '../../../model/clean-text.ts';
import { messageOf, WarpwatchError } from '../../../model/errors.ts';
import { topSchema } from '../json.ts';
import { momentShape } from './top-shapes.ts';

/** Deeper than anything that `top --json` prints. */
const deepest = 16;
const longestQuote = 60;

/**
 * Reads a line of `warpwatch top --json` of another machine. Its texts are cleaned; there are no kernels in it, no details, no
 * histories, and of a training's curves the newest point alone.
 * @throws WarpwatchError `bad-data` where it is no such line, `newer-version` where it is of another version; both messages
 * go on where "it" was named
 */
export function parseTopLine(line: string): Snapshot {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    const quote = clean(line.slice(0, longestQuote));
    throw new WarpwatchError(
      'bad-data',
      `it printed "${quote}", which is no line of \`warpwatch top --json\``,
      {
        cause,
      },
    );
  }
  try {
    const given = cleaned(json, 0);
    checkSchema(given);
    return momentShape(given, 'it');
  } catch (cause) {
    if (cause instanceof WarpwatchError) throw cause;
    const message = `it printed a line that is not of ${topSchema} (${clean(messageOf(cause))})`;
    throw new WarpwatchError('bad-data', message, { cause });
  }
}

/** The value with every text inside cleaned of what a terminal would obey. */
function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) throw new RangeError('it is nested too deeply');
  if (Array.isArray(value)) return value.map((entry) => cleaned(entry, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cleaned(entry, depth + 1)]));
}

function checkSchema(given: unknown): void {
  const named = typeof given === 'object' && given !== null && 'schema' in given ? given.schema : undefined;
  if (named === topSchema) return;
  const version = typeof named === 'string' ? /^warpwatch\.top\/\d{1,6}$/.exec(named)?.[0] : undefined;
  if (version === undefined) throw new RangeError('it names no schema');
  throw new WarpwatchError(
    'newer-version',
    `its warpwatch speaks ${version} and this one ${topSchema}; bring the older one up to date`,
  );
}
