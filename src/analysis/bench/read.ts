import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemErrorCode, WarpwatchError } from '../../model/errors.ts';
import type { Outcome, Timeline } from '../../model/timeline.ts';
import { manifestFile } from '../../recording/format.ts';
import { readRecording } from '../../recording/reader.ts';
import { benchResult } from './build.ts';
import { commandRound, missingCommand } from './command-round.ts';
import { commandsResult } from './commands-result.ts';
import { type PlannedRun, parseBenchPlan, planFile } from './plan.ts';
import type { BenchResult } from './result.ts';
import { missingRound, roundFigures } from './round.ts';

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
  if (plan.runs.some(({ mode }) => mode === 'command')) {
    const rounds = plan.runs.map((run) => readRound(directory, run, commandRound, missingCommand));
    return commandsResult(plan, rounds, directory);
  }
  const { warmUpSteps } = plan.settings;
  const measure = (timeline: Timeline, run: PlannedRun) => roundFigures(timeline, run, warmUpSteps);
  const rounds = plan.runs.map((run) => readRound(directory, run, measure, missingRound));
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
function readRound<Round>(
  directory: string,
  run: PlannedRun,
  measure: (timeline: Timeline, run: PlannedRun) => Round,
  missing: (run: PlannedRun, outcome: Outcome, message: string) => Round,
): Round {
  const recording = join(directory, run.recording);
  if (!existsSync(join(recording, manifestFile))) {
    return missing(run, 'stopped', 'It was not run.');
  }
  try {
    return measure(readRecording(recording), run);
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    return missing(run, 'failed', error.message);
  }
}
