import { unknownMark } from '../../../src/model/numbers.ts';
import type { PageData } from '../../../src/report/html/page-data.ts';
import { append, button, element, note, section, term } from '../dom.ts';
import { downloadButton } from '../download.ts';
import type { ThemeSwitch } from '../theme.ts';
import type { TimeView } from '../time-view.ts';
import { words } from '../words.ts';
import { drawChart } from './chart-canvas.ts';
import { type Chart, chartRows, chartSummary, chartsOf, type Line } from './chart-model.ts';

/** The charts over time. `draw` is called once the section is on the page, since charts need its width. */
export function chartsSection(
  data: PageData,
  view: TimeView,
  theme: ThemeSwitch,
): { readonly root: HTMLElement; readonly draw: () => void } {
  const charts = chartsOf(data).filter(({ lines }) => lines.length > 0);
  const drawn = charts.map((chart) => ({ chart, ...figureOf(chart) }));
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
  );
  append(root, element('div', { class: 'charts' }, ...drawn.map(({ figure }) => figure)));
  append(root, ...data.charts.omissions.map(note));
  const draw = (): void => {
    for (const { chart, place, onCursor } of drawn) drawChart(place, chart, view, theme, onCursor);
  };
  return { root, draw };
}

function figureOf(chart: Chart) {
  const place = element('div', { class: 'plot', role: 'img', 'aria-label': chartSummary(chart) });
  const values = chart.lines.map(() => element('span', { class: 'value' }));
  const legend = element(
    'ul',
    { class: 'legend' },
    ...chart.lines.map((line, at) =>
      element('li', {}, lineMark(line), word(line), values[at] as HTMLElement),
    ),
  );
  const figure = element(
    'figure',
    { class: chart.isRatio && chart.lines.length > 1 ? 'chart wide' : 'chart' },
    element(
      'figcaption',
      {},
      element('h3', {}, chart.title),
      legend,
      downloadButton(`${chart.id}-over-time`, `the data of ${chart.title}`, () => chartRows(chart)),
    ),
    place,
    ...chart.notes.map(note),
  );
  const onCursor = (under: readonly (number | null)[] | null): void => {
    for (const [at, value] of values.entries()) {
      const shown = under?.[at];
      value.textContent = under === null ? '' : shown == null ? unknownMark : chart.format(shown);
    }
  };
  return { figure, place, onCursor };
}

function word({ word: name, from }: Line): HTMLElement {
  const made = words[name] === undefined ? element('span', {}, name) : term(name);
  made.setAttribute('data-tip', `From ${from}.`);
  return made;
}

function lineMark({ colour, dash }: Line): HTMLElement {
  const mark = element('span', { class: dash.length > 0 ? 'line dashed' : 'line', 'aria-hidden': 'true' });
  mark.style.borderColor = `var(${colour})`;
  return mark;
}
