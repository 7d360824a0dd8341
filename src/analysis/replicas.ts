import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import { metrics } from '../model/series.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import { toSeconds } from '../model/units.ts';
import { extentOf, lastStepsByReplica, replicaSeries, stepsByReplica } from './replica-records.ts';
import { replicaShares, stepsSeconds } from './replica-shares.ts';
import { meanOfUpdates, ofUpdates, stalenessCounts, stalenessRows, sumCounts } from './replica-staleness.ts';
import { replicaStates } from './replica-states.ts';
import { replicasVerdict, stragglerOf } from './replica-verdict.ts';
import type { ReplicaFigures, ReplicasView } from './replica-view.ts';

/** What is looked at: the last steps of each replica, or the whole run after the first steps of each. */
export type ReplicaSpan = { readonly recentSteps: number } | { readonly warmUpSteps: number };

/** The present, for a live view. */
export const recentReplicas: ReplicaSpan = { recentSteps: 10 };
/** A run as a whole that does not say how many of its steps warm up: the first ones fill caches and compile kernels. */
export const wholeRun: ReplicaSpan = { warmUpSteps: 2 };
/** A live histogram of fewer updates says nothing. */
const recentUpdates = 100;

/**
 * How the replicas of a training do; null where the run does not say that replicas train. Figures of a whole run are over the
 * steps of each that begin after the warm-up of all and end before the first of them is done.
 */
export function replicasView(timeline: Timeline, span: ReplicaSpan): ReplicasView | null {
  const parallel = timeline.workload?.parallel;
  if (parallel === undefined) return null;
  const { mode, replicas } = parallel;
  const whole = 'warmUpSteps' in span;
  const all = whole ? stepsByReplica(timeline, replicas) : lastSteps(timeline, replicas, span.recentSteps);
  const counted = whole
    ? stepsOfAllTraining(all, span.warmUpSteps)
    : all.map((own) => own.slice(-span.recentSteps));
  const series = replicaSeries(timeline);
  const states = replicaStates(timeline, replicas, whole);
  const updates = all.map((own, replica) => stalenessCounts(series, replica, parallel, own));
  const meanStaleness = (counts: (typeof updates)[number]) =>
    ofUpdates(mode, counts && stalenessRows(counts), meanOfUpdates);
  const rows = states.map((state, replica): ReplicaFigures => {
    const [own = [], stretch = []] = [all[replica], counted[replica]];
    return {
      replica,
      devices: timeline.ranks.find(({ rank }) => rank === replica)?.devices ?? [],
      ...state,
      steps: own.at(-1)?.number ?? 0,
      ...rates(replica, stretch, own.length > 0),
      ...replicaShares(series, replica, stretch, parallel),
      meanStaleness: meanStaleness(updates[replica] ?? null),
      loss: lastValue(series(replica, metrics.loss)?.values, replica),
      straggler: false,
    };
  });
  const straggler = stragglerOf(rows);
  const marked = rows.map((row) => ({ ...row, straggler: row === straggler }));
  const together = sumCounts(updates);
  const staleness = meanStaleness(together);
  return {
    parallel,
    samplesPerSecond: groupRate(rows, whole),
    rows: marked,
    staleness: stalenessRows(together),
    meanStaleness: staleness,
    verdict: replicasVerdict(parallel, marked, staleness),
  };
}

function lastSteps(timeline: Timeline, replicas: number, recentSteps: number): Step[][] {
  return lastStepsByReplica(timeline, replicas, Math.max(recentSteps, recentUpdates));
}

/** Of each replica the steps that are made while all of them train. */
function stepsOfAllTraining(all: readonly (readonly Step[])[], warmUpSteps: number): Step[][] {
  let fromNs = Number.NEGATIVE_INFINITY;
  let toNs = Number.POSITIVE_INFINITY;
  for (const own of all) {
    const warm = warmUpSteps === 0 ? own[0]?.startNs : own[warmUpSteps - 1]?.endNs;
    fromNs = Math.max(fromNs, warm ?? Number.POSITIVE_INFINITY);
    toNs = Math.min(toNs, own.at(-1)?.endNs ?? Number.NEGATIVE_INFINITY);
  }
  return all.map((own) => own.filter(({ startNs, endNs }) => startNs >= fromNs && endNs <= toNs));
}

function rates(
  replica: number,
  steps: readonly Step[],
  began: boolean,
): Pick<ReplicaFigures, 'samplesPerSecond' | 'stepSeconds'> {
  const extent = extentOf(steps);
  const seconds = extent === null ? 0 : toSeconds(extent.endNs - extent.startNs);
  if (!(seconds > 0)) {
    const why = absent(
      began
        ? `Replica ${replica} made no step between the warm-up of all replicas and the end of the first; train more steps.`
        : `Replica ${replica} has made no step.`,
    );
    return { samplesPerSecond: why, stepSeconds: why };
  }
  let samples = 0;
  for (const step of steps) samples += step.samples ?? Number.NaN;
  return {
    samplesPerSecond: Number.isNaN(samples)
      ? absent(`Replica ${replica} did not say how many samples a step has.`)
      : known(samples / seconds, 'steps'),
    stepSeconds: known(stepsSeconds(steps) / steps.length, 'steps'),
  };
}

function lastValue(values: readonly number[] | undefined, replica: number): Measured {
  const value = values?.at(-1);
  if (value === undefined) return absent(`Replica ${replica} has told no loss.`);
  return Number.isFinite(value)
    ? known(value, 'workload')
    : absent(`The last loss of replica ${replica} is ${value}.`);
}

/** The sum over replicas; while a run goes on, over those that still train. */
function groupRate(rows: readonly ReplicaFigures[], whole: boolean): Measured {
  const running = rows.filter(({ state }) => state === 'running');
  const counted = whole || running.length === 0 ? rows : running;
  let sum = 0;
  for (const { samplesPerSecond } of counted) {
    if (!isKnown(samplesPerSecond)) return samplesPerSecond;
    sum += samplesPerSecond.value;
  }
  return known(sum, whole ? 'steps while all replicas train' : 'the last steps of each replica');
}
