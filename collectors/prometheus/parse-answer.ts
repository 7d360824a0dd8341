import { clean } from '../../src/model/clean-text.ts';
import { WarpwatchError } from '../../src/model/errors.ts';
import type { LabelledCurve, LabelledValue, Labels } from '../../src/model/labelled.ts';

/** What an answer holds beside its values. */
interface AnswerNotes {
  /** What the server warns of, such as stores that did not answer; cleaned. */
  readonly warnings: readonly string[];
  /** Entries that could not be read. */
  readonly damaged: number;
}

/** All series at one moment. */
export interface InstantAnswer extends AnswerNotes {
  readonly samples: readonly LabelledValue[];
  /** Unix time that the server answered for; null of an empty answer. */
  readonly atSeconds: number | null;
}

/** All series over a stretch of time. */
export interface RangeAnswer extends AnswerNotes {
  readonly curves: readonly LabelledCurve[];
}

/** More would fill the screen. */
const mostWarnings = 3;
const longestMessage = 300;

const words: Readonly<Record<string, number>> = {
  '+Inf': Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  '-Inf': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/**
 * Reads the answer to an instant query (prometheus.io, "HTTP API").
 * @throws WarpwatchError `bad-data` where it is none, `unsupported` with the server's own words where it is an error
 */
export function parseInstant(text: string): InstantAnswer {
  const { entries, warnings } = resultOf(text, 'vector');
  const samples: LabelledValue[] = [];
  let atSeconds: number | null = null;
  let damaged = 0;
  for (const entry of entries) {
    const labels = labelsOf(entry);
    const [at, value] = pairOf(isObject(entry) ? entry['value'] : null);
    if (labels === null || at === undefined || value === undefined) damaged += 1;
    else {
      samples.push({ labels, value });
      atSeconds ??= at;
    }
  }
  return { samples, atSeconds, warnings, damaged };
}

/** Reads the answer to a range query. @throws as `parseInstant` */
export function parseRange(text: string): RangeAnswer {
  const { entries, warnings } = resultOf(text, 'matrix');
  const curves: LabelledCurve[] = [];
  let damaged = 0;
  for (const entry of entries) {
    const labels = labelsOf(entry);
    const pairs = isObject(entry) ? entry['values'] : null;
    if (labels === null || !Array.isArray(pairs)) {
      damaged += 1;
      continue;
    }
    const atSeconds: number[] = [];
    const values: number[] = [];
    for (const pair of pairs) {
      const [at, value] = pairOf(pair);
      if (at === undefined || value === undefined) damaged += 1;
      else {
        atSeconds.push(at);
        values.push(value);
      }
    }
    curves.push({ labels, atSeconds, values });
  }
  return { curves, warnings, damaged };
}

/** An address that could not be scraped, and why by the server's word. */
export interface FailedTarget {
  /** '' where it has no such label. */
  readonly cluster: string;
  readonly job: string;
  readonly instance: string;
  readonly error: string;
}

/** The addresses that fail, out of what a server says of those that it scrapes. @throws as `parseInstant` */
export function parseTargets(text: string): readonly FailedTarget[] {
  const data = answerOf(text)['data'];
  const active = isObject(data) ? data['activeTargets'] : null;
  if (!Array.isArray(active)) throw new WarpwatchError('bad-data', 'The answer holds no targets.');
  const entries: readonly unknown[] = active;
  return entries.flatMap((entry) => {
    if (!isObject(entry) || !isObject(entry['labels'])) return [];
    const { job, instance, cluster } = entry['labels'];
    const error = entry['lastError'];
    if (typeof job !== 'string' || typeof instance !== 'string' || typeof error !== 'string') return [];
    if (error === '') return [];
    return [{ cluster: typeof cluster === 'string' ? cluster : '', job, instance, error: shown(error) }];
  });
}

/** The server's own words where the text is an error of a Prometheus; null where it is anything else. */
export function errorIn(text: string): string | null {
  const answer = parse(text);
  if (!isObject(answer) || answer['status'] !== 'error') return null;
  const message = answer['error'];
  return typeof message === 'string' ? shown(message) : 'without a reason';
}

function resultOf(text: string, type: 'vector' | 'matrix') {
  const answer = answerOf(text);
  const data = answer['data'];
  if (!isObject(data) || data['resultType'] !== type || !Array.isArray(data['result'])) {
    throw new WarpwatchError('bad-data', `The answer is JSON, but no ${type} of a Prometheus.`);
  }
  const entries: readonly unknown[] = data['result'];
  return { entries, warnings: warningsOf(answer['warnings']) };
}

function answerOf(text: string): Readonly<Record<string, unknown>> {
  const answer = parse(text);
  if (!isObject(answer)) throw new WarpwatchError('bad-data', `The answer ${whatItIs(text)}.`);
  if (answer['status'] === 'error') {
    throw new WarpwatchError('unsupported', `Prometheus refuses the query: ${errorIn(text)}`);
  }
  return answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function whatItIs(text: string): string {
  if (/^\s*</.test(text)) return 'is a page of HTML, not JSON; is this the address of a Prometheus?';
  if (/^\s*\{/.test(text)) return 'is JSON that was cut off on its way; is there a proxy between?';
  return 'is not JSON; is this the address of a Prometheus?';
}

function warningsOf(warnings: unknown): readonly string[] {
  if (!Array.isArray(warnings)) return [];
  return warnings
    .filter((warning) => typeof warning === 'string')
    .slice(0, mostWarnings)
    .map(shown);
}

function shown(message: string): string {
  return clean(message).slice(0, longestMessage);
}

function labelsOf(entry: unknown): Labels | null {
  const labels = isObject(entry) ? entry['metric'] : null;
  return isObject(labels) ? labels : null;
}

/** `[seconds, "value"]`; empty where it is none. */
function pairOf(pair: unknown): readonly number[] {
  if (!Array.isArray(pair)) return [];
  const [at, text]: readonly unknown[] = pair;
  if (typeof at !== 'number' || typeof text !== 'string' || text.trim() === '') return [];
  const value = Number(text);
  if (!Number.isNaN(value)) return [at, value];
  const word = words[text];
  return word === undefined ? [] : [at, word];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
