import { isKnown } from '../../model/measured.ts';
import { type ModeName, parallelMetrics } from '../../model/parallel.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import { type Bytes, type Seconds, toSeconds } from '../../model/units.ts';
import { eachSampleOf, type ReplicaSeries, replicaSeries, stepsByReplica } from '../replica-records.ts';
import { replicasView } from '../replicas.ts';
import type { Link } from './cluster.ts';

/** What a step of a replica spent on handing over and taking in, in a run of several. */
export interface MeasuredCommunication {
  readonly mode: ModeName;
  readonly replicas: number;
  readonly secondsPerStep: Seconds;
}

const notComputing = [
  parallelMetrics.waitSeconds,
  parallelMetrics.communicateSeconds,
  parallelMetrics.slowedSeconds,
];

/**
 * Computing seconds of every step of all replicas after the first: steps without what they waited, communicated, and were
 * slowed on purpose.
 */
export function recordedComputing(timeline: Timeline, warmUpSteps: number): Float64Array {
  const replicas = timeline.workload?.parallel?.replicas ?? ranksOf(timeline);
  const series = replicaSeries(timeline);
  const seconds = stepsByReplica(timeline, replicas).flatMap((steps, replica) =>
    steps.slice(warmUpSteps).map((step) => computingOf(step, replica, series)),
  );
  return Float64Array.from(seconds.filter((value) => value > 0));
}

/** Null where the run has one replica, or does not tell. */
export function recordedCommunication(timeline: Timeline, warmUpSteps: number): MeasuredCommunication | null {
  const view = replicasView(timeline, { warmUpSteps });
  if (view === null || view.parallel.replicas < 2) return null;
  let sum: Seconds = 0;
  for (const { communicate, stepSeconds } of view.rows) {
    if (!isKnown(communicate) || !isKnown(stepSeconds)) return null;
    sum += communicate.value * stepSeconds.value;
  }
  const { mode, replicas } = view.parallel;
  return { mode, replicas, secondsPerStep: sum / view.rows.length };
}

/**
 * The link that such a figure is explained by, were it bandwidth alone: one figure tells no latency. Null where the mode's
 * figure tells none.
 */
export function fittedLink(measured: MeasuredCommunication, bytes: Bytes): Link | null {
  const { mode, replicas, secondsPerStep } = measured;
  const moved = { sync: (2 * (replicas - 1)) / replicas, async: 2, local: 0, single: 0 }[mode] * bytes;
  const bytesPerSecond = moved / secondsPerStep;
  return Number.isFinite(bytesPerSecond) && bytesPerSecond > 0 ? { bytesPerSecond, latencySeconds: 0 } : null;
}

function ranksOf({ steps }: Timeline): number {
  return steps.reduce((most, { rank = 0 }) => Math.max(most, rank + 1), 1);
}

function computingOf(step: Step, replica: number, series: ReplicaSeries): Seconds {
  let seconds = toSeconds(step.endNs - step.startNs);
  for (const metric of notComputing) {
    const entry = series(replica, metric);
    if (entry === null) continue;
    eachSampleOf(entry, step, (value) => {
      seconds -= value;
    });
  }
  return seconds;
}
