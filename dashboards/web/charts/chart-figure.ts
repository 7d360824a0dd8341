import { unknownMark } from '../../../src/model/numbers.ts';
import { element, note, term } from '../dom.ts';
import { downloadButton } from '../download.ts';
import { words } from '../words.ts';
import type { CursorListener } from './chart-canvas.ts';
import { type Chart, chartRows, chartSummary, type Line } from './chart-model.ts';

/** A chart with its title, legend and data; `place` is what it is drawn into, `onCursor` tells the legend what is under it. */
export function chartFigure(chart: Chart): {
  readonly figure: HTMLElement;
  readonly place: HTMLElement;
  readonly onCursor: CursorListener;
  /** Tells of other values of the same lines. */
  readonly show: (chart: Chart) => void;
} {
  let shown = chart;
  let under: Parameters<CursorListener>[0] = null;
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
    { class: chart.isWide ? 'chart wide' : 'chart' },
    element(
      'figcaption',
      {},
      element('h3', {}, chart.title),
      legend,
      downloadButton(
        `${chart.id}-${chart.axis.words.replaceAll(' ', '-')}`,
        `the data of ${chart.title}`,
        () => chartRows(shown),
      ),
    ),
    place,
    ...chart.notes.map(note),
  );
  const tell = (): void => {
    for (const [at, value] of values.entries()) value.textContent = valueText(shown, at, under);
  };
  return {
    figure,
    place,
    onCursor(values) {
      under = values;
      tell();
    },
    show(next) {
      shown = next;
      place.setAttribute('aria-label', chartSummary(next));
      tell();
    },
  };
}

/** The value under the cursor; without one the newest, of a chart that goes on. */
function valueText(
  { lines, format, stretch }: Chart,
  at: number,
  under: Parameters<CursorListener>[0],
): string {
  if (under === null && stretch === undefined) return '';
  const value = under === null ? lines[at]?.values.at(-1) : under[at];
  return value == null ? unknownMark : format(value);
}

function word({ word: name, label = name, from }: Line): HTMLElement {
  const made = words[name] === undefined ? element('span', {}, label) : term(name, label);
  made.setAttribute('data-tip', `From ${from}.`);
  return made;
}

/** Strokes that are no longer look like dots. */
const dotPx = 2;

function lineMark({ colour, dash }: Line): HTMLElement {
  const [on = 0] = dash;
  const stroke = dash.length === 0 ? '' : on <= dotPx ? ' dotted' : ' dashed';
  const mark = element('span', { class: `line${stroke}`, 'aria-hidden': 'true' });
  mark.style.borderColor = `var(${colour})`;
  return mark;
}
