import { availableParallelism } from 'node:os';
import { type Command, Option } from 'commander';
import { canDrawScreen, plainLine } from '../../../dashboards/terminal/plain.ts';
import { backends } from '../../../workloads/backends/index.ts';
import {
  modeSettings,
  modeSummaries,
  parallelOptions,
} from '../../../workloads/parallel/parallel-options.ts';
import { numberOption, parseOptions } from '../../../workloads/training/options.ts';
import { readBench } from '../../analysis/bench/read.ts';
import { exitCodes } from '../../model/errors.ts';
import type { Finish } from '../command.ts';
import { declareOptions, textsOf } from '../declared-options.ts';
import { parseCount } from '../report.ts';
import { type Plain, plainIntervalMs, signalExitCodes } from '../watch.ts';
import {
  type BenchOptions,
  comparedModes,
  onLossChoices,
  parseAdapters,
  parseDeadline,
  parseModes,
  parseReplicaFaults,
  parseReplicas,
  parseStragglers,
} from './options.ts';
import { addOutputOptions, type OutputOptions, tellNotes, tellResult } from './output-options.ts';
import { makeBenchPlace } from './place.ts';
import { defaultRounds } from './plan.ts';
import { type BenchAsked, type Prepared, prepareBench } from './prepare.ts';
import { startInProcess } from './run.ts';
import { type BenchEnd, type Hosts, runBench } from './run-bench.ts';
import { benchWorkloads, defaultWorkload, findTrained, optionsOf, textsFor, workloadIn } from './words.ts';

const checkpointOptions = {
  checkpoints: numberOption(
    {
      flag: '--checkpoints',
      placeholder: 'count',
      description: 'how often parameters are kept, to be evaluated after the training; 0 for never',
    },
    { min: 0, max: 1000, whole: true },
    4,
  ),
};

/** `bench`: replicas of ours, in processes of their own, watched from this one. */
export function declareTraining(command: Command, words: readonly string[], finish: Finish): void {
  const workload = workloadIn(words);
  const names = benchWorkloads.map(({ name }) => name).join(', ');
  const modes = comparedModes.map((name) => `${name}: ${modeSummaries[name]}`).join('; ');
  command
    .option('--workload <name>', `what is trained: ${names}`, defaultWorkload)
    .option(
      '--replicas <counts>',
      'numbers of replicas, beside one alone (default: 1,2 where there are cores for two)',
      parseReplicas,
    )
    .addOption(
      new Option('--modes <names>', modes).argParser(parseModes).default(['sync', 'async'], 'sync,async'),
    )
    .option('--rounds <count>', 'how often each is run, by turns', parseCount, defaultRounds)
    .addOption(
      new Option('--transport <name>', 'what replicas share: memory of one machine, or MPI under mpirun')
        .choices(['shared-memory', 'mpi'])
        .default('shared-memory'),
    )
    .addOption(
      new Option('--backend <name>', 'what computes')
        .choices(['auto', ...backends.map(({ id }) => id)])
        .default('auto'),
    )
    .option(
      '--threads <count>',
      'threads of each replica (default: cores over the highest number of replicas)',
      parseCount,
    )
    .option(
      '--adapter <names>',
      'GPUs of the webgpu backend, of one replica after the other, such as 0,1',
      parseAdapters,
    )
    .option(
      '--straggler <replica:factor>',
      'slow a replica to so many times its computing time, such as 1:2.0; may be repeated',
      parseStragglers,
    )
    .option(
      '--fault-replica <replica:kind@step>',
      'have a replica crash or hang on purpose, such as 1:crash@10; may be repeated',
      parseReplicaFaults,
    )
    .addOption(
      new Option('--on-loss <answer>', 'what the others do where one is lost; async goes on in any case')
        .choices(onLossChoices)
        .default('stop'),
    )
    .option('--deadline <seconds>', 'a replica without a sign of life for so long is lost', parseDeadline, 60)
    .addOption(
      new Option('--kernels <choice>', 'record each kernel; it costs about a percent of the speed')
        .choices(['on', 'off'])
        .default('off'),
    )
    .option('--record <directory>', 'where the recordings go (default: a new directory below runs/)')
    .option('--plain', 'print lines instead of the dashboard');
  addOutputOptions(command);
  declareOptions(command, { ...checkpointOptions, ...parallelOptions });
  if (workload !== undefined) declareOptions(command, optionsOf(workload));
  command.action(async (options: TrainingOptions) => finish(await bench(options, words, finish)));
}

type TrainingOptions = BenchOptions & OutputOptions & Readonly<Record<string, unknown>>;

async function bench(options: TrainingOptions, words: readonly string[], finish: Finish): Promise<number> {
  const workload = findTrained(options.workload);
  const texts = textsFor(workload, options);
  workload.check(texts);
  const { checkpoints } = parseOptions(checkpointOptions, textsOf(checkpointOptions, options));
  const settings = modeSettings(parseOptions(parallelOptions, textsOf(parallelOptions, options)));
  const asked: BenchAsked = {
    options,
    workload: workload.name,
    texts,
    checkpoints,
    modeSettings: settings,
    cores: availableParallelism(),
  };
  const work = (prepared: Prepared, hosts: Hosts) => runAndTell(prepared, hosts, options, words, finish);
  if (options.transport === 'mpi') return (await import('./mpi/bench.ts')).benchOverMpi(asked, work, finish);
  return work(prepareBench(asked), { start: startInProcess, whyOver: () => null });
}

/** Runs what is prepared, in this process's sight, and tells the result. */
async function runAndTell(
  prepared: Prepared,
  hosts: Hosts,
  options: TrainingOptions,
  words: readonly string[],
  finish: Finish,
): Promise<number> {
  const { runs, notes, order } = prepared;
  tellNotes(notes);
  const commandLine = ['warpwatch', 'bench', ...words];
  const { directory } = makeBenchPlace(options.record ?? null, { ...prepared, command: commandLine });
  const end = await runBench({
    directory,
    command: commandLine,
    runs,
    rounds: options.rounds,
    order,
    ...hosts,
    plain: linesFor(options),
    withHangingCall: finish.withHangingCall,
  });
  await tellResult(readBench(directory), options);
  tellNotes(end.notes);
  return exitCodeOf(end);
}

/** Lines say which run they are of; on stderr where stdout is for the result alone. */
function linesFor({ json, markdown, plain }: TrainingOptions): Plain | undefined {
  const dataOnly = json === true || markdown === true;
  if (!dataOnly && !plain && canDrawScreen(process.stdin, process.stdout, process.env)) return undefined;
  const output = dataOnly ? process.stderr : process.stdout;
  return {
    intervalMs: plainIntervalMs,
    print: (snapshot) => void output.write(`${snapshot.title} | ${plainLine(snapshot)}\n`),
  };
}

function exitCodeOf({ signal, failed }: BenchEnd): number {
  if (signal !== null) return signalExitCodes[signal];
  return failed ? exitCodes.failed : exitCodes.ok;
}
