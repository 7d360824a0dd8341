import type { WorkloadInfo } from '../../model/training.ts';
import { efficiencyAmong } from './efficiency.ts';
import { equalPoints } from './equal-points.ts';
import type { BenchPlan } from './plan.ts';
import { repeatedRuns } from './repeats.ts';
import type { BenchResult, BenchRun } from './result.ts';
import type { RoundFigures } from './round.ts';
import { benchRun } from './run.ts';
import { verdictOf } from './verdict.ts';

/**
 * What the rounds of a benchmark say together. Those that failed are listed with their message and count for no figure.
 * @param rounds what each run of the plan gave, in any order
 * @param path where the recordings are
 */
export function benchResult(
  plan: BenchPlan,
  rounds: readonly RoundFigures[],
  path: string | null,
): BenchResult {
  const labels = [...new Set(plan.runs.map(({ label }) => label))];
  const equal = equalPoints(rounds.filter(({ outcome }) => outcome === 'ended'));
  const efficiency = efficiencyAmong(rounds);
  const runs = labels.flatMap((label): BenchRun[] => {
    const own = rounds.filter(({ run }) => run.label === label).sort((a, b) => a.run.round - b.run.round);
    const [first] = own;
    return first === undefined ? [] : [benchRun(first.run, own, efficiency, equal)];
  });
  return {
    schema: 'warpwatch.bench/1',
    source: path === null ? null : { path },
    simulated: false,
    host: plan.host,
    workload: workloadOf(rounds),
    settings: plan.settings,
    runs,
    verdict: verdictOf(runs, rounds, equal, plan.settings),
    notes: [...plan.notes, ...rounds.flatMap(troubles), ...[...repeatedRuns(rounds)].map(repeatNote)],
  };
}

/** What is the same in all runs. */
function workloadOf(rounds: readonly RoundFigures[]): WorkloadInfo | null {
  const workload = rounds.find((round) => round.workload !== null)?.workload ?? null;
  if (workload === null) return null;
  const { parallel: _ofOneRun, ...shared } = workload;
  return shared;
}

function repeatNote(label: string): string {
  return `${label} came to the same parameters in every round: what it learns is compared in one of them, which tells nothing of other seeds.`;
}

const outcomeWords: Readonly<Record<RoundFigures['outcome'], string>> = {
  ended: 'came to its end',
  failed: 'failed',
  stopped: 'was stopped',
  running: 'is not over',
};

/** What a person should know of a round. */
function troubles({ run, outcome, message, finalLoss, damage }: RoundFigures): string[] {
  const which = `${run.label}, round ${run.round}`;
  const said = message === '' ? '' : `: ${message}`;
  return [
    ...(outcome === 'ended' && said === ''
      ? []
      : [`${which}, ${outcomeWords[outcome]}${said === '' ? '.' : said}`]),
    ...(outcome === 'ended' && finalLoss.value === null ? [`${which}: ${finalLoss.why}`] : []),
    ...damage.map((sentence) => `${run.recording}: ${sentence}`),
  ];
}
