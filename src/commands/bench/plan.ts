import type { PlannedRun } from '../../analysis/bench/plan.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { plural } from '../../model/numbers.ts';
import type { ModeName } from '../../model/parallel.ts';
import type { ComparedMode } from './options.ts';

/** How often each is run: the fewest from which an interval can be told. */
export const defaultRounds = 3;

/** A run of replicas of ours. */
export interface TrainingRun extends PlannedRun {
  readonly mode: ModeName;
}

export interface RunsAsked {
  readonly replicas: readonly number[];
  readonly modes: readonly ComparedMode[];
  readonly rounds: number;
  /** Settings of a mode, in words. */
  describe(mode: ComparedMode): string;
}

/**
 * The runs in their order: each round has all configurations, every other round backwards, so that a machine that slows down
 * over time slows all of them alike. One replica alone is always among them, since efficiency is held against it.
 */
export function planRuns({ replicas, modes, rounds, describe }: RunsAsked): readonly TrainingRun[] {
  const several = replicas.filter((count) => count > 1);
  const configurations: readonly Omit<TrainingRun, 'recording' | 'round'>[] = [
    { label: 'single', mode: 'single', replicas: 1, modeSettings: '' },
    ...several.flatMap((count) =>
      modes.map((mode) => ({
        label: `${mode}, ${count} replicas`,
        mode,
        replicas: count,
        modeSettings: describe(mode),
      })),
    ),
  ];
  return Array.from({ length: rounds }, (_, at) => at + 1).flatMap((round) =>
    (round % 2 === 1 ? configurations : configurations.toReversed()).map((configuration) => ({
      ...configuration,
      recording: `${configuration.mode}-${configuration.replicas}.${round}`,
      round,
    })),
  );
}

/** What a person reads over a run: which of how many it is. */
export function titleOf(runs: readonly PlannedRun[], at: number, rounds: number): string {
  const run = runs[at];
  if (run === undefined) throw new RangeError(`there is no run ${at}`);
  return `bench ${run.label}, round ${run.round} of ${rounds} (${at + 1} of ${runs.length})`;
}

/** Steps at the start that no rate counts: the first run kernels for the first time and fill caches. */
export function warmUpStepsOf(steps: number): number {
  return Math.min(5, Math.floor(steps / 3));
}

/** The numbers of replicas where nobody says: one and two, where the machine has cores for two. */
export function defaultReplicas(cores: number): readonly number[] {
  return cores > 1 ? [1, 2] : [1];
}

/** The same for all numbers of replicas, so that efficiency compares replicas that are alike. */
export function defaultThreads(cores: number, mostReplicas: number): number {
  return Math.max(1, Math.floor(cores / mostReplicas));
}

/**
 * Holds replicas that are to be slowed, or to go wrong, against those that there are.
 * @throws WarpwatchError `usage`
 */
export function checkReplicas(
  flag: string,
  entries: readonly { readonly replica: number }[],
  mostReplicas: number,
): void {
  const missing = entries.find(({ replica }) => replica >= mostReplicas);
  if (missing === undefined) return;
  const there =
    mostReplicas === 1 ? 'and there is one alone' : `and they are numbered 0 to ${mostReplicas - 1}`;
  throw new WarpwatchError('usage', `${flag} names replica ${missing.replica}, ${there}; see --replicas.`);
}

export interface Machine {
  readonly cores: number;
  /** GPUs to compute on; null where replicas compute on the processor. */
  readonly gpus: number | null;
}

/** Sentences on what replicas have to share; efficiency then tells of that and not of the mode alone. */
export function sharingNotes(mostReplicas: number, threads: number, machine: Machine): readonly string[] {
  const { cores, gpus } = machine;
  if (gpus !== null) {
    if (mostReplicas <= gpus) return [];
    return [
      `There are ${mostReplicas} replicas and ${plural(gpus, 'GPU')} to compute on: replicas share, so that ` +
        'their efficiency is that of a shared GPU; name more with --adapter.',
    ];
  }
  const each = plural(threads, 'thread');
  if (mostReplicas * threads <= cores) return [];
  return [
    `There are ${mostReplicas} replicas of ${each} and ${plural(cores, 'core')} here: replicas share cores, so that ` +
      'their efficiency is that of shared cores.',
  ];
}
