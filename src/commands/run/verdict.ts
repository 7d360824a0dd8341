import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../../model/numbers.ts';
import type { Timeline } from '../../model/timeline.ts';
import { streamExtension } from '../../recording/format.ts';
import type { GpuLibrary, ProcessTree, SeenProcess } from './process-tree.ts';

/** A process of the program: whether its kernels are recorded, and if not, why. */
export interface ProcessVerdict {
  readonly pid: number;
  readonly program: string;
  readonly libraries: readonly GpuLibrary[];
  /** It has a stream of kernels in the recording. */
  readonly recorded: boolean;
  /** Why not; '' where it is recorded. */
  readonly why: string;
}

export interface StreamCount {
  readonly streams: number;
  readonly bytes: number;
  /** Processes with streams of the agent. */
  readonly recorded: ReadonlySet<number>;
}

/** More streams than this open slowly, and may be more than a process may have open. */
const manyStreams = 500;

/** What streams are in a recording. */
export function countStreams(directory: string): StreamCount {
  const files = readdirSync(directory).filter((file) => file.endsWith(streamExtension));
  const sizes = files.map((file) => statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0);
  const pids = files.flatMap((file) => /^cupti-(\d+)/.exec(file)?.[1] ?? []).map(Number);
  return {
    streams: files.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    recorded: new Set(pids),
  };
}

/** Each process that was seen or has a stream, the first first. */
export function judgeProcesses(
  seen: ReadonlyMap<number, SeenProcess>,
  recorded: ReadonlySet<number>,
  noAgent: string | null,
): ProcessVerdict[] {
  const known = [...seen.values()].map(({ pid, program, libraries, agent }) => ({
    pid,
    program,
    libraries: [...libraries],
    recorded: recorded.has(pid),
    why: recorded.has(pid) ? '' : (noAgentFor(libraries, noAgent) ?? whyNot(libraries, agent)),
  }));
  const unseen = [...recorded].filter((pid) => !seen.has(pid));
  return [
    ...known,
    ...unseen.map((pid) => ({ pid, program: '', libraries: [], recorded: true, why: '' })),
  ].sort((a, b) => a.pid - b.pid);
}

function noAgentFor(libraries: ReadonlySet<GpuLibrary>, noAgent: string | null): string | null {
  return libraries.has('libcuda') ? noAgent : null;
}

function whyNot(libraries: ReadonlySet<GpuLibrary>, agent: boolean): string {
  if (agent)
    return 'The agent was loaded and wrote no stream: the recording may not be writable for this process.';
  if (libraries.has('libcuda')) {
    return 'libcuda.so.1 was loaded, the agent was not: CUDA was never initialised, or the variable CUDA_INJECTION64_PATH was lost on the way.';
  }
  if (libraries.has('libamdhip64'))
    return "It used AMD's HIP (libamdhip64): kernels are recorded for CUDA only.";
  if (libraries.has('libtpu')) return 'It used a TPU (libtpu): kernels are recorded for CUDA only.';
  return 'It loaded no GPU library while it was looked at (libcuda.so.1, libamdhip64, libtpu).';
}

/** What a person must know of the kernels of a run; empty where all is as it should be. */
export function kernelSentences(options: {
  readonly tree: Pick<ProcessTree, 'seen' | 'looks'>;
  readonly processes: readonly ProcessVerdict[];
  readonly streams: number;
  readonly obstacles: readonly string[];
  readonly noAgent: string | null;
  /** Null where the recording was too large to be read, or could not be. */
  readonly timeline: Timeline | null;
}): string[] {
  const { processes, streams, timeline } = options;
  const many =
    streams > manyStreams
      ? [
          `The recording has ${plural(streams, 'stream')}, one for each process that used CUDA: readers take long to open it.`,
        ]
      : [];
  const recorded = processes.some((process) => process.recorded);
  if (!recorded) return [...many, `No kernels were recorded. ${whyNone(options)}`];
  if (timeline === null) return many;
  const absent = timeline.absences.filter(({ device, metric }) => device === null && metric === 'kernels');
  const whys = new Set(absent.map(({ why }) => why));
  if (whys.size > 0) return [...many, ...[...whys].map((why) => `Kernels are missing: ${why}`)];
  const kernels = timeline.launches.some(({ kind }) => kind === 'kernel');
  return kernels ? many : [...many, 'CUDA was initialised, and no kernel ran.'];
}

function whyNone(options: Parameters<typeof kernelSentences>[0]): string {
  const { tree, processes, obstacles, noAgent } = options;
  const used = processes.find(({ libraries }) => libraries.length > 0);
  if (used !== undefined) return used.why;
  const agentToo = noAgent === null ? '' : ` ${noAgent}`;
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return `${obstacle}${agentToo}`;
  if (tree.looks === 0) return `The program ended before it could be looked at.${agentToo}`;
  return `The program never used CUDA: ${plural(tree.seen.size, 'process', 'processes')} of it loaded no GPU library while looked at (libcuda.so.1, libamdhip64, libtpu).${agentToo}`;
}
