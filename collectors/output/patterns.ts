import { messageOf, WarpwatchError } from '../../src/model/errors.ts';
import { metricName } from '../metric-names.ts';

/** Where a number stands in a program's lines, and which series it belongs to. */
export interface OutputPattern {
  readonly metric: string;
  readonly expression: RegExp;
}

/**
 * Reads `loss=(\S+)`, whose name is the last word before the group, or `NAME:EXPRESSION`.
 * @throws WarpwatchError `usage` where there is no group, no name, or no expression
 */
export function parsePattern(text: string): OutputPattern {
  const named = /^([A-Za-z_][\w./-]*):(?![:=\s])(.*\(.*)$/s.exec(text);
  const [source, name] = named ? [named[2] ?? '', named[1]] : [text, nameBefore(text)];
  let expression: RegExp;
  try {
    expression = new RegExp(source);
  } catch (cause) {
    throw new WarpwatchError('usage', `"${source}" is no regular expression: ${messageOf(cause)}.`, {
      cause,
    });
  }
  // Of any text, an alternative that is empty matches with as many groups as there are.
  const groups = (new RegExp(`${source}|`).exec('')?.length ?? 1) - 1;
  if (groups === 0) {
    throw new WarpwatchError(
      'usage',
      `"${text}" has no group for the number; write for example loss=(\\S+).`,
    );
  }
  if (name === undefined || name === '') {
    throw new WarpwatchError(
      'usage',
      `"${text}" does not tell the name of its number; write NAME: before it, for example loss:${text}.`,
    );
  }
  return { metric: metricName(name), expression };
}

/** The last word before the first group: `loss` of `train loss=(\S+)`. */
function nameBefore(text: string): string | undefined {
  const group = /(?<!\\)(?:\\\\)*\((?!\?[:=!]|\?<[=!])/.exec(text);
  if (group === null) return undefined;
  const plain = text.slice(0, group.index).replaceAll(/\(\?[^)]*\)[?*+]?|\\[a-zA-Z]/g, ' ');
  return plain
    .match(/[A-Za-z_][\w./-]*/g)
    ?.at(-1)
    ?.replace(/[./-]+$/, '');
}

/** A number as programs print it: `0.25`, `1e-3`, `1,234.5`, `nan`, `inf`, `71.2%`; null for anything else. */
export function readNumber(text: string): number | null {
  const bare = text.trim().replace(/[,;:)\]}]+$/, '');
  const percent = bare.endsWith('%');
  const digits = (percent ? bare.slice(0, -1) : bare).replaceAll(/(?<=\d),(?=\d{3}(?!\d))/g, '');
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(digits)) {
    return percent ? Number(digits) / 100 : Number(digits);
  }
  const [, sign, word] = /^([+-]?)(nan|inf|infinity)$/i.exec(digits) ?? [];
  if (word === undefined) return null;
  if (/nan/i.test(word)) return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
