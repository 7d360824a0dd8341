import type { Interval } from '../../analysis/intervals.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { Step } from '../../model/training.ts';
import { toSeconds } from '../../model/units.ts';
import { buildReport } from '../build.ts';
import type { Report } from '../report.ts';
import { type KernelSpread, kernelSpreads } from './batches.ts';
import { cutTimeline } from './cut.ts';

/** One of the two runs, with all that is compared. */
export interface Side {
  readonly timeline: Timeline;
  readonly report: Report;
  /** Length of each step in seconds, in order; of a distributed training the mean over its ranks. */
  readonly stepSeconds: readonly number[];
  /** Samples of all ranks in each step; null where unknown. */
  readonly samples: readonly number[] | null;
  /** The figures over parts of the run, in order, for their spread. */
  readonly parts: readonly Part[];
  readonly kernels: readonly KernelSpread[];
}

export interface Part {
  readonly report: Report;
  /** Steps in it; 1 where there are none, which leaves seconds as they are. */
  readonly steps: number;
}

/** The run is cut into so many parts at most. More would be too short to hold what repeats. */
const mostParts = 8;
/** Far beyond what any run has: every kernel is matched. */
const allKernels = Number.POSITIVE_INFINITY;

/** One step of the run, over its ranks. */
interface WholeStep {
  readonly number: number;
  readonly startNs: number;
  readonly seconds: number;
  readonly samples: number | null;
}

/**
 * Measures a run for a comparison.
 * @param bySteps whether both runs have steps: then only what the steps called for is looked at
 */
export function measureSide(timeline: Timeline, bySteps: boolean): Side {
  const steps = bySteps ? wholeSteps(timeline.steps) : [];
  const cut = bySteps ? cutTimeline(timeline, stepWindow(timeline.steps)) : timeline;
  const samples = steps.map((step) => step.samples).filter((value) => value !== null);
  return {
    timeline: cut,
    report: buildReport(cut, allKernels),
    stepSeconds: steps.map(({ seconds }) => seconds),
    samples: steps.length > 0 && samples.length === steps.length ? samples : null,
    parts: partWindows(cut, steps).map(({ window, count }) => ({
      report: buildReport(cutTimeline(cut, window), 0),
      steps: count,
    })),
    kernels: kernelSpreads(cut, steps.length),
  };
}

/** Number of different steps, whatever the ranks. */
export function countSteps(timeline: Timeline): number {
  return new Set(timeline.steps.map(({ number }) => number)).size;
}

function stepWindow(steps: readonly Step[]): Interval {
  let startNs = Number.POSITIVE_INFINITY;
  let endNs = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    startNs = Math.min(startNs, step.startNs);
    endNs = Math.max(endNs, step.endNs);
  }
  return { startNs, endNs };
}

function wholeSteps(steps: readonly Step[]): WholeStep[] {
  const byNumber = new Map<number, Step[]>();
  for (const step of steps) {
    const same = byNumber.get(step.number);
    if (same) same.push(step);
    else byNumber.set(step.number, [step]);
  }
  return [...byNumber]
    .map(([number, same]) => {
      const samples = same.map((step) => step.samples).filter((value) => value !== null);
      return {
        number,
        startNs: Math.min(...same.map(({ startNs }) => startNs)),
        seconds: toSeconds(same.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0) / same.length),
        samples: samples.length === same.length ? samples.reduce((sum, value) => sum + value, 0) : null,
      };
    })
    .sort((a, b) => a.startNs - b.startNs);
}

/** Groups of steps, or where there are none equal stretches of the run. */
function partWindows(timeline: Timeline, steps: readonly WholeStep[]): { window: Interval; count: number }[] {
  const { extent } = timeline;
  if (extent === null || steps.length === 1) return [];
  const parts = steps.length > 0 ? Math.min(mostParts, steps.length) : mostParts;
  const edge = (part: number): number => {
    if (part === parts) return extent.endNs + 1;
    const step = steps[Math.floor((part * steps.length) / parts)];
    return step?.startNs ?? extent.startNs + (part * (extent.endNs - extent.startNs)) / parts;
  };
  const stepsBefore = (part: number) => Math.floor((part * steps.length) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    window: { startNs: edge(part), endNs: edge(part + 1) },
    count: steps.length > 0 ? stepsBefore(part + 1) - stepsBefore(part) : 1,
  }));
}
