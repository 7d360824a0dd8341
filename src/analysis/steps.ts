import { absent, known, type Measured } from '../model/measured.ts';
import type { Timeline } from '../model/timeline.ts';
import type { Step } from '../model/training.ts';
import { type Seconds, toSeconds } from '../model/units.ts';

/** How long steps took, and what they brought. */
export interface StepFigures {
  readonly count: number;
  readonly meanSeconds: Measured<Seconds>;
  readonly p50Seconds: Measured<Seconds>;
  readonly p95Seconds: Measured<Seconds>;
  /** Samples over the time spent in steps; time between them, such as an evaluation, is not in it. */
  readonly samplesPerSecond: Measured;
}

const noSteps = absent(
  'Nothing reported steps; train with `warpwatch train`, or mark steps through warpwatch/tfjs.',
);

/** The ranks of a training take the same steps, or steps alike: those of one tell of them. */
export function stepsOfLowestRank({ ranks, steps }: Timeline): readonly Step[] {
  if (ranks.length === 0) return steps;
  const lowest = Math.min(...ranks.map(({ rank }) => rank));
  return steps.filter(({ rank }) => rank === lowest);
}

/** Figures over the given steps. */
export function stepFigures(steps: readonly Step[]): StepFigures {
  if (steps.length === 0) {
    const none = {
      meanSeconds: noSteps,
      p50Seconds: noSteps,
      p95Seconds: noSteps,
      samplesPerSecond: noSteps,
    };
    return { count: 0, ...none };
  }
  const durations = Float64Array.from(steps, (step) => step.endNs - step.startNs).sort();
  const totalNs = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    count: steps.length,
    meanSeconds: known(toSeconds(totalNs / steps.length), 'steps'),
    p50Seconds: known(toSeconds(percentile(durations, 0.5)), 'steps'),
    p95Seconds: known(toSeconds(percentile(durations, 0.95)), 'steps'),
    samplesPerSecond: samplesPerSecond(steps, totalNs),
  };
}

/**
 * The value below which the given share of the values lies, linear between neighbours (type 7 of Hyndman and
 * Fan, as in NumPy).
 * @param sorted ascending, at least one value
 */
export function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Model arithmetic per second in the steps; absent where the workload did not count its own. */
export function modelFlopsPerSecond(timeline: Timeline, steps: readonly Step[]): Measured {
  const perSample = timeline.workload?.modelFlopsPerSample ?? null;
  if (perSample === null) return absent('The workload did not say how much arithmetic its model needs.');
  const { samplesPerSecond } = stepFigures(steps);
  return samplesPerSecond.value === null
    ? samplesPerSecond
    : known(samplesPerSecond.value * perSample, 'workload');
}

function samplesPerSecond(steps: readonly Step[], totalNs: number): Measured {
  let samples = 0;
  for (const step of steps) {
    if (step.samples === null) return absent('The training did not say how many samples a step has.');
    samples += step.samples;
  }
  return totalNs > 0
    ? known(samples / toSeconds(totalNs), 'workload')
    : absent('The steps took no measurable time.');
}
