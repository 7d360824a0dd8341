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

/** Charts are brought up to date before they are scrolled into sight. */
const nearSight = '200px';

/** A chart whose values change with every look. Out of sight it is not drawn: those of 64 GPUs would take a quarter of a second. */
export class LiveChart implements Shows<Chart> {
  readonly root = element('div', { class: 'live-chart' });
  readonly #theme: ThemeSwitch;
  readonly #sight: IntersectionObserver;
  readonly #endTheme: () => void;
  #isInSight = true;
  #drawn: Drawn | null = null;
  /** What is to be drawn once it is in sight. */
  #waiting: Chart | null = null;

  constructor(theme: ThemeSwitch) {
    this.#theme = theme;
    this.#sight = new IntersectionObserver(
      (entries) => {
        this.#isInSight = entries.at(-1)?.isIntersecting === true;
        if (this.#isInSight) this.#catchUp();
      },
      { rootMargin: nearSight },
    );
    this.#sight.observe(this.root);
    // On paper all of them are in sight.
    this.#endTheme = theme.onChange(() => this.#catchUp());
  }

  show(chart: Chart): void {
    this.root.classList.toggle('wide', chart.isWide);
    const frame = JSON.stringify([
      chart.title,
      chart.notes,
      chart.lines.map(({ word, from, colour, dash }) => [word, from, colour, dash]),
    ]);
    if (this.#drawn?.frame !== frame) this.#draw(chart, frame);
    else {
      this.#waiting = chart;
      if (this.#isInSight) this.#catchUp();
    }
    this.#drawn?.show(chart);
  }

  end(): void {
    this.#sight.disconnect();
    this.#endTheme();
    this.#drawn?.drawn.end();
  }

  #catchUp(): void {
    if (this.#waiting !== null) this.#drawn?.drawn.show(this.#waiting);
    this.#waiting = null;
  }

  #draw(chart: Chart, frame: string): void {
    this.#drawn?.drawn.end();
    this.#waiting = null;
    const { figure, place, onCursor, show } = chartFigure(chart);
    this.root.replaceChildren(figure);
    this.#drawn = { frame, show, drawn: drawChart(place, chart, this.#theme, onCursor, null) };
  }
}
