import { type Workload, type WorkloadOptions, workloads } from '../../../workloads/index.ts';
import { WarpwatchError } from '../../model/errors.ts';
import { textsOf } from '../declared-options.ts';

/** Workloads that replicas can train. */
export const benchWorkloads: readonly Workload[] = workloads.filter(({ infersOnly }) => infersOnly !== true);

export const defaultWorkload = 'resnet';
const workloadFlag = '--workload';
const commandsMark = '--';
const versusMark = '--vs';

/** Words before `--`, which are options of `bench`. */
export function ownWords(words: readonly string[]): readonly string[] {
  const at = words.indexOf(commandsMark);
  return at === -1 ? words : words.slice(0, at);
}

/** The workload that is named among words as typed, so that its options are known; the default where none is. */
export function workloadIn(words: readonly string[]): Workload | undefined {
  const own = ownWords(words);
  const at = own.indexOf(workloadFlag);
  const joined = own.find((word) => word.startsWith(`${workloadFlag}=`));
  const name = at === -1 ? joined?.slice(workloadFlag.length + 1) : own[at + 1];
  return workloads.find((workload) => workload.name === (name ?? defaultWorkload));
}

/**
 * The workload of that name.
 * @throws WarpwatchError `usage` where there is none, or where nothing is trained
 */
export function findTrained(name: string): Workload {
  const workload = benchWorkloads.find((candidate) => candidate.name === name);
  if (workload !== undefined) return workload;
  const names = benchWorkloads.map((candidate) => candidate.name).join(', ');
  const why = workloads.some((candidate) => candidate.name === name)
    ? `The workload ${name} trains nothing that replicas could share`
    : `There is no workload "${name}"`;
  throw new WarpwatchError('usage', `${why}; choose one of ${names}.`);
}

/**
 * Options of a workload that have a default of their own here: steps enough for a rate beyond the noise in some minutes of all
 * runs together, samples enough to tell accuracies apart by some percent; a seed that rounds count from.
 */
const ownDefaults: Readonly<Record<string, string>> = { steps: '30', evalSamples: '256', seed: '1' };

/** Options of a workload here: a run is as long as its steps, and checkpoints are what is evaluated. */
export function optionsOf(workload: Workload): WorkloadOptions {
  const { seconds: _seconds, evaluateEvery: _evaluateEvery, ...taken } = workload.options;
  return Object.fromEntries(
    Object.entries(taken).map(([key, option]) => [
      key,
      { ...option, defaultText: ownDefaults[key] ?? option.defaultText },
    ]),
  );
}

/** What a workload is told: the texts that were given, and what has a default here. */
export function textsFor(
  workload: Workload,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return { ...ownDefaults, ...textsOf(optionsOf(workload), given) };
}

/**
 * The two commands among words as typed; null where there is no `--`.
 * @throws WarpwatchError `usage` where one is missing
 */
export function commandsIn(words: readonly string[]): readonly [readonly string[], readonly string[]] | null {
  const at = words.indexOf(commandsMark);
  if (at === -1) return null;
  const after = words.slice(at + 1);
  const between = after.indexOf(versusMark);
  const [a, b] = [after.slice(0, between === -1 ? undefined : between), after.slice(between + 1)];
  if (between === -1 || a.length === 0 || b.length === 0)
    throw new WarpwatchError(
      'usage',
      `Two commands are compared, with ${versusMark} between them: warpwatch bench -- python a.py ${versusMark} python b.py`,
    );
  return [a, b];
}
