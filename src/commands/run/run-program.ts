import { closeSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { agentPath } from '../../../collectors/cupti/agent-path.ts';
import { cpuDevice } from '../../../collectors/host/cpu-device.ts';
import { OutputCollector } from '../../../collectors/output/index.ts';
import { startTensorboardCollector } from '../../../collectors/tfevents/index.ts';
import { defaultDirectory } from '../../../collectors/tfjs/recording-place.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { programMark } from '../../model/training.ts';
import { makeDirectory } from '../../recording/make-directory.ts';
import { describeRun } from '../../recording/manifest.ts';
import { createRecording, openStream } from '../../recording/recording.ts';
import type { StreamWriter } from '../../recording/stream-writer.ts';
import { startTelemetry, type Telemetry } from '../telemetry.ts';
import { warpwatchVersion } from '../version.ts';
import { type ChildEnd, startChild } from './child.ts';
import { otherProfiler, withAgent } from './environment.ts';
import type { RecordingOptions } from './options.ts';
import { openOutputLog, outputLogFile, planOutput } from './output.ts';
import { ProcessTree } from './process-tree.ts';
import type { Program } from './program.ts';

export interface ProgramRequest {
  readonly command: readonly string[];
  readonly program: Program;
  /** Directory of the recording, or null for a new one below runs/. */
  readonly directory: string | null;
  readonly title: string | undefined;
  readonly options: RecordingOptions;
  /** Without a recording there is no use in running it. */
  readonly mustRecord: boolean;
  /** stdout of warpwatch belongs to its JSON: the program's goes to stderr. */
  readonly json: boolean;
  /** Its output goes to `outputLogFile` in the recording, and it has no stdin. */
  readonly log: boolean;
  /** Shows the run while it lasts. */
  readonly show: ((run: ShownRun) => Promise<void>) | null;
  readonly tell: (sentence: string) => void;
}

/** A run as a dashboard sees it. */
export interface ShownRun {
  readonly directory: string;
  readonly outputLog: string;
  end(): ChildEnd | null;
  readonly ended: Promise<ChildEnd>;
  signal(signal: NodeJS.Signals): void;
}

export interface ProgramEnd {
  readonly end: ChildEnd;
  /** Null where it could not be made: the program ran without. */
  readonly directory: string | null;
  readonly tree: ProcessTree | null;
  /** Why the agent was not given to the program, or null. */
  readonly noAgent: string | null;
  readonly hangs: boolean;
}

/** The producers of this process, in one recording. */
interface Producers {
  readonly directory: string;
  readonly telemetry: Telemetry;
  readonly output: StreamWriter | null;
  readonly tensorboard: Awaited<ReturnType<typeof startTensorboardCollector>> | null;
}

/**
 * Runs a program to its end, recorded. Unless it must be recorded, it runs even where no recording can be made.
 * @throws WarpwatchError `exists` where the directory holds a recording already; the program is not started then. Where it must be
 * recorded, also as `createRecording`
 */
export async function runProgram(request: ProgramRequest): Promise<ProgramEnd> {
  const { options } = request;
  const producers = startProducers(request);
  const directory = producers?.directory ?? null;
  const agent = agentFor(request);
  const env =
    directory === null || 'why' in agent
      ? process.env
      : withAgent(process.env, {
          agent: agent.path,
          recording: resolve(directory),
          kernels: options.kernels,
          limitBytes: options.limit,
          stepPattern: options.step,
          libcupti: options.libcupti,
        });
  const collector = producers?.output ? new OutputCollector(producers.output, options.metric ?? []) : null;
  const outputLog = join(directory ?? '', outputLogFile);
  const log = directory !== null && request.log ? openOutputLog(outputLog) : null;
  const plan = planOutput({
    stdout: log ?? (request.json ? 2 : 1),
    stderr: log ?? 2,
    collector,
    stdin: log === null ? 'inherit' : 'ignore',
    terminal: log === null && !request.json,
    tell: request.tell,
  });
  const startedMs = performance.now();
  const child = startChild(request.program.path, request.command, env, [plan.stdin, ...plan.stdio]);
  const tree = child.program.pid === undefined ? null : new ProcessTree(child.program.pid);
  const passed = plan.connect(child);
  if (request.show !== null && directory !== null) {
    await request.show({
      directory,
      outputLog,
      end: () => child.end,
      ended: child.ended,
      signal: (signal) => void child.program.kill(signal),
    });
  }
  const end = await child.ended;
  tree?.stop();
  // What descendants hold open may go on for long; it is waited for as a shell's pipe would.
  await passed;
  if (log !== null) closeSync(log);
  collector?.finish();
  const durationNs = (performance.now() - startedMs) * 1e6;
  const hangs = await stopProducers(producers, end);
  if (directory !== null && end.whyNot === null) {
    await tellProgram(directory, request.command, end, durationNs);
  }
  return { end, directory, tree, noAgent: 'why' in agent ? agent.why : null, hangs };
}

function agentFor({ command }: ProgramRequest): ReturnType<typeof agentPath> {
  const other = otherProfiler(process.env, command);
  return other === null ? agentPath() : { why: other };
}

function startProducers(request: ProgramRequest): Producers | null {
  const { metric = [], tensorboard = [], dcgm } = request.options;
  const title = request.title ?? basename(request.command[0] ?? 'run');
  const versions = { warpwatch: warpwatchVersion() };
  const manifest = describeRun(title, request.command, versions, [cpuDevice()]);
  const directory = request.directory ?? defaultDirectory(title, manifest.run.createdAt);
  try {
    makeDirectory(directory);
    createRecording(directory, manifest);
    const telemetry = startTelemetry(directory);
    void telemetry.sampleGpus(dcgm === undefined ? {} : { dcgm });
    return {
      directory,
      telemetry,
      output: metric.length === 0 ? null : openStream(directory, 'output', 'loop'),
      tensorboard:
        tensorboard.length === 0
          ? null
          : startTensorboardCollector(openStream(directory, 'tfevents', 'loop'), tensorboard),
    };
  } catch (error) {
    if (!(error instanceof WarpwatchError)) throw error;
    // The recording names the option of other verbs.
    const message = error.message.replaceAll('--record', '--out');
    if (error.code === 'exists' || request.mustRecord)
      throw new WarpwatchError(error.code, message, { cause: error });
    request.tell(`${message} The program runs without a recording.`);
    return null;
  }
}

async function stopProducers(producers: Producers | null, end: ChildEnd): Promise<boolean> {
  if (producers === null) return false;
  const { telemetry, output, tensorboard } = producers;
  const outcome = end.exitCode === 0 ? 'ended' : 'failed';
  const message = end.exitCode === 0 ? '' : howItEnded(end);
  await output?.close(outcome, message);
  await tensorboard?.stop();
  return telemetry.stop();
}

/** The program as a range, and how it ended, in a stream of its own: written at the end, since it says nothing before. */
async function tellProgram(
  directory: string,
  command: readonly string[],
  end: ChildEnd,
  durationNs: number,
): Promise<void> {
  try {
    const writer = openStream(directory, 'run', 'loop');
    const endNs = writer.now();
    writer.mark({ name: programMark, text: command.join(' '), startNs: endNs - durationNs, endNs });
    const failed = end.exitCode !== 0;
    await writer.close(failed ? 'failed' : 'ended', failed ? howItEnded(end) : '');
  } catch (error) {
    // The directory has gone or is full: the program has ended well all the same.
    if (!(error instanceof WarpwatchError)) throw error;
  }
}

/** A failure in words. */
export function howItEnded({ exitCode, signal, whyNot }: ChildEnd): string {
  if (whyNot !== null) return whyNot;
  return signal === null
    ? `The program ended with exit code ${exitCode}.`
    : `The program was ended by ${signal}.`;
}
