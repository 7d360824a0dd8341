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
} {
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
        () => chartRows(chart),
      ),
    ),
    place,
    ...chart.notes.map(note),
  );
  const onCursor: CursorListener = (under) => {
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

/** Strokes that are no longer look like dots. */
const dotPx = 2;

function lineMark({ colour, dash }: Line): HTMLElement {
  const [on = 0] = dash;
  const stroke = dash.length === 0 ? '' : on <= dotPx ? ' dotted' : ' dashed';
  const mark = element('span', { class: `line${stroke}`, 'aria-hidden': 'true' });
  mark.style.borderColor = `var(${colour})`;
  return mark;
}
