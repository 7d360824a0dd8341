import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemErrorCode, WarpwatchError } from '../../model/errors.ts';
import { manifestFile } from '../../recording/format.ts';
import { readRecording } from '../../recording/reader.ts';
import { benchResult } from './build.ts';
import { type PlannedRun, parseBenchPlan, planFile } from './plan.ts';
import type { BenchResult } from './result.ts';
import { missingRound, type RoundFigures, roundFigures } from './round.ts';

/** Whether a directory is that of a benchmark. */
export function isBench(directory: string): boolean {
  return existsSync(join(directory, planFile));
}

/**
 * Reads a benchmark's directory: its plan, and each of its recordings in turn, of which one at a time is held.
 * @throws WarpwatchError `not-found`, `unreadable` or `bad-data` where its plan is not to be had
 */
export function readBench(directory: string): BenchResult {
  const path = join(directory, planFile);
  const plan = parseBenchPlan(readText(path), path);
  const rounds = plan.runs.map((run) => readRound(directory, run, plan.settings.warmUpSteps));
  return benchResult(plan, rounds, directory);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const missing = systemErrorCode(cause) === 'ENOENT';
    throw new WarpwatchError(
      missing ? 'not-found' : 'unreadable',
      `${path} cannot be read: ${missing ? 'it is not there; give the directory of a benchmark' : messageOf(cause)}.`,
      { cause },
    );
  }
}

/** A recording that cannot be read is a round that failed: the others say what they say all the same. */
function readRound(directory: string, run: PlannedRun, warmUpSteps: number): RoundFigures {
  const recording = join(directory, run.recording);
  if (!existsSync(join(recording, manifestFile))) {
    return missingRound(run, 'stopped', 'It was not run.');
  }
  try {
    return roundFigures(readRecording(recording), run, warmUpSteps);
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    return missingRound(run, 'failed', error.message);
  }
}
