import { absent, isKnown, known, type Measured } from '../model/measured.ts';
import { type ParallelInfo, parallelMetrics } from '../model/parallel.ts';
import type { SampledSeries } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import { type Ratio, type Seconds, toSeconds } from '../model/units.ts';
import type { Interval } from './intervals.ts';
import { eachSampleOf, extentOf, type ReplicaSeries } from './replica-records.ts';
import type { ReplicaFigures } from './replica-view.ts';

type Shares = Pick<ReplicaFigures, 'compute' | 'wait' | 'communicate' | 'slowed'>;

/**
 * Where the time of a replica's steps went. Waiting, communicating and slowing are told; what is left is computing.
 * @param steps one after the other; what lies between two, such as a checkpoint, counts for nothing
 */
export function replicaShares(
  series: ReplicaSeries,
  replica: number,
  steps: readonly Step[],
  parallel: ParallelInfo,
): Shares {
  const extent = extentOf(steps);
  const seconds = stepsSeconds(steps);
  const told = (metric: string, fallback: Measured<Ratio>): Measured<Ratio> => {
    const entry = series(replica, metric);
    if (entry === null) return fallback;
    if (extent === null) return absent(`Replica ${replica} made no step in this stretch.`);
    const share = sumWithin(entry, extent) / seconds;
    return Number.isFinite(share)
      ? known(Math.min(1, share), entry.series.from)
      : absent(`What replica ${replica} tells of its ${metric} is no number.`);
  };
  const { waitSeconds, communicateSeconds, slowedSeconds } = parallelMetrics;
  const untold = (what: string) => absent(`Replica ${replica} does not tell how long it ${what}.`);
  const alone = known(0, 'one replica alone');
  const isAlone = parallel.mode === 'single';
  const wait = told(waitSeconds, isAlone ? alone : untold('waits'));
  const communicate = told(communicateSeconds, isAlone ? alone : untold('communicates'));
  const isSlowed = parallel.stragglers.some((straggler) => straggler.replica === replica);
  const slowed = told(slowedSeconds, isSlowed ? untold('is slowed') : known(0, 'not slowed'));
  return { ...addUp(wait, communicate), slowed };
}

function sumWithin(entry: SampledSeries, extent: Interval): number {
  let sum = 0;
  eachSampleOf(entry, extent, (value) => {
    sum += value;
  });
  return sum;
}

/** How long the steps took, without what lies between them. */
export function stepsSeconds(steps: readonly Step[]): Seconds {
  return toSeconds(steps.reduce((sum, step) => sum + step.endNs - step.startNs, 0));
}

/** Clocks of two places may tell a little more than all of the time. */
function addUp(wait: Measured<Ratio>, communicate: Measured<Ratio>): Omit<Shares, 'slowed'> {
  if (!isKnown(wait)) return { compute: wait, wait, communicate };
  if (!isKnown(communicate)) return { compute: communicate, wait, communicate };
  const fits = known(Math.min(communicate.value, 1 - wait.value), communicate.from);
  const compute = known(1 - wait.value - fits.value, 'steps, without waiting and communicating');
  return { compute, wait, communicate: fits };
}
