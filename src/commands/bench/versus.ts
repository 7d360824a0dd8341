import { commandLabels, commandText } from '../../analysis/bench/command-labels.ts';
import type { PlannedRun } from '../../analysis/bench/plan.ts';
import { readBench } from '../../analysis/bench/read.ts';
import type { BenchResult } from '../../analysis/bench/result.ts';
import { exitCodes, WarpwatchError } from '../../model/errors.ts';
import type { RecordingOptions } from '../run/options.ts';
import { findProgram, type Program } from '../run/program.ts';
import { signalExitCodes } from '../watch.ts';
import { makeBenchPlace } from './place.ts';
import { runRound } from './versus-round.ts';
import { watchForStop } from './watch-for-stop.ts';

export interface VersusRequest {
  readonly commands: readonly [readonly string[], readonly string[]];
  /** How often each is run, in alternation. */
  readonly rounds: number;
  /** Where recordings go; null for a new directory below runs/. */
  readonly directory: string | null;
  /** What is recorded of both. */
  readonly options: RecordingOptions;
  readonly words: readonly string[];
  readonly withHangingCall: () => void;
}

export interface VersusEnd {
  readonly result: BenchResult;
  /** 1 where a command failed, 130 and the like where a signal ended the comparison. */
  readonly exitCode: number;
}

/** One of the two. */
interface Side {
  /** Of its recordings: the first is `a.1`. */
  readonly name: 'a' | 'b';
  readonly command: readonly string[];
  readonly program: Program;
  readonly label: string;
}

interface Turn {
  readonly side: Side;
  readonly planned: PlannedRun;
}

/**
 * Runs two commands in alternation under `run` and compares them. It ends early where one fails or a signal comes: the result
 * then holds the rounds up to there.
 * @throws WarpwatchError where one cannot be started, or the directory holds something already
 */
export async function benchCommands(request: VersusRequest): Promise<VersusEnd> {
  const { commands, rounds, options } = request;
  const [labelA, labelB] = commandLabels(commands);
  const a: Side = { name: 'a', command: commands[0], program: findOrThrow(commands[0]), label: labelA };
  const b: Side = { name: 'b', command: commands[1], program: findOrThrow(commands[1]), label: labelB };
  const turns = turnsOf(a, b, rounds);
  const { directory } = makeBenchPlace(request.directory, {
    command: ['warpwatch', 'bench', ...request.words],
    settings: { transport: 'none', steps: 0, warmUpSteps: 0, rounds, stragglers: [] },
    runs: turns.map(({ planned }) => planned),
    notes: [],
  });
  const stop = watchForStop();
  let failed = false;
  try {
    for (const { side, planned } of turns) {
      if (failed || stop.signal !== null) break;
      tell(`round ${planned.round} of ${rounds}, ${side.label}`);
      const { command, program } = side;
      const end = await runRound({ command, program, planned, directory, options, stop, tell });
      if (end.hangs) request.withHangingCall();
      failed = end.outcome === 'failed';
    }
  } finally {
    stop.end();
  }
  const result = readBench(directory);
  if (stop.signal !== null) return { result, exitCode: signalExitCodes[stop.signal] };
  return { result, exitCode: failed ? exitCodes.failed : exitCodes.ok };
}

function findOrThrow(command: readonly string[]): Program {
  const [name] = command;
  if (name === undefined)
    throw new WarpwatchError('usage', 'A command is missing; write bench -- COMMAND --vs COMMAND.');
  const program = findProgram(name, process.env);
  if ('why' in program) throw new WarpwatchError('not-found', program.why);
  return program;
}

/** A B, B A, A B, …: what gets slower over time, such as a machine that gets warm, slows both alike. */
function turnsOf(a: Side, b: Side, rounds: number): readonly Turn[] {
  return Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
    (round % 2 === 1 ? [a, b] : [b, a]).map((side) => ({
      side,
      planned: {
        recording: `${side.name}.${round}`,
        label: side.label,
        mode: 'command' as const,
        replicas: 1,
        modeSettings: commandText(side.command),
        round,
      },
    })),
  );
}

function tell(sentence: string): void {
  process.stderr.write(`warpwatch: ${sentence}\n`);
}
