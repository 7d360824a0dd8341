import { execFileSync } from 'node:child_process';
import * as assert from 'uvu/assert';
import type { BenchResult, BenchRun } from '../../src/analysis/bench/result.ts';

/** Small enough for a test, large enough that every kernel of a training runs. */
export const smallBench = [
  ...['--batch', '4', '--eval-samples', '4', '--checkpoints', '1', '--rounds', '1'],
  ...['--backend', 'wasm', '--threads', '1', '--input', 'inline'],
];

export function parseResult(stdout: string): BenchResult {
  const result = JSON.parse(stdout) as BenchResult;
  assert.is(result.schema, 'warpwatch.bench/1');
  return result;
}

export function runOf({ runs }: BenchResult, label: string): BenchRun {
  const run = runs.find((each) => each.label === label);
  if (run === undefined)
    throw new Error(`no run "${label}" among ${runs.map((each) => each.label).join('; ')}`);
  return run;
}

/** How each round of a run ended, and what it says. */
export function endings({ rounds }: BenchRun): readonly (readonly [string, string])[] {
  return rounds.map(({ outcome, message }) => [outcome, message]);
}

/** Ids of the processes that a process has started and that are there. */
export function childrenOf(processId: number | undefined): readonly number[] {
  try {
    const ids = execFileSync('ps', ['-o', 'pid=', '--ppid', String(processId)], { encoding: 'utf8' });
    // `ps` itself is a child of this process, not of the other.
    return ids
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map(Number);
  } catch {
    return [];
  }
}

export function isThere(processId: number): boolean {
  try {
    execFileSync('ps', ['-p', String(processId)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
