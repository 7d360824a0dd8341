import { type DeviceFigure, type FigureUnit, figureNames, figureRows } from '../device-figures.ts';

/** A figure as `warpwatch serve` names it. */
export interface OwnMetric {
  readonly figure: DeviceFigure;
  /** Such as `warpwatch_gpu_energy_joules_total`. */
  readonly name: string;
  /** What its value is multiplied by to be the figure. */
  readonly scale: number;
  /** More cannot be, in the metric's unit. */
  readonly most: number;
}

/** A share may be a little above 1, and a fan above what is called its full speed. */
const mostRatio = 2;

interface UnitName {
  /** What a figure's name ends with for its unit. */
  readonly ending: string;
  readonly suffix: string;
  readonly scale: number;
}

const unitNames: Readonly<Record<Exclude<FigureUnit, 'throttleReasons'>, UnitName>> = {
  ratio: { ending: '', suffix: '_ratio', scale: 1 },
  bytes: { ending: 'Bytes', suffix: '_bytes', scale: 1 },
  bytesPerSecond: { ending: 'BytesPerSecond', suffix: '_bytes_per_second', scale: 1 },
  flopsPerSecond: { ending: 'PerSecond', suffix: '_per_second', scale: 1 },
  watts: { ending: 'Watts', suffix: '_watts', scale: 1 },
  joules: { ending: 'Joules', suffix: '_joules', scale: 1 },
  megahertz: { ending: 'Megahertz', suffix: '_hertz', scale: 1e-6 },
  celsius: { ending: 'Celsius', suffix: '_celsius', scale: 1 },
  count: { ending: '', suffix: '', scale: 1 },
};

const counters: ReadonlySet<DeviceFigure> = new Set([
  'energyJoules',
  'eccCorrectedErrors',
  'eccUncorrectedErrors',
]);

/** Every figure that can be had back from its metric: of the reasons that hold clocks only whether there is one is told. */
export const ownMetrics: readonly OwnMetric[] = figureNames.flatMap((figure) => {
  const { unit } = figureRows[figure];
  if (unit === 'throttleReasons') return [];
  const { ending, suffix, scale } = unitNames[unit];
  const base = figure === 'xid' ? 'last_xid' : snakeCase(figure.slice(0, figure.length - ending.length));
  const total = counters.has(figure) ? '_total' : '';
  const most = unit === 'ratio' ? mostRatio : Number.MAX_VALUE;
  return [{ figure, name: `warpwatch_gpu_${base}${suffix}${total}`, scale, most }];
});

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
