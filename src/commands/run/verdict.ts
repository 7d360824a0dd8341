import { plural } from '../../model/numbers.ts';
import { type AgentStreams, countStreams, type StreamCount } from './agent-streams.ts';
import type { GpuLibrary, ProcessTree, SeenProcess } from './process-tree.ts';
import type { ProgramEnd } from './run-program.ts';

/** A process of the program: whether its kernels are recorded, and if not, why. */
export interface ProcessVerdict {
  readonly pid: number;
  /** Its name as the system has it; '' where it was not seen alive. */
  readonly program: string;
  readonly libraries: readonly GpuLibrary[];
  /** What it ran on devices is in the recording. */
  readonly kernels: boolean;
  /** Why not, or why not all; '' where nothing is missing. */
  readonly why: string;
}

/** What a recording has of the kernels of a program, and what a person must know of it. */
export interface KernelVerdict extends StreamCount {
  readonly processes: readonly ProcessVerdict[];
  /** Empty where all is as it should be. */
  readonly sentences: readonly string[];
}

/**
 * Judges a run that was recorded.
 * @param obstacles what was seen of the program's file before it started
 */
export function judgeKernels(
  directory: string,
  { tree, noAgent }: Pick<ProgramEnd, 'tree' | 'noAgent'>,
  obstacles: readonly string[],
): KernelVerdict {
  const counted = countStreams(directory);
  const looked = tree ?? { seen: new Map(), looks: 0 };
  const processes = judgeProcesses(looked.seen, counted.agents, noAgent);
  const { agents } = counted;
  return {
    ...counted,
    processes,
    sentences: kernelSentences({ tree: looked, processes, obstacles, noAgent, agents }),
  };
}

/** Each process that was seen or has a stream, by pid. */
export function judgeProcesses(
  seen: ReadonlyMap<number, SeenProcess>,
  agents: ReadonlyMap<number, AgentStreams>,
  noAgent: string | null,
): ProcessVerdict[] {
  const pids = [...new Set([...seen.keys(), ...agents.keys()])].sort((a, b) => a - b);
  return pids.map((pid) => {
    const process = seen.get(pid);
    const streams = agents.get(pid);
    return {
      pid,
      program: process?.program ?? '',
      libraries: [...(process?.libraries ?? [])],
      kernels: streams?.work === true,
      why: streams === undefined ? whyNoStream(process, noAgent) : whyNoWork(streams),
    };
  });
}

function whyNoWork({ work, whys }: AgentStreams): string {
  if (whys.length > 0) return whys.join(' ');
  return work ? '' : 'It initialised CUDA, and nothing of it ran on a device.';
}

function whyNoStream(process: SeenProcess | undefined, noAgent: string | null): string {
  if (process === undefined) return '';
  return noAgentFor(process.libraries, noAgent) ?? whyNot(process.libraries, process.agent);
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
  readonly agents: ReadonlyMap<number, AgentStreams>;
  readonly obstacles: readonly string[];
  readonly noAgent: string | null;
}): string[] {
  const { processes } = options;
  if (!processes.some(({ kernels }) => kernels)) return [`No kernels were recorded. ${whyNone(options)}`];
  const missing = new Set(
    processes
      .filter(({ libraries, kernels, why }) => (kernels || libraries.includes('libcuda')) && why !== '')
      .map(({ why }) => why),
  );
  return [...missing].map((why) => `Kernels are missing: ${why}`);
}

function whyNone(options: Parameters<typeof kernelSentences>[0]): string {
  const { tree, processes, obstacles, noAgent } = options;
  // What the agent said first, then what was seen.
  const used =
    processes.find(({ pid }) => options.agents.has(pid)) ??
    processes.find(({ libraries }) => libraries.length > 0);
  if (used !== undefined) return used.why;
  const agentToo = noAgent === null ? '' : ` ${noAgent}`;
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return `${obstacle}${agentToo}`;
  if (tree.looks === 0) return `The program ended before it could be looked at.${agentToo}`;
  return `The program never used CUDA: ${plural(tree.seen.size, 'process', 'processes')} of it loaded no GPU library while looked at (libcuda.so.1, libamdhip64, libtpu).${agentToo}`;
}
