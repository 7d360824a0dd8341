import { plural, quantity } from '../../model/numbers.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import type { BenchResult, Comparison, Simulation, Verdict } from '../bench/result.ts';
import { answersOf } from './answers.ts';
import { benchRun, labelOf, mostReplicaRows } from './rows.ts';
import type { SimulatedMode, SimulationSettings } from './settings.ts';
import { getsAhead, type SimulatedRun, sweep } from './simulate.ts';

/** What is to be simulated, and where each of its values is from. */
export interface SimulationPlan {
  readonly settings: SimulationSettings;
  readonly modes: readonly SimulatedMode[];
  /** Numbers of replicas, ascending. */
  readonly sizes: readonly number[];
  readonly assumptions: Simulation['assumptions'];
  /** What is trained, where a recording tells. */
  readonly workload: WorkloadInfo | null;
}

const modelNotes = [
  'Every figure is simulated: worked out from the assumptions, and not measured.',
  'Computing times of replicas are drawn independently of one another, and messages of different GPUs do not collide ' +
    'in the network: real machines do worse in both.',
  `Replicas are told one by one up to ${mostReplicaRows} of them.`,
];

/** Simulates each mode with each number of replicas. */
export function simulationResult(plan: SimulationPlan): BenchResult {
  const { settings, assumptions, workload } = plan;
  const runs = sweep(settings, plan.modes, plan.sizes);
  return resultOf({ settings, runs, workload, assumptions, answers: answersOf(runs, settings) });
}

export interface SimulatedRuns extends Simulation {
  readonly settings: SimulationSettings;
  readonly runs: readonly SimulatedRun[];
  readonly workload: WorkloadInfo | null;
}

/** Simulated runs as the contract has them. */
export function resultOf({ settings, runs, workload, assumptions, answers }: SimulatedRuns): BenchResult {
  return {
    schema: 'warpwatch.bench/1',
    source: null,
    simulated: true,
    host: null,
    workload,
    settings: {
      transport: 'none',
      steps: settings.steps,
      warmUpSteps: settings.warmUpSteps,
      rounds: 1,
      stragglers: settings.slowness.stragglers,
    },
    runs: runs.map((run) => benchRun(run, settings)),
    verdict: verdictOf(runs),
    simulation: { assumptions, answers },
    notes: modelNotes,
  };
}

/** Modes against sync, by their throughput; a simulation repeats, so that it has no noise to be beyond. */
function verdictOf(runs: readonly SimulatedRun[]): Verdict {
  const ahead = runs.filter(getsAhead);
  const comparisons = ahead.flatMap((run) => {
    const { mode, replicas } = run.outcome;
    const sync = ahead.find(({ outcome }) => outcome.mode === 'sync' && outcome.replicas === replicas);
    return sync === undefined || mode === 'sync' ? [] : [compare(run, sync)];
  });
  const last = comparisons.at(-1);
  const most = comparisons.filter(({ replicas }) => replicas === last?.replicas);
  const sentence = most.map((comparison) => comparison.sentence).join(' ');
  return {
    sentence: sentence === '' ? 'Simulated: there are no two modes to compare.' : sentence,
    comparisons,
  };
}

function compare(run: SimulatedRun, sync: SimulatedRun): Comparison {
  const { mode, replicas } = run.outcome;
  const value = run.samplesPerSecond / sync.samplesPerSecond;
  return {
    replicas,
    figure: 'samplesPerSecond',
    a: labelOf(run.outcome),
    b: labelOf(sync.outcome),
    value,
    low: null,
    high: null,
    beyondNoise: false,
    sentence: `Simulated: ${mode} makes ${quantity(value)} times the samples a second of sync at ${plural(replicas, 'GPU')}.`,
  };
}
