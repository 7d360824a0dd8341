import type { BenchResult, BenchRun, CurvePoint } from '../../../src/analysis/bench/result.ts';
import { percent, quantity } from '../../../src/model/numbers.ts';
import { byReplicas, type ChartAxis, overSamples, overTime } from '../charts/chart-axis.ts';
import type { Chart, Line } from '../charts/chart-model.ts';
import { lineDashes } from '../charts/line-dashes.ts';
import { modeColours, runStyles } from './run-style.ts';

/** None is drawn from 0 to 100 %: a short training learns little, and runs would lie on one another. */
const figures = [
  { key: 'loss', title: 'Loss', format: quantity },
  { key: 'accuracy', title: 'Accuracy', format: percent },
] as const;

/** What was learned over the time of training; a line a run. */
export function timeCharts(result: BenchResult): Chart[] {
  return curveCharts(result, overTime, ({ seconds }) => seconds);
}

/** What was learned over the samples of all replicas; nothing of programs that do not tell them. */
export function sampleCharts(result: BenchResult): Chart[] {
  return curveCharts(result, overSamples, ({ samples }) => samples);
}

function curveCharts(
  { runs }: BenchResult,
  axis: ChartAxis,
  place: (point: CurvePoint) => number | null,
): Chart[] {
  const styles = runStyles(runs);
  return figures.flatMap(({ key, ...look }): Chart[] => {
    const lines = runs.flatMap((run, at): Line[] => {
      const points = run[key].curve.flatMap((point) => {
        const x = place(point);
        // NaN lies in the page as null.
        return x === null ? [] : [{ x, value: point.value ?? null }];
      });
      const style = styles[at];
      if (points.length === 0 || style === undefined) return [];
      return [
        {
          word: run.label,
          from: sourceOf(run),
          x: points.map(({ x }) => x),
          values: points.map(({ value }) => value),
          ...style,
        },
      ];
    });
    return lines.length === 0
      ? []
      : [{ id: key, axis, lines, isRatio: false, isWide: false, notes: [], ...look }];
  });
}

function sourceOf({ rounds }: BenchRun): string {
  return rounds.length < 2 ? 'the run' : `the mean of ${rounds.length} rounds`;
}

const scalings = [
  { key: 'samplesPerSecond', title: 'Samples/s', format: quantity },
  { key: 'efficiency', title: 'Efficiency', format: percent },
] as const;

/** Throughput and efficiency by the number of replicas, a line a mode; none where there is one number alone. */
export function scalingCharts({ runs, simulated }: BenchResult): Chart[] {
  const modes = (['sync', 'async', 'local'] as const).filter((mode) => runs.some((run) => run.mode === mode));
  const from = simulated ? 'the simulation' : 'the runs';
  return scalings.flatMap(({ key, ...look }): Chart[] => {
    const lines = modes.flatMap((mode): Line[] => {
      const points = pointsOf(runs, mode, key);
      if (new Set(points.map(({ x }) => x)).size < 2) return [];
      return [
        {
          word: mode,
          from,
          x: points.map(({ x }) => x),
          values: points.map(({ value }) => value),
          colour: modeColours[mode],
          dash: lineDashes[modes.indexOf(mode)] ?? [],
        },
      ];
    });
    if (lines.length === 0) return [];
    return [{ id: key, axis: byReplicas, lines, isRatio: false, isWide: false, notes: [], ...look }];
  });
}

/** A point for each number of replicas; every mode begins with one replica alone, where it has no run of one itself. */
function pointsOf(
  runs: readonly BenchRun[],
  mode: BenchRun['mode'],
  key: 'samplesPerSecond' | 'efficiency',
): { readonly x: number; readonly value: number | null }[] {
  const own = runs.filter((run) => run.mode === mode);
  const alone = own.some(({ replicas }) => replicas === 1) ? [] : runs.filter((run) => run.mode === 'single');
  return [...alone, ...own]
    .map((run) => ({ x: run.replicas, value: run[key].value }))
    .sort((a, b) => a.x - b.x)
    .filter(({ x }, at, all) => all[at - 1]?.x !== x);
}
