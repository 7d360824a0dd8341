import type { ModeSettings } from '../../../workloads/parallel/mode.ts';
import { checkMode, describeMode } from '../../../workloads/parallel/parallel-options.ts';
import { checkSize } from '../../../workloads/parallel/transports/shared-memory/host.ts';
import type { BenchPlan } from '../../analysis/bench/plan.ts';
import type { GroupOrder } from './messages.ts';
import type { BenchOptions } from './options.ts';
import {
  checkReplicas,
  defaultReplicas,
  defaultThreads,
  planRuns,
  sharingNotes,
  type TrainingRun,
  warmUpStepsOf,
} from './plan.ts';

/** What is asked for, once it is held against the machine. */
export interface BenchAsked {
  readonly options: BenchOptions;
  readonly workload: string;
  /** Of the workload, those that have a default in a benchmark among them. */
  readonly texts: Readonly<Record<string, string>>;
  readonly checkpoints: number;
  readonly modeSettings: ModeSettings;
  /** Cores that may be used. */
  readonly cores: number;
}

export interface Prepared {
  readonly settings: BenchPlan['settings'];
  readonly runs: readonly TrainingRun[];
  readonly notes: readonly string[];
  /** What the replicas of a run are told, but for the directory of its recording. */
  order(run: TrainingRun): Omit<GroupOrder, 'directory'>;
}

/** @throws WarpwatchError `usage` where replicas are named that are not there, or a mode cannot do what is asked for */
export function prepareBench(asked: BenchAsked): Prepared {
  const { options, cores, modeSettings, texts } = asked;
  const steps = Number(texts['steps']);
  const { modes, rounds, transport, straggler: stragglers = [], faultReplica: faults = [] } = options;
  for (const mode of modes) checkMode(mode, modeSettings);
  const replicas = options.replicas ?? defaultReplicas(cores);
  const most = Math.max(...replicas);
  if (transport === 'shared-memory') checkSize(most);
  checkReplicas('--straggler', stragglers, most);
  checkReplicas('--fault-replica', faults, most);
  const threads = options.threads ?? defaultThreads(cores, most);
  const onGpu = options.adapter !== undefined || !['auto', 'wasm', 'cpu'].includes(options.backend);
  const adapters = options.adapter ?? [];
  const settings = { transport, steps, warmUpSteps: warmUpStepsOf(steps), rounds, stragglers };
  return {
    settings,
    runs: planRuns({ replicas, modes, rounds, describe: (mode) => describeMode(mode, modeSettings) }),
    notes: sharingNotes(most, threads, { cores, gpus: onGpu ? Math.max(1, adapters.length) : null }),
    order(run) {
      const ofRun = <T extends { readonly replica: number }>(entries: readonly T[]) =>
        run.replicas === 1 ? [] : entries.filter(({ replica }) => replica < run.replicas);
      return {
        work: {
          workload: asked.workload,
          texts: { ...texts, seed: seedOf(Number(texts['seed']), run.round) },
          backend: options.backend,
          threads,
        },
        adapters,
        parallel: {
          mode: run.mode,
          replicas: run.replicas,
          transport: run.replicas === 1 ? 'none' : transport,
          settings: run.modeSettings,
          stragglers: ofRun(stragglers),
        },
        modeSettings,
        checkpoints: asked.checkpoints,
        evaluationSamples: Number(texts['evalSamples']),
        faults: ofRun(faults),
        kernels: options.kernels === 'on',
        onLoss: run.mode === 'async' ? 'continue' : options.onLoss,
        deadlineSeconds: options.deadline,
      };
    },
  };
}

/** Each round has weights and samples of its own, all configurations of it the same: intervals tell of other seeds too. */
function seedOf(first: number, round: number): string {
  return String((first + round - 1) % 2 ** 32);
}
