import { clean } from '../../model/clean-text.ts';
import { count } from '../../model/numbers.ts';
import type { Check } from './check.ts';
import type { Outcome, Seen } from './evaluate.ts';

/** Places of one requirement that its line has room for. */
const listed = 4;
/** A name can be a megabyte long; a line of a log is not. */
const longestValue = 80;
/** Requirements are written one below the other up to this width. */
const widestRequirement = 48;

/** What came of each requirement, one a line, and the sum of them. */
export function checkText({ requirements, passed }: Check): string {
  const widest = Math.max(0, ...requirements.map(({ requirement }) => clean(requirement).length));
  const width = Math.min(widest, widestRequirement);
  const failed = requirements.filter((outcome) => !outcome.passed).length;
  const sum = passed
    ? `All ${count(requirements.length)} requirements hold.`
    : `${count(failed)} of ${count(requirements.length)} requirements ${failed === 1 ? 'fails' : 'fail'}.`;
  return `${[...requirements.map((outcome) => line(outcome, width)), sum].join('\n')}\n`;
}

function line({ requirement, passed, seen, why }: Outcome, width: number): string {
  const telling = passed ? seen : seen.filter((one) => !one.passed);
  const shown = telling.slice(0, listed).map((one) => place(one, seen.length > 1));
  if (telling.length > shown.length) shown.push(`and ${count(telling.length - shown.length)} more`);
  return `${passed ? 'pass' : 'FAIL'}  ${clean(requirement).padEnd(width)}  ${why === undefined ? shown.join('; ') : clean(why)}`;
}

function place({ path, value, unit, from, why }: Seen, several: boolean): string {
  const where = several ? `${short(path)}: ` : '';
  if (value === null) return `${where}${clean(why ?? '')}`;
  return `${where}${typeof value === 'number' ? numberText(value, unit) : short(String(value))}${from === 'report' ? '' : ` (${clean(from ?? '')})`}`;
}

/** Six digits that count: rounding must not hide on which side of the limit a value lies. */
function numberText(value: number, unit: Seen['unit']): string {
  const digits = String(Number(value.toPrecision(6)));
  if (unit === 'seconds') return `${digits} s`;
  return unit === 'bytes' ? `${digits} B` : digits;
}

function short(text: string): string {
  const printable = clean(text);
  return printable.length > longestValue ? `${printable.slice(0, longestValue - 1)}…` : printable;
}
