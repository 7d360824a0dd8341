import { element } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import { drawChart } from './chart-canvas.ts';
import { chartFigure } from './chart-figure.ts';
import type { Chart } from './chart-model.ts';

/** Charts side by side. `draw` is called once they are on the page, since they need its width. */
export interface ChartGrid {
  readonly root: HTMLElement;
  readonly draw: () => void;
}

/** @param view the stretch that all of them show; null where each has its own */
export function chartGrid(charts: readonly Chart[], theme: ThemeSwitch, view: TimeView | null): ChartGrid {
  const drawn = charts.map((chart) => ({ chart, ...chartFigure(chart) }));
  return {
    root: element('div', { class: 'charts' }, ...drawn.map(({ figure }) => figure)),
    draw() {
      for (const { chart, place, onCursor } of drawn) drawChart(place, chart, theme, onCursor, view);
    },
  };
}
