import type { Report } from '../report.ts';
import type { Unit } from './contract.ts';
import type { Literal } from './literal.ts';
import type { Operator, Segment } from './parse.ts';
import type { Resolved } from './resolve.ts';

/** One place of the report that a requirement looks at. */
export interface Seen {
  /** Such as `devices[gpu0].smActive`. */
  readonly path: string;
  readonly passed: boolean;
  /** Null where it is not known. */
  readonly value: number | string | boolean | null;
  readonly unit: Unit;
  /** Where a measured figure was read; 'report' for counts and sums. */
  readonly from?: string;
  /** Why it fails where the comparison did not decide. */
  readonly why?: string;
}

export interface Outcome {
  readonly requirement: string;
  /** Whether it holds at every place. */
  readonly passed: boolean;
  readonly seen: readonly Seen[];
  /** Why it fails where there is no place to look at. */
  readonly why?: string;
}

interface Place {
  readonly path: string;
  readonly value: unknown;
  /** A sentence where the value is not there. */
  readonly why?: string;
}

/** Whether a report meets a requirement. Pure; a value that is missing or not a number never passes. */
export function evaluate({ requirement, path, unit }: Resolved, report: Report): Outcome {
  const places = walk(report, path);
  const seen = places.map((place) => look(place, unit, requirement.operator, requirement.expected));
  const passed = seen.length > 0 && seen.every((one) => one.passed);
  const none =
    seen.length === 0
      ? { why: `The run has nothing of the kind: ${requirement.text} has no place to hold.` }
      : {};
  return { requirement: requirement.text, passed, seen, ...none };
}

function walk(report: Report, path: readonly Segment[]): Place[] {
  let places: Place[] = [{ path: '', value: report }];
  for (const segment of path) places = places.flatMap((place) => go(place, segment));
  return places;
}

function go(place: Place, segment: Segment): Place[] {
  const { value, path } = place;
  if (place.why !== undefined) return [place];
  if (Array.isArray(value)) return intoList(value, path, segment);
  const name = segment.kind === 'name' ? segment.name : '*';
  const inner = join(path, name);
  if (!isObject(value) || !Object.hasOwn(value, name)) {
    return [{ path: inner, value: null, why: `The report has no ${inner}.` }];
  }
  const found = value[name];
  if (found === null) return [{ path: inner, value: null, why: whyNull(value, name, inner) }];
  return [{ path: inner, value: found }];
}

function intoList(list: readonly unknown[], path: string, segment: Segment): Place[] {
  if (segment.kind === 'every') {
    return list.map((value, index) => ({ path: `${path}[${nameOf(value) ?? index}]`, value }));
  }
  const { name } = segment;
  if (name === 'length') return [{ path: `${path}.length`, value: list.length }];
  const byName = list.findIndex((value) => namesOf(value).includes(name));
  const at = byName < 0 && /^\d+$/.test(name) ? Number(name) : byName;
  const inner = `${path}[${name}]`;
  if (at >= 0 && at < list.length) return [{ path: inner, value: list[at] }];
  return [{ path: inner, value: null, why: `The run has no ${inner}; ${whatThereIs(list)}` }];
}

function whatThereIs(list: readonly unknown[]): string {
  if (list.length === 0) return 'the list is empty.';
  const names = list.slice(0, 5).map((value, index) => nameOf(value) ?? String(index));
  return `there is ${names.join(', ')}${list.length > names.length ? ` and ${list.length - names.length} more` : ''}.`;
}

/** The keys by whose value an element can be chosen; those of the contract's lists. */
const choosingKeys = ['id', 'direction', 'category', 'shortName', 'name'] as const;

function namesOf(value: unknown): string[] {
  if (!isObject(value)) return [];
  // A kernel has a category, and is not chosen by it.
  const keys = Object.hasOwn(value, 'shortName') ? (['shortName', 'name'] as const) : choosingKeys;
  return keys.map((key) => value[key]).filter((name) => typeof name === 'string');
}

function nameOf(value: unknown): string | undefined {
  return namesOf(value)[0];
}

function whyNull(owner: Readonly<Record<string, unknown>>, name: string, path: string): string {
  const { why } = owner;
  if (typeof why === 'string') return why;
  const { occupancy } = owner;
  if (name === 'limitedBy' && isObject(occupancy) && typeof occupancy['why'] === 'string')
    return occupancy['why'];
  return `The run does not tell ${path}.`;
}

function look(place: Place, unit: Unit, operator: Operator, expected: Literal): Seen {
  const { path } = place;
  const missing = (why: string): Seen => ({ path, passed: false, value: null, unit, why });
  if (place.why !== undefined) return missing(place.why);
  const measured = isObject(place.value) ? place.value : { value: place.value, from: 'report' };
  const { value, from, why } = measured;
  const source = { from: typeof from === 'string' ? from : 'report' };
  if (value === null) return missing(typeof why === 'string' ? why : `The run does not tell ${path}.`);
  if (unit === 'text' || unit === 'boolean') {
    if (typeof value !== 'string' && typeof value !== 'boolean') return missing(`${path} is no text.`);
    return { path, passed: same(value, expected) === (operator === '=='), value, unit, ...source };
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return missing(`${path} is ${String(value).slice(0, 40)}, which no comparison holds for.`);
  }
  return {
    path,
    passed: expected.kind === 'number' && compare(value, operator, expected.value),
    value,
    unit,
    ...source,
  };
}

function same(value: string | boolean, expected: Literal): boolean {
  return String(value) === expected.written;
}

function compare(value: number, operator: Operator, expected: number): boolean {
  if (operator === '>=') return value >= expected;
  if (operator === '<=') return value <= expected;
  if (operator === '>') return value > expected;
  if (operator === '<') return value < expected;
  return (value === expected) === (operator === '==');
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
