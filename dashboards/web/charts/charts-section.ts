import type { PageData } from '../../../src/report/html/page-data.ts';
import { append, button, element, note, section } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import { type ChartGrid, chartGrid } from './chart-grid.ts';
import { chartsOf } from './chart-model.ts';

/** The charts over time. `draw` is called once the section is on the page. */
export function chartsSection(data: PageData, view: TimeView, theme: ThemeSwitch): ChartGrid {
  const charts = chartsOf(data).filter(({ lines }) => lines.length > 0);
  const grid = chartGrid(charts, theme, view);
  const root = section(
    'charts',
    'Over time',
    null,
    charts.length === 0
      ? note('Nothing of this run is dated, so there is nothing to draw over time.')
      : element(
          'p',
          { class: 'note screen-only' },
          'Drag to zoom, double click for the whole run; charts and timeline show the same stretch. ',
          button('Whole run', () => view.reset(), { class: 'inline' }),
        ),
    grid.root,
  );
  append(root, ...data.charts.omissions.map(note));
  return { root, draw: grid.draw };
}
