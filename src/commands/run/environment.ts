import { basename } from 'node:path';
import type { KernelMode } from './options.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the agent is told; its variables are the interface between `run` and the agent. */
export interface AgentSettings {
  readonly agent: string;
  /** Absolute. */
  readonly recording: string;
  readonly kernels: KernelMode;
  readonly limitBytes: number | undefined;
  readonly stepPattern: string | undefined;
  readonly libcupti: string | undefined;
}

const injection = 'CUDA_INJECTION64_PATH';
const nvtxInjection = 'NVTX_INJECTION64_PATH';
/** Set by Nsight Systems, Nsight Compute and their launchers in the programs that they watch. */
const profilerVariables =
  /^(?:NSYS_PROFILING_|QUADD_INJECTION_|NV_NSIGHT_INJECTION_|NVPROF_ID$|NV_TPS_LAUNCH_|NV_COMPUTE_PROFILER_)/;
const profilerLibraries = /ToolsInjection|TreeLauncher|nsight/i;
/** Programs that put their own library into the program that they start. */
const profilers = new Set(['nsys', 'ncu', 'nvprof', 'compute-sanitizer', 'cuda-gdb']);

/** Why a profiler has the program already, so that the agent must stay away, or null. */
export function otherProfiler(environment: Environment, command: readonly string[]): string | null {
  const own = environment[injection];
  if (own !== undefined && own !== '') {
    return `${injection} is set to ${own} already: another profiler watches this program, and CUDA takes one; unset it to record kernels.`;
  }
  const variable = Object.keys(environment).find((name) => profilerVariables.test(name));
  const seen =
    variable ?? (profilerLibraries.test(environment['LD_PRELOAD'] ?? '') ? 'LD_PRELOAD' : undefined);
  if (seen !== undefined) {
    return `${seen} in the environment says that an NVIDIA profiler watches this program already: start warpwatch without it to record kernels.`;
  }
  const name = basename(command[0] ?? '');
  if (profilers.has(name)) {
    return `${name} puts a library of its own into the program, and CUDA takes one; run the program without ${name} to record kernels.`;
  }
  return null;
}

/** The environment of a program that the agent watches. */
export function withAgent(environment: Environment, settings: AgentSettings): NodeJS.ProcessEnv {
  const { agent, recording, kernels, limitBytes, stepPattern, libcupti } = settings;
  const nvtx = environment[nvtxInjection];
  return {
    ...environment,
    [injection]: agent,
    // A library that somebody chose for NVTX stays.
    [nvtxInjection]: nvtx === undefined || nvtx === '' ? agent : nvtx,
    WARPWATCH_RECORDING: recording,
    WARPWATCH_KERNELS: kernels.mode,
    ...(kernels.onNs === undefined || kernels.periodNs === undefined
      ? {}
      : { WARPWATCH_WINDOW_NS: `${kernels.onNs}/${kernels.periodNs}` }),
    ...(limitBytes === undefined ? {} : { WARPWATCH_LIMIT_BYTES: String(limitBytes) }),
    ...(stepPattern === undefined ? {} : { WARPWATCH_STEP_PATTERN: stepPattern }),
    ...(libcupti === undefined ? {} : { WARPWATCH_LIBCUPTI: libcupti }),
  };
}
