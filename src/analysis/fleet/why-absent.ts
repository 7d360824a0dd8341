import { absent } from '../../model/measured.ts';
import { type DeviceFigure, type DeviceFigures, figureNames, figureRows } from '../device-figures.ts';
import type { ExporterId } from './drafts.ts';
import type { MetricReader } from './readers.ts';

/** Figures of a device of which nothing is told, with the reason at each. */
export type AbsentFigures = (exporters: readonly ExporterId[], close: boolean) => DeviceFigures;

const fromLaunches: readonly string[] = ['launches', 'cupti'];

/**
 * Reasons by who tells of a host. They are made once and shared by all hosts alike.
 * @param readers what is read, for the names that an exporter would have to give
 */
export function absentFigures(readers: ReadonlyMap<string, MetricReader>): AbsentFigures {
  const dcgmNames = new Map<DeviceFigure, string>();
  const overview = new Set<string>();
  for (const { name, exporter, figure, overview: always } of readers.values()) {
    const told = figure?.figure;
    if (told === undefined) continue;
    if (exporter === 'dcgm-exporter' && !dcgmNames.has(told)) dcgmNames.set(told, name);
    if (always) overview.add(`${exporter} ${told}`);
  }
  const why = (figure: DeviceFigure, exporters: readonly ExporterId[], close: boolean): string => {
    if (!close && !exporters.some((exporter) => overview.has(`${exporter} ${figure}`))) {
      return 'It is read only of the host that is looked at.';
    }
    if (exporters.includes('warpwatch')) {
      return 'warpwatch on that host does not tell it; `warpwatch devices` there says why.';
    }
    const onlyLaunches = figureRows[figure].sources.every((source) => fromLaunches.includes(source));
    if (onlyLaunches) return 'Only recorded kernels tell it; run `warpwatch serve` on that host.';
    const field = dcgmNames.get(figure);
    if (exporters.includes('dcgm-exporter') && field !== undefined) {
      return `This dcgm-exporter does not give ${field}; add it to its counters file (option -f).`;
    }
    return `${exporters.join(' and ') || 'Its exporter'} does not give it; run dcgm-exporter or \`warpwatch serve\` on that host.`;
  };
  const made = new Map<string, DeviceFigures>();
  return (exporters, close) => {
    const key = `${exporters.join()} ${close}`;
    let figures = made.get(key);
    if (figures === undefined) {
      figures = allAbsent((figure) => why(figure, exporters, close));
      made.set(key, figures);
    }
    return figures;
  };
}

/** Every figure absent for a reason; equal reasons are one object. */
export function allAbsent(why: (figure: DeviceFigure) => string): DeviceFigures {
  const shared = new Map<string, ReturnType<typeof absent>>();
  const figures: Partial<Record<DeviceFigure, ReturnType<typeof absent>>> = {};
  for (const figure of figureNames) {
    const reason = why(figure);
    const one = shared.get(reason) ?? absent(reason);
    shared.set(reason, one);
    figures[figure] = one;
  }
  // Every name of the table has been set just now.
  return figures as DeviceFigures;
}
