import type { PanelContent, Unit } from './model.ts';
import { type CurvesPanel, curves } from './panels.ts';
import { legends, ofGpu } from './queries.ts';

/** Curves of one figure, a GPU each, with the source in their names. */
export function figurePanel(
  title: string,
  figure: string,
  unit: Unit,
  description: string,
  more: Partial<Pick<CurvesPanel, 'min' | 'max' | 'thresholds'>> = {},
): PanelContent {
  const scale = unit === 'percentunit' ? { min: 0, max: 1 } : {};
  const queries = [{ expr: ofGpu(figure), legend: legends.gpuAndSource }];
  return curves({ title, description, unit, queries, ...scale, ...more });
}

/** Several figures of each GPU in one panel, each with a word before its curve's name. */
export function figuresPanel(
  panel: Omit<CurvesPanel, 'queries'>,
  figures: readonly (readonly [word: string, figure: string, bound?: true])[],
): PanelContent {
  const queries = figures.map(([word, figure, bound]) => ({
    expr: ofGpu(figure),
    legend: `${word} ${legends.gpuAndRun}`,
    ...(bound === undefined ? {} : { bound }),
  }));
  return curves({ ...panel, queries });
}
