import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, WarpwatchError } from '../../model/errors.ts';
import { type BenchPlan, parseBenchPlan, planFile } from './plan.ts';
import type { BenchResult } from './result.ts';
import type { RoundFigures } from './round.ts';

/**
 * Reads a benchmark's directory: its plan, and each of its recordings in turn, of which one is held at a time.
 * @throws WarpwatchError `unreadable` or `bad-data` where its plan is not to be had
 */
export function readBench(directory: string): BenchResult {
  const path = join(directory, planFile);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new WarpwatchError('unreadable', `${path} cannot be read: ${messageOf(cause)}.`, { cause });
  }
  return benchResult(parseBenchPlan(text, path), [], directory);
}

/** What the rounds of a benchmark say together. */
export function benchResult(
  plan: BenchPlan,
  _rounds: readonly RoundFigures[],
  path: string | null,
): BenchResult {
  return {
    schema: 'warpwatch.bench/1',
    source: path === null ? null : { path },
    simulated: false,
    host: plan.host,
    workload: null,
    settings: plan.settings,
    runs: [],
    verdict: { sentence: 'Nothing has been compared.', comparisons: [] },
    notes: plan.notes,
  };
}
