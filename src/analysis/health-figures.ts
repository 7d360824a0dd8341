import { healthMetrics } from '../model/health.ts';
import { seriesOf, type Timeline } from '../model/timeline.ts';
import type { Ratio } from '../model/units.ts';
import { gradientNoise } from './gradient-noise.ts';
import { inputWait } from './input-wait.ts';

/** What a training reports of its health, over its last reports. Null values are unknown: it did not report them. */
export interface HealthFigures {
  /** Euclidean norm of all gradients; a text such as `NaN` where it is no number. */
  readonly firstGradientNorm: number | string | null;
  readonly lastGradientNorm: number | string | null;
  /** Noise of the gradients over their signal, in squares, and the batch size at which both are equal. */
  readonly gradientNoise: number | null;
  readonly noiseBatchSize: number | null;
  /** Norm of an update over that of the weights. */
  readonly updateRatio: number | null;
  /** Of the same batches, with their own statistics and with the moving ones. */
  readonly trainModeLoss: number | null;
  readonly inferenceModeLoss: number | null;
  readonly trainModeAccuracy: Ratio | null;
  readonly inferenceModeAccuracy: Ratio | null;
  readonly duplicateShare: Ratio | null;
  readonly repeatShare: Ratio | null;
  readonly topLabelShare: Ratio | null;
  /** F statistic of coarse features of the inputs over the labels. */
  readonly labelSignal: number | null;
  /** Of the time of steps. */
  readonly inputWaitShare: Ratio | null;
  /** Mean of the batches that were ready, and the most that can be. */
  readonly queueDepth: number | null;
  readonly queueCapacity: number | null;
  /** Of the fetches at which no batch was ready. */
  readonly queueEmptyShare: Ratio | null;
}

/** Means are over so many of the newest reports. */
const recentReports = 5;

/** Null where nothing of it is reported. */
export function healthFigures(timeline: Timeline): HealthFigures | null {
  const values = (metric: string) => seriesOf(timeline, null, metric)?.values ?? [];
  const recent = (metric: string) => meanOf(values(metric).slice(-recentReports).filter(Number.isFinite));
  const last = (metric: string) => values(metric).slice(-recentReports).findLast(Number.isFinite) ?? null;
  const norms = values(healthMetrics.gradientNorm);
  const noise = gradientNoise(values(healthMetrics.gradientCosine), timeline.workload?.batchSize ?? null);
  const input = inputWait(timeline);
  const figures: HealthFigures = {
    firstGradientNorm: told(norms[0]),
    lastGradientNorm: told(norms.at(-1)),
    gradientNoise: noise?.noiseToSignal ?? null,
    noiseBatchSize: noise?.equalBatch ?? null,
    updateRatio: recent(healthMetrics.updateRatio),
    trainModeLoss: recent(healthMetrics.trainModeLoss),
    inferenceModeLoss: recent(healthMetrics.inferenceModeLoss),
    trainModeAccuracy: recent(healthMetrics.trainModeAccuracy),
    inferenceModeAccuracy: recent(healthMetrics.inferenceModeAccuracy),
    duplicateShare: recent(healthMetrics.duplicateShare),
    repeatShare: recent(healthMetrics.repeatShare),
    topLabelShare: last(healthMetrics.topLabelShare),
    labelSignal: last(healthMetrics.labelSignal),
    inputWaitShare: input?.share ?? null,
    queueDepth: input?.queueDepth ?? null,
    queueCapacity: input?.queueCapacity ?? null,
    queueEmptyShare: input?.emptyShare ?? null,
  };
  return Object.values(figures).some((figure) => figure !== null) ? figures : null;
}

/** JSON has no NaN: such a norm stays visible as a text. */
function told(value: number | undefined): number | string | null {
  if (value === undefined) return null;
  return Number.isFinite(value) ? value : String(value);
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
