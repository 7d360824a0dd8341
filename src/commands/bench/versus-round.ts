import { join } from 'node:path';
import { groupProducer, type PlannedRun } from '../../analysis/bench/plan.ts';
import { clean } from '../../model/clean-text.ts';
import { metrics } from '../../model/series.ts';
import type { Outcome } from '../../model/timeline.ts';
import { openStream } from '../../recording/recording.ts';
import type { RecordingOptions } from '../run/options.ts';
import { lastLines, outputLogFile } from '../run/output.ts';
import type { Program } from '../run/program.ts';
import { howItEnded, type ProgramEnd, runProgram } from '../run/run-program.ts';
import { judgeKernels } from '../run/verdict.ts';
import type { StopWatch } from './watch-for-stop.ts';

export interface RoundRequest {
  readonly command: readonly string[];
  readonly program: Program;
  readonly planned: PlannedRun;
  /** Of the benchmark. */
  readonly directory: string;
  readonly options: RecordingOptions;
  readonly stop: StopWatch;
  readonly tell: (sentence: string) => void;
}

export interface RoundEnd {
  readonly outcome: Exclude<Outcome, 'running'>;
  /** A call of a driver has not come back. */
  readonly hangs: boolean;
}

/** Lines of its output that are told of a program that failed. */
const newestLines = 5;

/**
 * Runs one of two commands once, recorded, its output in a file beside; how it ended stands in the recording as well.
 * @throws WarpwatchError where nothing can be recorded
 */
export async function runRound(request: RoundRequest): Promise<RoundEnd> {
  const { command, program, planned, stop, tell } = request;
  const directory = join(request.directory, planned.recording);
  const run = await runProgram({
    command,
    program,
    directory,
    title: planned.label,
    options: request.options,
    mustRecord: true,
    json: true,
    log: true,
    show: null,
    tell,
  });
  const outcome = outcomeOf(run, stop);
  const lines = outcome === 'failed' ? lastLines(join(directory, outputLogFile), newestLines) : [];
  const message = messageOf(outcome, run, stop, lines);
  if (outcome === 'failed') {
    const shown = lines.length === 0 ? ['  (it printed nothing)'] : lines.map((line) => `  ${clean(line)}`);
    tell([`${planned.label} failed in round ${planned.round}. ${howItEnded(run.end)}`, ...shown].join('\n'));
  }
  const writer = openStream(directory, groupProducer, 'loop');
  const missing = run.end.whyNot === null ? judgeKernels(directory, run, program.obstacles).sentences : [];
  for (const why of missing) writer.absent({ device: null, metric: metrics.kernels, why });
  await writer.close(outcome, message);
  return { outcome, hangs: run.hangs };
}

/** What ends well after a signal was cut short all the same. */
function outcomeOf({ end }: ProgramEnd, { signal }: StopWatch): RoundEnd['outcome'] {
  if (signal !== null) return 'stopped';
  return end.exitCode === 0 ? 'ended' : 'failed';
}

function messageOf(
  outcome: RoundEnd['outcome'],
  { end }: ProgramEnd,
  { signal }: StopWatch,
  lines: readonly string[],
): string {
  if (outcome === 'ended') return '';
  if (outcome === 'stopped') return `${signal} ended the comparison.`;
  const [newest] = lines.slice(-1);
  const printed = newest === undefined ? 'It printed nothing.' : `The last that it printed: ${newest}`;
  return `${howItEnded(end)} ${printed}`;
}
