import { type DrawnChart, drawChart } from '../charts/chart-canvas.ts';
import { chartFigure } from '../charts/chart-figure.ts';
import type { Chart } from '../charts/chart-model.ts';
import { element } from '../dom.ts';
import type { ThemeSwitch } from '../theme.ts';
import type { Shows } from './keyed.ts';

interface Drawn {
  /** What of a chart is drawn once: other lines or another title make another chart. */
  readonly frame: string;
  readonly drawn: DrawnChart;
  readonly show: (chart: Chart) => void;
}

/** A chart whose values change with every look. */
export class LiveChart implements Shows<Chart> {
  readonly root = element('div', { class: 'live-chart' });
  readonly #theme: ThemeSwitch;
  #drawn: Drawn | null = null;

  constructor(theme: ThemeSwitch) {
    this.#theme = theme;
  }

  show(chart: Chart): void {
    this.root.classList.toggle('wide', chart.isWide);
    const frame = JSON.stringify([
      chart.title,
      chart.notes,
      chart.lines.map(({ word, from, colour, dash }) => [word, from, colour, dash]),
    ]);
    if (this.#drawn?.frame !== frame) this.#draw(chart, frame);
    else this.#drawn.drawn.show(chart);
    this.#drawn?.show(chart);
  }

  end(): void {
    this.#drawn?.drawn.end();
    this.#drawn = null;
  }

  #draw(chart: Chart, frame: string): void {
    this.end();
    const { figure, place, onCursor, show } = chartFigure(chart);
    this.root.replaceChildren(figure);
    this.#drawn = { frame, show, drawn: drawChart(place, chart, this.#theme, onCursor, null) };
  }
}
