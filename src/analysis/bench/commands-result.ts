import { plural } from '../../model/numbers.ts';
import { type CommandRound, endedRuns } from './command-round.ts';
import { commandRun } from './commands.ts';
import { commandsVerdict } from './commands-verdict.ts';
import { equalPoints } from './equal-points.ts';
import type { BenchPlan } from './plan.ts';
import type { BenchResult, BenchSettings } from './result.ts';

/**
 * What the runs of two commands say together.
 * @param rounds what each run of the plan gave, in its order
 * @param path where the recordings are
 */
export function commandsResult(plan: BenchPlan, rounds: readonly CommandRound[], path: string): BenchResult {
  const labels = [...new Set(plan.runs.map(({ label }) => label))];
  const sides = labels.map((label) => ({ label, rounds: rounds.filter(({ run }) => run.label === label) }));
  const ended = endedRuns(rounds);
  // A time that one has not come to with an evaluation is none for both.
  const equal = ended.every(({ accuracy }) => accuracy.length > 0) ? equalPoints(ended) : null;
  const runs = sides.map((side) => commandRun(side.rounds, side.label, equal));
  const replicas = Math.max(...runs.map((run) => run.replicas));
  const { verdict, notes } = commandsVerdict(sides, equal, replicas);
  return {
    schema: 'warpwatch.bench/1',
    source: { path },
    simulated: false,
    host: plan.host,
    workload: null,
    settings: settingsOf(plan, rounds),
    runs,
    verdict,
    notes: [...new Set([...plan.notes, ...howFar(rounds), ...rounds.flatMap(troubles), ...notes])],
  };
}

/** The plan knows no steps: they are what the least of the runs made, each of its ranks. */
function settingsOf({ settings }: BenchPlan, rounds: readonly CommandRound[]): BenchSettings {
  const paces = endedRuns(rounds).map(({ pace }) => pace);
  if (paces.length === 0) return settings;
  return {
    ...settings,
    steps: Math.min(...paces.map(({ steps, ranks }) => Math.floor(steps / Math.max(1, ranks.length)))),
    warmUpSteps: Math.max(...paces.map(({ warmUpSteps }) => warmUpSteps)),
  };
}

function howFar(rounds: readonly CommandRound[]): string[] {
  const ended = rounds.filter(({ outcome }) => outcome === 'ended').length;
  return ended === rounds.length ? [] : [`Of ${plural(rounds.length, 'run')} ${ended} came to their end.`];
}

/** What a person should know of a run; of those that were not made it is said in one sentence. */
function troubles({ run: { label, round }, outcome, message, figures }: CommandRound): string[] {
  if (figures === null && outcome === 'stopped') return [];
  const where = `${label}, round ${round}`;
  const end = outcome === 'running' ? 'It was not seen to end.' : message;
  const notes = figures?.notes ?? [];
  return [...(end === '' ? [] : [`${where}: ${end}`]), ...notes.map((note) => `${label}: ${note}`)];
}
