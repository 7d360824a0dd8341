import type { MetricName, MetricUnit } from '../model/metric-names.ts';
import { type DeviceFigure, type FigureUnit, figureNames, figureRows } from './device-figures.ts';

/** A figure of a device as a metric. */
export interface FigureMetric extends MetricName {
  /** What the figure is multiplied by: metrics are in base units. */
  readonly scale: number;
}

interface UnitRule {
  /** What a figure's name ends with, since its unit stands there; the metric's name gets its own. */
  readonly ending: string;
  readonly unit: MetricUnit;
  readonly scale: number;
}

const unitRules: Readonly<Record<FigureUnit, UnitRule>> = {
  ratio: { ending: '', unit: 'ratio', scale: 1 },
  bytes: { ending: 'Bytes', unit: 'bytes', scale: 1 },
  bytesPerSecond: { ending: 'BytesPerSecond', unit: 'bytesPerSecond', scale: 1 },
  flopsPerSecond: { ending: 'PerSecond', unit: 'flopsPerSecond', scale: 1 },
  watts: { ending: 'Watts', unit: 'watts', scale: 1 },
  joules: { ending: 'Joules', unit: 'joules', scale: 1 },
  megahertz: { ending: 'Megahertz', unit: 'hertz', scale: 1e6 },
  celsius: { ending: 'Celsius', unit: 'celsius', scale: 1 },
  count: { ending: '', unit: 'count', scale: 1 },
  throttleReasons: { ending: '', unit: 'count', scale: 1 },
};

/** Figures whose metric says more than their own name. */
const renamed: Partial<Record<DeviceFigure, string>> = { xid: 'last_xid', throttleReasons: 'throttled' };
const counters: ReadonlySet<DeviceFigure> = new Set([
  'energyJoules',
  'eccCorrectedErrors',
  'eccUncorrectedErrors',
]);

/** What each figure is called as a metric, for those that tell it and those that read it. */
export const figureMetrics = Object.fromEntries(
  figureNames.map((figure) => [figure, metricOf(figure)]),
) as Readonly<Record<DeviceFigure, FigureMetric>>;

function metricOf(figure: DeviceFigure): FigureMetric {
  const { ending, unit, scale } = unitRules[figureRows[figure].unit];
  const name = renamed[figure] ?? snakeCase(figure.slice(0, figure.length - ending.length));
  return { name: `gpu.${name}`, type: counters.has(figure) ? 'counter' : 'gauge', unit, scale };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
