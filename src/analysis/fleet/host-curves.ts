import { type LabelledCurve, labelOf } from '../../model/labelled.ts';
import type { Seconds } from '../../model/units.ts';
import { distrust } from '../device-figures.ts';
import { type Curve, type History, type HistoryCurve, historyCurves, isCurve } from '../snapshot.ts';
import type { DeviceDraft } from './drafts.ts';
import { gpuLabels } from './gather.ts';
import { isSame } from './join-hosts.ts';
import { tidy } from './labels.ts';
import type { FigureReader, MetricReader } from './readers.ts';
import { type TrainingMetric, trainingMetrics } from './training-metrics.ts';

/** The equal steps that a query over time was answered in; Unix times. */
export interface Grid {
  readonly startSeconds: number;
  readonly stepSeconds: Seconds;
  readonly points: number;
}

/** The curves of each GPU, in the order of the drafts; of several sources the most trusted one's. */
export function histories(
  curves: readonly LabelledCurve[],
  devices: readonly DeviceDraft[],
  readers: ReadonlyMap<string, MetricReader>,
  grid: Grid,
): readonly History[] {
  const drawn = devices.map(() => new Map<HistoryCurve, { distrust: number; values: readonly number[] }>());
  for (const curve of curves) {
    const reader = readers.get(labelOf(curve.labels, '__name__'))?.figure;
    if (reader === undefined || !isCurve(reader.figure)) continue;
    const labels = gpuLabels(curve.labels, reader.ofWholeGpu);
    const of = drawn[devices.findIndex((device) => isSame(device, labels))];
    if (of === undefined) continue;
    const rank = distrust(reader.figure, reader.from(curve.labels));
    if (rank < (of.get(reader.figure)?.distrust ?? Number.POSITIVE_INFINITY)) {
      of.set(reader.figure, { distrust: rank, values: onGrid(curve, reader, grid) });
    }
  }
  const unknown = Array.from({ length: grid.points }, () => Number.NaN);
  return drawn.map((of) => {
    const history: Partial<Record<HistoryCurve, readonly number[]>> = {};
    for (const name of historyCurves) history[name] = of.get(name)?.values ?? unknown;
    // Every curve has been set just now.
    return {
      ...(history as Record<HistoryCurve, readonly number[]>),
      dropped: 0,
      intervalSeconds: grid.stepSeconds,
    };
  });
}

/** A value for each step; NaN where there is none. */
function onGrid(
  { atSeconds, values }: LabelledCurve,
  { accept }: FigureReader,
  grid: Grid,
): readonly number[] {
  const { startSeconds, stepSeconds, points } = grid;
  const told = Array.from({ length: points }, () => Number.NaN);
  for (const [index, at] of atSeconds.entries()) {
    const place = Math.round((at - startSeconds) / stepSeconds);
    if (place >= 0 && place < points) told[place] = accept(values[index] ?? Number.NaN) ?? Number.NaN;
  }
  return told;
}

/** A figure of a training over its steps; of ranks the mean. A value that is not a number is kept: it is the news. */
export function trainingCurve(curves: readonly LabelledCurve[], run: string, metric: TrainingMetric): Curve {
  const steps = meanAt(curves, run, 'steps');
  const x: number[] = [];
  const y: number[] = [];
  for (const [at, value] of [...meanAt(curves, run, metric)].sort(([one], [other]) => one - other)) {
    const step = steps.get(at);
    const last = x.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (step === undefined || step === last) continue;
    // It has begun anew: what was before is of another training.
    if (step < last) for (const values of [x, y]) values.length = 0;
    x.push(step);
    y.push(value);
  }
  return { x, y };
}

/** Values by time. */
function meanAt(curves: readonly LabelledCurve[], run: string, metric: TrainingMetric): Map<number, number> {
  const sums = new Map<number, { sum: number; ranks: number }>();
  for (const { labels, atSeconds, values } of curves) {
    if (labelOf(labels, '__name__') !== trainingMetrics[metric] || tidy(labelOf(labels, 'run')) !== run)
      continue;
    for (const [index, at] of atSeconds.entries()) {
      const before = sums.get(at) ?? { sum: 0, ranks: 0 };
      sums.set(at, { sum: before.sum + (values[index] ?? Number.NaN), ranks: before.ranks + 1 });
    }
  }
  return new Map([...sums].map(([at, { sum, ranks }]) => [at, sum / ranks]));
}
