import type { Command } from 'commander';
import { messageOf } from '../model/errors.ts';
import { byteSize } from '../model/numbers.ts';
import type { Timeline } from '../model/timeline.ts';
import { readRecording } from '../recording/reader.ts';
import { buildReport } from '../report/build.ts';
import { reportText } from '../report/text.ts';
import type { Finish } from './command.ts';
import { addRecordingOptions, type RecordingOptions } from './run/options.ts';
import { findProgram } from './run/program.ts';
import { howItEnded, type ProgramEnd, runProgram } from './run/run-program.ts';
import { showRun } from './run/show.ts';
import { judgeKernels, type ProcessVerdict } from './run/verdict.ts';

interface RunOptions extends RecordingOptions {
  readonly out?: string;
  readonly title?: string;
  readonly watch?: true;
  readonly json?: true;
}

/** The name and version of what `run --json` prints; keys may be added, none is taken away. */
export const runSchema = 'warpwatch.run/1';
/** A recording is read as a whole for its report; a larger one is left to `warpwatch report`. */
const mostReadBytes = 512 * 2 ** 20;

/** `run -- CMD`: any program, with its kernels, this machine's figures and what it prints in one recording. */
export function declare(command: Command, _words: readonly string[], finish: Finish): void {
  // So that words after the program's name are the program's, with or without `--`.
  command.parent?.enablePositionalOptions();
  command
    .passThroughOptions()
    .usage('[options] -- <program> [arguments...]')
    .argument('<program>', 'the program to run')
    .argument('[arguments...]', 'its arguments')
    .option('--out <directory>', 'where the recording goes (default: a new directory below runs/)')
    .option('--title <text>', 'name of the run (default: the program)');
  addRecordingOptions(command)
    .option('--watch', "show the dashboard; the program's output goes to output.log in the recording")
    .option('--json', "print one JSON object at the end; the program's stdout goes to stderr")
    .addHelpText('before', examples)
    .action(async (program: string, words: readonly string[], options: RunOptions) => {
      finish(await run([program, ...words], options, finish));
    });
}

const examples = `Examples:
  warpwatch run -- python train.py
  warpwatch run --metric 'loss=(\\S+)' --watch -- python train.py
  warpwatch run --kernels summary --limit 500MB -- torchrun --nproc-per-node 8 train.py
`;

async function run(command: readonly string[], options: RunOptions, finish: Finish): Promise<number> {
  const program = findProgram(command[0] ?? '', process.env);
  if ('why' in program) {
    tell(program.why);
    if (options.json)
      print({
        command,
        exitCode: program.exitCode,
        signal: null,
        recording: null,
        streams: 0,
        processes: [],
        notes: [program.why],
      });
    return program.exitCode;
  }
  const run = await runProgram({
    command,
    program,
    directory: options.out ?? null,
    title: options.title,
    options,
    mustRecord: false,
    json: options.json === true,
    log: options.watch === true,
    show: options.watch ? (shown) => showRun(shown, { json: options.json === true, tell }) : null,
    tell,
  });
  if (run.hangs) finish.withHangingCall();
  tellEnd(run, program.obstacles, command, options.json === true);
  return run.end.exitCode;
}

function tellEnd(
  run: ProgramEnd,
  obstacles: readonly string[],
  command: readonly string[],
  json: boolean,
): void {
  const { end, directory } = run;
  const notes: string[] = end.exitCode === 0 ? [] : [howItEnded(end)];
  const judged = directory === null ? null : judgeKernels(directory, run, obstacles);
  if (directory !== null && judged !== null) {
    const { bytes } = judged;
    const timeline = bytes > mostReadBytes ? tooLarge(bytes, directory, notes) : readOr(directory, notes);
    if (end.whyNot === null) notes.push(...judged.sentences);
    if (timeline !== null && !json) process.stderr.write(`\n${reportText(buildReport(timeline))}\n`);
  }
  for (const note of notes) tell(note);
  if (directory !== null) process.stderr.write(`recording ${directory}\n`);
  if (json)
    print({
      command,
      exitCode: end.exitCode,
      signal: end.signal,
      recording: directory,
      streams: judged?.streams ?? 0,
      processes: judged?.processes ?? [],
      notes,
    });
}

function tooLarge(bytes: number, directory: string, notes: string[]): null {
  notes.push(`The recording has ${byteSize(bytes)}: read it with warpwatch report ${directory}.`);
  return null;
}

/** The program has run; that its recording cannot be read is a sentence, not a failure of the program. */
function readOr(directory: string, notes: string[]): Timeline | null {
  try {
    return readRecording(directory);
  } catch (error) {
    notes.push(`The recording cannot be read: ${messageOf(error)}`);
    return null;
  }
}

interface RunJson {
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly signal: string | null;
  readonly recording: string | null;
  readonly streams: number;
  readonly processes: readonly ProcessVerdict[];
  readonly notes: readonly string[];
}

function print(value: RunJson): void {
  process.stdout.write(`${JSON.stringify({ schema: runSchema, ...value }, null, 2)}\n`);
}

function tell(sentence: string): void {
  process.stderr.write(`warpwatch: ${sentence}\n`);
}
