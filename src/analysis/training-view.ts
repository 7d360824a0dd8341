import { inputMetrics } from '../model/health.ts';
import { absent, known, type Measured } from '../model/measured.ts';
import { lossParts, metrics } from '../model/series.ts';
import { seriesOf, type Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import { type Nanoseconds, type Seconds, toSeconds } from '../model/units.ts';
import { inputWait } from './input-wait.ts';
import { phaseShares } from './phases.ts';
import { recentReplicas, replicasView } from './replicas.ts';
import { newestValue } from './samples.ts';
import type { Curve, InputView, TrainingView } from './snapshot.ts';
import { stepFigures, stepsOfLowestRank } from './steps.ts';

/** Figures of the present are over so many steps. */
const recentSteps = 10;

/** The training panel's content, or null while nothing reports steps. */
export function trainingView(timeline: Timeline, nowNs: Nanoseconds): TrainingView | null {
  const { workload } = timeline;
  const steps = stepsOfLowestRank(timeline);
  if (workload === null && steps.length === 0) return null;
  const recent = steps.slice(-recentSteps);
  const { meanSeconds, samplesPerSecond } = stepFigures(recent);
  const group = replicasView(timeline, recentReplicas);
  const done = stepsDone(timeline, steps);
  const plan = planOf(timeline, steps, done, nowNs, meanSeconds.value);
  return {
    workload,
    step: group === null ? (steps.at(-1)?.number ?? 0) : Math.floor(done),
    ...plan,
    stepSeconds: meanSeconds,
    samplesPerSecond: group?.samplesPerSecond ?? samplesPerSecond,
    loss: curve(timeline, steps, metrics.loss),
    accuracy: curve(timeline, steps, metrics.accuracy),
    validationAccuracy: told(
      newestValue(timeline, metrics.validationAccuracy),
      'No evaluation has been made yet.',
    ),
    precision: precisionOf(timeline),
    lossParts: lossParts.flatMap((name) => {
      const value = latest(timeline, name);
      return value === null ? [] : [{ name, value }];
    }),
    learningRate: told(
      latest(timeline, metrics.learningRate),
      'The training does not report its learning rate.',
    ),
    input: inputView(timeline),
    phases: phaseShares(timeline, mainDevice(timeline), recentWithRecords(timeline, recent)),
  };
}

/** Of replicas that train one model the plan holds for each on average: the faster ones make more of the group's steps. */
function stepsDone(timeline: Timeline, steps: readonly Step[]): number {
  const parallel = timeline.workload?.parallel !== undefined && timeline.ranks.length > 0;
  return parallel ? timeline.steps.length / timeline.ranks.length : steps.length;
}

/** Curves by step number: a sample belongs to the first step that ends at or after it. */
function curve(timeline: Timeline, steps: readonly Step[], metric: string): Curve {
  const entry = seriesOf(timeline, null, metric);
  if (entry === null) return { x: [], y: [] };
  let at = 0;
  const x = entry.timesNs.map((timeNs) => {
    while (at < steps.length && (steps[at] as Step).endNs < timeNs) at++;
    return steps[at]?.number ?? (steps.at(-1)?.number ?? 0) + 1;
  });
  return { x, y: entry.values };
}

function latest(timeline: Timeline, metric: string): number | null {
  return seriesOf(timeline, null, metric)?.values.at(-1) ?? null;
}

function told(value: number | null, why: string): Measured {
  return value === null ? absent(why) : known(value, 'workload');
}

function precisionOf(timeline: Timeline): TrainingView['precision'] {
  const mean = newestValue(timeline, metrics.validationMeanAveragePrecision);
  return mean === null
    ? null
    : { mean, half: newestValue(timeline, metrics.validationMeanAveragePrecision50) };
}

function inputView(timeline: Timeline): InputView | null {
  const waited = inputWait(timeline, Number.NEGATIVE_INFINITY, recentSteps);
  if (waited === null) return null;
  const depth = latest(timeline, inputMetrics.queueDepth);
  return {
    waitShare: waited.share,
    queueDepth: waited.queueDepth === null ? null : depth,
    queueCapacity: waited.queueCapacity,
  };
}

function planOf(
  { workload }: Timeline,
  steps: readonly Step[],
  done: number,
  nowNs: Nanoseconds,
  stepSeconds: Seconds | null,
): Pick<TrainingView, 'progress' | 'secondsLeft'> {
  if (workload === null) return { progress: null, secondsLeft: null };
  if (workload.plannedSteps !== null) {
    const left = Math.max(0, workload.plannedSteps - done);
    const secondsLeft = stepSeconds === null ? null : left * stepSeconds;
    return { progress: Math.min(1, done / workload.plannedSteps), secondsLeft };
  }
  const firstNs = steps[0]?.startNs;
  if (workload.plannedSeconds === null || firstNs === undefined) return { progress: null, secondsLeft: null };
  const passed = toSeconds(nowNs - firstNs);
  return {
    progress: Math.min(1, Math.max(0, passed / workload.plannedSeconds)),
    secondsLeft: Math.max(0, workload.plannedSeconds - passed),
  };
}

/** The device that runs most of the kernels. */
function mainDevice(timeline: Timeline): string {
  const sums = new Map<string, number>();
  for (const [index, launch] of timeline.launches.entries()) {
    sums.set(launch.device, (sums.get(launch.device) ?? 0) + (timeline.launchTotals[index]?.durationNs ?? 0));
  }
  return [...sums].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** A live timeline forgets old executions: only steps that still have theirs can be divided into phases. */
function recentWithRecords(timeline: Timeline, steps: readonly Step[]): Step[] {
  const firstNs = timeline.activity[0]?.startNs[0] ?? Number.POSITIVE_INFINITY;
  return steps.filter((step) => step.startNs >= firstNs);
}
