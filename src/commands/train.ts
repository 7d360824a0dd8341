import { type Command, Option } from 'commander';
import { plainLine } from '../../dashboards/terminal/plain.ts';
import { wrap } from '../../dashboards/terminal/text/width.ts';
import { backends } from '../../workloads/backends/index.ts';
import { type Workload, workloads } from '../../workloads/index.ts';
import { exitCodes, WarpwatchError } from '../model/errors.ts';
import { readRecording } from '../recording/reader.ts';
import { buildReport } from '../report/build.ts';
import { summaryLines } from '../report/summary.ts';
import type { Finish } from './command.ts';
import { declareOptions, textsOf } from './declared-options.ts';
import { parseCount } from './report.ts';
import { type RunRequest, runTraining, type TrainingEnd } from './train/run.ts';
import { plainIntervalMs, signalExitCodes } from './watch.ts';

interface TrainOptions {
  readonly backend: string;
  readonly threads?: number;
  readonly adapter?: string;
  readonly record?: string;
  readonly json?: true;
  readonly plain?: true;
}

/** `train WORKLOAD`: a built-in training in a process of its own, watched from this one. */
export function declare(command: Command, words: readonly string[], finish: Finish): void {
  const names = workloads.map(({ name }) => name);
  command
    .addArgument(
      command
        .createArgument('<workload>', workloads.map(({ name, summary }) => `${name}: ${summary}`).join('; '))
        .choices(names),
    )
    .addOption(
      new Option('--backend <name>', 'what computes')
        .choices(['auto', ...backends.map(({ id }) => id)])
        .default('auto'),
    )
    .option('--threads <count>', 'threads of the backend (default: as many as there are cores)', parseCount)
    .option(
      '--adapter <name>',
      'GPU of the webgpu backend: its number or a part of its name in `warpwatch devices`',
    )
    .option('--record <directory>', 'where the recording goes (default: a new directory below runs/)')
    .option('--json', 'print the report as JSON at the end, and nothing else on stdout')
    .option('--plain', 'print lines instead of the dashboard');
  const workload = workloads.find(({ name }) => words.includes(name));
  command.addHelpText('before', examplesOf(workload));
  if (workload) declareOptions(command, workload.options);
  else command.addHelpText('after', '\nEach workload has options of its own: warpwatch train resnet --help');
  command.action(async (name: string, all: TrainOptions & Record<string, unknown>) => {
    finish(await train(find(name), all, words, finish));
  });
}

/** Of one workload its own; of all the first of each, after one that watches and one that reports. */
function examplesOf(workload: Workload | undefined): string {
  const lines = workload?.examples ?? [
    ...workloads.flatMap(({ examples }) => examples.slice(0, 1)),
    ['train resnet --steps 20 --record runs/first && warpwatch report runs/first', ''] as const,
  ];
  const width = Math.max(...lines.filter(([, about]) => about !== '').map(([words]) => words.length));
  return [
    'Examples:',
    ...lines.map(
      ([words, about]) => `  warpwatch ${about === '' ? words : `${words.padEnd(width)}  ${about}`}`,
    ),
    '',
  ].join('\n');
}

function find(name: string): Workload {
  const workload = workloads.find((candidate) => candidate.name === name);
  if (workload === undefined) throw new WarpwatchError('usage', `There is no workload "${name}".`);
  return workload;
}

async function train(
  workload: Workload,
  options: TrainOptions & Record<string, unknown>,
  words: readonly string[],
  finish: Finish,
): Promise<number> {
  const texts = textsOf(workload.options, options);
  // A wrong value is told before a process or a directory is made.
  workload.check(texts);
  const request: RunRequest = {
    workload: workload.name,
    texts,
    backend: options.backend,
    threads: options.threads ?? null,
    adapter: options.adapter ?? null,
    directory: options.record ?? null,
    command: ['warpwatch', 'train', ...words],
    plain: linesFor(options),
    withHangingCall: finish.withHangingCall,
  };
  const end = await runTraining(request);
  tell(end, options.json === true);
  return exitCodeOf(end);
}

function linesFor(options: TrainOptions): RunRequest['plain'] {
  if (!options.json && !options.plain) return undefined;
  const output = options.json ? process.stderr : process.stdout;
  return { intervalMs: plainIntervalMs, print: (snapshot) => void output.write(`${plainLine(snapshot)}\n`) };
}

/** The end of a run: the summary and the recording's path, and what was not as it should be on stderr. */
function tell(end: TrainingEnd, json: boolean): void {
  const report = buildReport(readRecording(end.directory));
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else
    process.stdout.write(`${[...wrapped(summaryLines(report)), `recording ${end.directory}`].join('\n')}\n`);
  for (const sentence of [...end.notes, ...end.complaints]) process.stderr.write(`warpwatch: ${sentence}\n`);
}

const labelWidth = 10;

/** On a terminal words stay whole, and lines that go on stand below their text; a file gets each line as it is. */
function wrapped(lines: readonly string[]): readonly string[] {
  const { isTTY, columns } = process.stdout;
  if (!isTTY || !(columns > 2 * labelWidth)) return lines;
  return lines.flatMap((line) =>
    wrap(line.slice(labelWidth), columns - labelWidth).map(
      (part, at) => `${at === 0 ? line.slice(0, labelWidth) : ' '.repeat(labelWidth)}${part}`,
    ),
  );
}

function exitCodeOf(end: TrainingEnd): number {
  if (end.signal !== null) return signalExitCodes[end.signal];
  return end.complaints.length > 0 ? exitCodes.failed : exitCodes.ok;
}
