import { whyNoSteps } from '../analysis/reasons.ts';
import type { ReplicasView } from '../analysis/replica-view.ts';
import { stepFigures } from '../analysis/steps.ts';
import { measureSteps } from '../analysis/utilization/index.ts';
import type { Timeline } from '../model/timeline.ts';
import { type StepsReport, whyOf } from './report.ts';

/**
 * The steps of the run, or of its lowest rank. Where calls are recorded each is extended to its device work, its times
 * too, as tb_plugin prints them: the host may be steps ahead of the device, and its own times then say little.
 * @param replicas their throughput is that of the training
 */
export function buildSteps(timeline: Timeline, replicas: ReplicasView | null): StepsReport {
  const { steps, util, smActive, kernelOccupancy, hostWork } = measureSteps(timeline);
  const { count, meanSeconds, p50Seconds, p95Seconds, samplesPerSecond: ofRank } = stepFigures(steps);
  const samplesPerSecond = replicas?.samplesPerSecond ?? ofRank;
  return {
    count,
    meanSeconds: meanSeconds.value,
    p50Seconds: p50Seconds.value,
    p95Seconds: p95Seconds.value,
    samplesPerSecond: samplesPerSecond.value,
    ...(count === 0 ? { why: whyNoSteps(timeline.source.format) } : whyOf(samplesPerSecond)),
    util,
    smActive,
    kernelOccupancy,
    hostWork,
  };
}
