import { prometheusName } from '../../model/metric-names.ts';
import { type DeviceFigure, figureNames, figureRows } from '../device-figures.ts';
import { figureMetrics } from '../figure-metrics.ts';

/** A figure as `warpwatch serve` names it. */
export interface OwnMetric {
  readonly figure: DeviceFigure;
  /** Such as `warpwatch_gpu_energy_joules_total`. */
  readonly name: string;
  /** What its value is divided by to be the figure. */
  readonly scale: number;
  /** More cannot be, in the metric's unit. */
  readonly most: number;
}

/** A share may be a little above 1, and a fan above what is called its full speed. */
const mostRatio = 2;

/** Every figure that can be had back from its metric: of the reasons that hold clocks only whether there is one is told. */
export const ownMetrics: readonly OwnMetric[] = figureNames.flatMap((figure) => {
  const { unit } = figureRows[figure];
  if (unit === 'throttleReasons') return [];
  const metric = figureMetrics[figure];
  const most = unit === 'ratio' ? mostRatio : Number.MAX_VALUE;
  return [{ figure, name: prometheusName(metric), scale: metric.scale, most }];
});
