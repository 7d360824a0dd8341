import { absent, isKnown, known, type Measured } from '../../model/measured.ts';
import { parallelMarks, parallelMetrics } from '../../model/parallel.ts';
import { metrics } from '../../model/series.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { WorkloadInfo } from '../../model/training.ts';
import { type Ratio, type Seconds, toSeconds } from '../../model/units.ts';
import { replicaSeries } from '../replica-records.ts';
import type { StalenessRow } from '../replica-staleness.ts';
import type { ReplicaFigures, ReplicasView } from '../replica-view.ts';
import { replicasView } from '../replicas.ts';
import { meanOf } from '../statistics.ts';
import { type CourseMoment, checkpointCourse, groupSteps, lossCourse } from './course.ts';
import { thinned } from './curves.ts';
import { groupProducer, type PlannedRun } from './plan.ts';
import type { RoundRow } from './result.ts';

/** What one recording of a benchmark says; far smaller than the recording. */
export interface RoundFigures {
  readonly run: PlannedRun;
  readonly outcome: RoundRow['outcome'];
  /** What went wrong; ''. */
  readonly message: string;
  readonly workload: WorkloadInfo | null;
  /** After the warm-up; null where no training described itself. */
  readonly view: ReplicasView | null;
  readonly samplesPerSecond: Measured;
  /** Mean over the steps of all replicas. */
  readonly stepSeconds: Measured<Seconds>;
  readonly shares: Readonly<Record<ShareName, Measured<Ratio>>>;
  readonly staleness: readonly StalenessRow[];
  /** From the start of the first step to the end of the last. */
  readonly seconds: Measured<Seconds>;
  readonly samples: number;
  readonly finalLoss: Measured;
  /** In the order of time; the loss of all replicas, and what checkpoints were evaluated at. */
  readonly loss: readonly CourseMoment[];
  readonly accuracy: readonly CourseMoment[];
  /** By replica; null where it was not told. */
  readonly parameterChecksums: readonly (number | null)[];
  readonly parameterNorms: readonly (number | null)[];
  /** Sentences on what could not be read. */
  readonly damage: readonly string[];
}

const shareNames = ['compute', 'wait', 'communicate', 'slowed'] as const;
export type ShareName = (typeof shareNames)[number];

/** One batch says little of the loss: that of the end is a mean over so many steps of each replica. */
const finalSteps = 10;

/** What a recording says of its training. */
export function roundFigures(timeline: Timeline, run: PlannedRun, warmUpSteps: number): RoundFigures {
  const view = replicasView(timeline, { warmUpSteps });
  const rows = view?.rows ?? [];
  const series = replicaSeries(timeline);
  const group = groupSteps(timeline.steps);
  const last = (metric: string) =>
    Array.from({ length: run.replicas }, (_, replica) => series(replica, metric)?.values.at(-1) ?? null);
  const evaluations = timeline.series.filter(
    ({ series: { device, metric } }) => device === null && metric === metrics.validationAccuracy,
  );
  return {
    run,
    ...endOf(timeline, rows),
    workload: timeline.workload,
    view,
    samplesPerSecond: view?.samplesPerSecond ?? noTraining,
    stepSeconds: meanStep(rows),
    shares: {
      compute: meanShare(rows, 'compute'),
      wait: meanShare(rows, 'wait'),
      communicate: meanShare(rows, 'communicate'),
      slowed: meanShare(rows, 'slowed'),
    },
    staleness: view?.staleness ?? [],
    seconds: group === null ? noTraining : known(toSeconds(group.endNs - group.startNs), 'steps'),
    samples: group?.steps.at(-1)?.samples ?? 0,
    finalLoss: finalLoss(timeline, run.replicas),
    loss: group === null ? [] : thinned(lossCourse(group, series, metrics.loss)),
    accuracy: group === null ? [] : checkpointCourse(group, evaluations),
    parameterChecksums: last(parallelMetrics.parameterChecksum),
    parameterNorms: last(parallelMetrics.parameterNorm),
    damage: timeline.damage,
  };
}

/** What stands for a recording that is not there or cannot be read. */
export function missingRound(
  run: PlannedRun,
  outcome: RoundFigures['outcome'],
  message: string,
): RoundFigures {
  const none = absent(message);
  return {
    run,
    outcome,
    message,
    workload: null,
    view: null,
    samplesPerSecond: none,
    stepSeconds: none,
    shares: { compute: none, wait: none, communicate: none, slowed: none },
    staleness: [],
    seconds: none,
    samples: 0,
    finalLoss: none,
    loss: [],
    accuracy: [],
    parameterChecksums: [],
    parameterNorms: [],
    damage: [],
  };
}

const noTraining = absent('No training told its steps in this recording.');

/** The producer of the group knows best; without it the replicas' own streams say how they ended. */
function endOf(
  timeline: Timeline,
  rows: readonly ReplicaFigures[],
): Pick<RoundFigures, 'outcome' | 'message'> {
  const lost = timeline.marks.filter(({ name }) => name === parallelMarks.replicaLost);
  const said = lost.map(({ text }) => text).join(' ');
  const group = timeline.producers.find(({ name }) => name === groupProducer);
  if (group !== undefined && group.outcome !== 'running') {
    return { outcome: group.outcome, message: group.message === '' ? said : group.message };
  }
  const failed = rows.find(({ state }) => state === 'failed' || state === 'lost');
  if (failed !== undefined) return { outcome: 'failed', message: failed.message };
  const ended = group === undefined && rows.length > 0 && rows.every(({ state }) => state === 'ended');
  return { outcome: ended ? 'ended' : 'running', message: said };
}

/** They train over the same stretch, so that each counts alike. */
function meanShare(rows: readonly ReplicaFigures[], name: ShareName): Measured<Ratio> {
  return combined(
    rows.map((row) => row[name]),
    meanOf,
    'steps, mean of the replicas',
  );
}

/** In the same stretch the faster ones make more steps: a mean over steps is the harmonic one over replicas. */
function meanStep(rows: readonly ReplicaFigures[]): Measured<Seconds> {
  return combined(
    rows.map(({ stepSeconds }) => stepSeconds),
    (seconds) => 1 / meanOf(seconds.map((value) => 1 / value)),
    'steps of all replicas',
  );
}

/** Absent where one is. */
function combined(
  parts: readonly Measured[],
  combine: (values: readonly number[]) => number,
  from: string,
): Measured {
  const missing = parts.find((part) => !isKnown(part));
  if (missing !== undefined) return missing;
  const values = parts.filter(isKnown).map(({ value }) => value);
  return values.length === 0 ? noTraining : known(combine(values), from);
}

function finalLoss(timeline: Timeline, replicas: number): Measured {
  const series = replicaSeries(timeline);
  const values = Array.from({ length: replicas }, (_, replica) => replica).flatMap((replica) =>
    (series(replica, metrics.loss)?.values ?? []).slice(-finalSteps),
  );
  if (values.length === 0) return absent('The training told no loss.');
  return values.every(Number.isFinite)
    ? known(meanOf(values), `workload, mean of the last ${finalSteps} steps of each replica`)
    : absent('The loss is not a number at the end: the training went wrong.');
}
