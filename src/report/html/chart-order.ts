import {
  healthMetrics,
  inputMetrics,
  type LayerMetric,
  layerMetrics,
  layerOfSeries,
} from '../../model/health.ts';
import { lossParts, metrics } from '../../model/series.ts';

/** What a person looks for first of a training; other figures keep their order between the two. */
const first: readonly string[] = [
  metrics.loss,
  metrics.accuracy,
  ...lossParts,
  metrics.validationLoss,
  metrics.validationAccuracy,
  metrics.validationMeanAveragePrecision,
  metrics.validationMeanAveragePrecision50,
  metrics.learningRate,
  healthMetrics.gradientNorm,
  healthMetrics.updateRatio,
  healthMetrics.gradientCosine,
  inputMetrics.waitSeconds,
  inputMetrics.queueDepth,
];
const last: readonly string[] = [
  healthMetrics.duplicateShare,
  healthMetrics.repeatShare,
  healthMetrics.topLabelShare,
  inputMetrics.queueCapacity,
];
const layerKinds = Object.keys(layerMetrics) as LayerMetric[];

/** A sampled figure, as charts are put in order by. */
interface Named {
  readonly metric: string;
}

/** In the order in which charts are looked at; figures of a single layer come after all others. */
export function inChartOrder<T extends Named>(series: readonly T[]): T[] {
  const place = ({ metric }: Named): number => {
    if (isOfLayer(metric)) return first.length + 1 + last.length;
    if (first.includes(metric)) return first.indexOf(metric);
    return first.length + 1 + last.indexOf(metric);
  };
  return [...series].sort((a, b) => place(a) - place(b));
}

export function isOfLayer(metric: string): boolean {
  return layerKinds.some((kind) => layerOfSeries(kind, metric) !== null);
}
